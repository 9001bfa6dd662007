import { after } from './brackets.js';
import { type Lexed, lex } from './lex.js';
import { aggregateHead, isInitialiser, reopened, signature } from './section.js';
import { resolveVariants } from './variants.js';

/** What has to stand before or after a run of known lines: `#ifdef`/`#endif` lines of their own, and one line of code. */
export interface Splice {
  readonly directives: number;
  readonly code: string;
}

/** A closing bracket whose opening one is above the run, and what it says about it. */
interface Closer {
  readonly char: string;
  readonly offset: number;
  /** A `}` in column 1: the end of a function or of a file-scope definition. */
  readonly isOuter: boolean;
  /** A `)` that a statement follows: the end of an `if`'s condition. */
  readonly isTest: boolean;
}

/** What a run says about the brackets around its beginning. Levels count those brackets, the innermost is 0. */
interface Shape {
  readonly closers: readonly Closer[];
  /** Levels that `case` or `default` stands directly in. */
  readonly cases: ReadonlySet<number>;
  /** Levels that begin with the first arm of an `if` whose `else` the run shows. */
  readonly elses: ReadonlySet<number>;
  /** Levels that begin with the first arm of a `?:`. */
  readonly colons: ReadonlySet<number>;
  /** Levels that hold braced items separated by commas: initialisers. */
  readonly lists: ReadonlySet<number>;
}

/** What must stand before a run of lines for it to parse. `section` is the function line of its hunk header. */
export function openingOf(run: string, section: string): Splice {
  const comment = beginsInComment(run);
  const text = comment ? `/*${run}` : run;
  const lexed = lex(text);
  const directives = openDirectives(lexed).before;
  const { code } = resolveVariants(lexed);
  const opening = codeBefore(code, section);
  return { directives, code: comment ? `${opening} /*` : opening };
}

/** Whether a run begins inside a block comment: it ends one that it does not begin, or looks like the middle of one. */
export function beginsInComment(run: string): boolean {
  const withoutStrings = run.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*/g, '');
  const end = withoutStrings.indexOf('*/');
  const start = withoutStrings.indexOf('/*');
  if (end >= 0 && (start < 0 || end < start)) return true;
  return /^\s*\*(?:\s|$)(?!.*[;=])/.test(run) && start !== 0;
}

/** How many `#if` lines are missing before a text, and how many `#endif` after it. */
export function openDirectives(lexed: Lexed): { before: number; after: number } {
  let depth = 0;
  let missing = 0;
  for (const { name } of lexed.directives) {
    if (/^if(?:n?def)?$/.test(name)) depth++;
    else if (/^(?:else|elif|elifn?def)$/.test(name) && depth === 0) {
      missing++;
      depth = 1;
    } else if (name === 'endif') {
      if (depth === 0) missing++;
      else depth--;
    }
  }
  return { before: missing, after: depth };
}

function codeBefore(code: string, section: string): string {
  const first = after(code, 0);
  if (first >= code.length) return '';
  const shape = shapeOf(code);
  const inColumn1 = first === 0 || code.charAt(first - 1) === '\n';
  if (inColumn1 && code.charAt(first) === '{') return signature(section);
  const isLabel = /^(?!default\b)\w+\s*:(?!:)/.test(code.slice(first, first + 80));
  const endsBody = shape.closers.some((closer) => closer.isOuter);
  if (inColumn1 && /^[a-z_]\w*\s*\([^;{}]*\)\s*\{/.test(code.slice(first))) return 'void';
  if (inColumn1 && !isLabel && !endsBody && !/[)\]}]/.test(code.charAt(first))) return '';
  if (continuesParameters(code, shape, section)) return reopened(section);
  const aggregate = aggregateHead(section);
  if (aggregate !== null) return openLevels(aggregate, shape, () => 'struct {');
  if (isInitialiser(section)) return openLevels(`${section.replace(/\{?\s*$/, '')}{`, shape, () => '{');
  const levels = openLevels(`${signature(section)} {`, shape, (closer) => blockOpener(code, closer));
  return `${levels}${operandBefore(code, first, shape)}`;
}

/** Opens one level for each bracket that the run closes; `outer` is the head of the whole. */
function openLevels(outer: string, shape: Shape, blockOf: (closer: Closer) => string): string {
  const openers: string[] = [];
  const begin = (level: number) => {
    if (shape.colons.has(level)) openers.unshift('__unknown ?');
    if (shape.elses.has(level)) openers.unshift('if (__unknown)');
    if (shape.lists.has(level)) openers.unshift('struct __unknown __unknown[] = {');
  };
  let level = 0;
  for (const closer of shape.closers) {
    if (closer.isOuter) break;
    begin(level);
    if (closer.char === ')') openers.unshift(closer.isTest ? 'if (' : '__unknown(');
    else if (closer.char === ']') openers.unshift('__unknown[');
    else openers.unshift(shape.cases.has(level) ? 'switch (__unknown) {' : blockOf(closer));
    level++;
  }
  begin(level);
  if (shape.cases.has(level) && outer.endsWith(') {')) openers.unshift('switch (__unknown) {');
  return [outer, ...openers].join(' ');
}

