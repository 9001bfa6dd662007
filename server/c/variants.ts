import { atFile, before, follow, type Open } from './brackets.js';
import { applyEdits, type Directive, type Edit, type Lexed, overlay } from './lex.js';

/** One arm of a conditional group: the text between two of its directives. */
interface Arm {
  readonly opener: Directive;
  readonly start: number;
  end: number;
  endState: Open;
}

interface Group {
  readonly state: Open;
  readonly arms: Arm[];
  readonly directives: Directive[];
}

/** What becomes of a group: both arms and the directives stay, all arms stay, or one arm only (-1: none). */
type Decision = 'native' | 'all' | number;

const openers = new Set(['if', 'ifdef', 'ifndef']);
const middles = new Set(['else', 'elif', 'elifdef', 'elifndef']);

/**
 * Makes the preprocessor's conditionals digestible for a parser without a preprocessor. Inside a function, arms that are
 * whole statements stay as `#if` nodes. At file scope, in structs, enums and initialisers the directives are blanked and
 * all arms stay, so that each variant of a function is seen. Where arms are no whole items (braces opened in both arms)
 * one arm is kept: the one that holds the most functions, else the first that is not empty.
 * All other directives are blanked; macros and includes are read from `Lexed.directives`.
 */
export function resolveVariants(lexed: Lexed): { readonly plain: string; readonly code: string } {
  const { code, directives } = lexed;
  const blanked: { start: number; end: number }[] = [];
  const kept = new Map<Directive, string>();
  const groups: Group[] = [];
  let state = atFile;
  let at = 0;
  for (const directive of directives) {
    state = follow(code, at, directive.start, state);
    at = directive.end;
    const group = groups.at(-1);
    if (openers.has(directive.name)) {
      const arm = { opener: directive, start: directive.end, end: directive.end, endState: state };
      groups.push({ state, arms: [arm], directives: [directive] });
    } else if (group && (middles.has(directive.name) || directive.name === 'endif')) {
      closeArm(group, directive.start, state);
      group.directives.push(directive);
      state = group.state;
      if (directive.name === 'endif') {
        groups.pop();
        state = settle(code, group, blanked, kept);
      } else {
        group.arms.push({ opener: directive, start: directive.end, end: directive.end, endState: state });
      }
    }
  }
  const edits: Edit[] = blanked.map(({ start, end }) => overlay(code, start, end));
  const lines = directives.map((line) => overlay(lexed.plain, line.start, line.end, kept.get(line)));
  return { plain: applyEdits(lexed.plain, [...edits, ...lines]), code: applyEdits(code, edits) };
}

function closeArm(group: Group, end: number, state: Open): void {
  const arm = group.arms.at(-1);
  if (!arm) return;
  arm.end = end;
  arm.endState = state;
}

/** Decides on a group, notes what to blank and which directives to keep, and returns the state after it. */
function settle(
  code: string,
  group: Group,
  blanked: { start: number; end: number }[],
  kept: Map<Directive, string>,
): Open {
  const decision = decide(code, group);
  if (decision === 'all') return group.state;
  if (decision === 'native') {
    for (const directive of group.directives) kept.set(directive, simple(directive));
    return group.state;
  }
  group.arms.forEach((arm, index) => {
    if (index !== decision) blanked.push({ start: arm.start, end: arm.end });
  });
  return group.arms[decision]?.endState ?? group.state;
}

/** A directive that every C grammar reads, in place of one with any condition. */
function simple(directive: Directive): string {
  switch (directive.name) {
    case 'else':
    case 'endif':
      return `#${directive.name}`;
    case 'elif':
    case 'elifdef':
    case 'elifndef':
      return '#elif 1';
    default:
      return '#if 1';
  }
}

function decide(code: string, group: Group): Decision {
  const [first] = group.arms;
  if (first?.opener.name === 'if' && first.opener.rest === '0') return group.arms.length > 1 ? 1 : -1;
  if (first?.opener.name === 'if' && first.opener.rest === '1') return 0;
  const { context } = group.state;
  const balanced = group.arms.every((arm) => arm.endState === group.state);
  if (balanced && first && context !== 'paren') {
    const isItem = (arm: Arm) => wholeItems(code.slice(arm.start, arm.end).trim(), context);
    if (atBoundary(code, first.opener.start, group.state) && group.arms.every(isItem)) {
      return context === 'code' ? 'native' : 'all';
    }
  }
  return bestArm(code, group);
}

/** Whether an arm consists of whole statements, declarations, enumerators or initialiser items. */
function wholeItems(arm: string, context: Open['context']): boolean {
  if (arm === '') return true;
  if (/^(?:else|while)\b/.test(arm) && context === 'code') return false;
  if (context === 'init' || context === 'enum') return arm.endsWith(',');
  if (/[;}]$/.test(arm)) return true;
  if (context === 'file') return /^\w+\s*\([^;{}]*\)$/.test(arm);
  return /(?:^|[;{}:])\s*(?:case\b[^;{}]*|default\s*):$/.test(arm);
}

/** Whether a new item can begin at `offset`: nothing before it is left unfinished. */
function atBoundary(code: string, offset: number, open: Open): boolean {
  const last = before(code, offset);
  const char = code.charAt(last);
  if (last < 0 || char === '{') return true;
  if (open.context === 'init' || open.context === 'enum') return char === ',';
  if (char === ';' || char === '}') return true;
  const item = /[^;{}]*$/.exec(code.slice(Math.max(0, last - 400), last + 1))?.[0].trim() ?? '';
  if (open.context === 'file') return /^\w+\s*\([^;{}]*\)$/.test(item);
  return /^(?:case\b.*|default\s*):$/s.test(item);
}

function bestArm(code: string, group: Group): number {
  let best = -1;
  let most = -1;
  group.arms.forEach((arm, index) => {
    const text = code.slice(arm.start, arm.end);
    if (text.trim() === '') return;
    const functions = text.match(/^\}/gm)?.length ?? 0;
    if (functions > most) {
      best = index;
      most = functions;
    }
  });
  return best;
}