/** What a `}` inside a function closes, by what follows it. */
function blockOpener(code: string, closer: Closer): string {
  const next = after(code, closer.offset + 1);
  const follows = code.slice(next, next + 40);
  if (/^else\b/.test(follows)) return 'if (__unknown) {';
  if (/^while\s*\([^\n]*;/.test(follows)) return 'do {';
  if (follows.startsWith(';')) return 'struct __unknown __unknown = {';
  if (follows.startsWith(')')) return '({';
  return '{';
}

/** What a run that begins in the middle of an expression or statement needs before its first token. */
function operandBefore(code: string, first: number, shape: Shape): string {
  const start = code.slice(first, first + 4);
  if (/^else\b/.test(`${code.slice(first, first + 5)} `)) return ' if (__unknown) ;';
  if (/^\.\w/.test(start) && shape.closers[0]?.char === '}') return '';
  if (/^(?:->|\.\w|&&|\|\||[=!<>]=|<<|>>|[+\-*/%&|^]=|[,?=<>|^%/]|[+-](?![+-]))/.test(start)) return ' __unknown';
  return '';
}

/** Whether a run begins among the parameters of the function that the section names. */
function continuesParameters(code: string, shape: Shape, section: string): boolean {
  const [closer] = shape.closers;
  if (closer?.char !== ')') return false;
  const rest = code.slice(closer.offset + 1);
  if (/^(?:\s*__\w+(?:\([^)]*\))?)*\s*\n\{/.test(rest)) return true;
  const first = code.slice(0, closer.offset).split(',')[0]?.trim() ?? '';
  if (!/^(?:(?:const|struct|union|enum|unsigned)\s|\w+\s+\**\w+$)/.test(first)) return false;
  const unclosed = (section.match(/\(/g)?.length ?? 0) > (section.match(/\)/g)?.length ?? 0);
  return unclosed && section.length < 72 && /^\s*;/.test(rest);
}

/** Finds the brackets that a run closes without opening, up to the end of the function it begins in. */
function shapeOf(code: string): Shape {
  const shape = {
    closers: [] as Closer[],
    cases: new Set<number>(),
    elses: new Set<number>(),
    colons: new Set<number>(),
    lists: new Set<number>(),
  };
  const { closers } = shape;
  let depth = 0;
  let ifs = 0;
  let questions = 0;
  for (const found of code.matchAll(/[(){}[\]?:]|\b(?:case|default|if|else)\b/g)) {
    const word = found[0];
    const level = closers.length;
    if ('({['.includes(word)) depth++;
    else if (')}]'.includes(word) && depth > 0) {
      depth--;
      if (depth === 0 && word === '}' && code.charAt(after(code, found.index + 1)) === ',') shape.lists.add(level);
    } else if (')}]'.includes(word)) {
      const isOuter = word === '}' && (found.index === 0 || code.charAt(found.index - 1) === '\n');
      const follows = code.slice(found.index + 1, found.index + 80).trimStart();
      const isTest = word === ')' && /^[A-Za-z_{]/.test(follows);
      closers.push({ char: word, offset: found.index, isOuter, isTest });
      if (isOuter) {
        if (follows.startsWith(';')) shape.lists.delete(level);
        break;
      }
      if (word === '}' && follows.startsWith(';')) shape.lists.delete(level);
      if (isTest || (word === '}' && /^else\b/.test(follows))) ifs = 1;
      questions = 0;
    } else if (depth === 0) {
      if (word === 'if') ifs++;
      else if (word === '?') questions++;
      else if (word === 'else' && ifs-- <= 0) {
        ifs = 0;
        if (code.slice(0, found.index).trim() !== '') shape.elses.add(level);
      } else if (word === 'case') shape.cases.add(level);
      else if (word === 'default' && code.charAt(after(code, found.index + word.length)) === ':')
        shape.cases.add(level);
      else if (word === ':' && !endsLabel(code, found.index) && questions-- <= 0) {
        questions = 0;
        if (level > 0 || /^[^;{}]*$/.test(code.slice(0, found.index))) shape.colons.add(level);
      }
    }
  }
  return shape;
}

/** Whether the colon at `offset` ends a label, a case, or the name of a bit field. */
function endsLabel(code: string, offset: number): boolean {
  const item = /[^;{}]*$/.exec(code.slice(Math.max(0, offset - 200), offset))?.[0] ?? '';
  return /\b(?:case|default)\b|^\s*\w+\s*$/.test(item);
}
