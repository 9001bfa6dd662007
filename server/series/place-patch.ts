import { type Placed, type Placement, searchReach, withEnding } from './place-git.js';
import type { Hunk, Side } from './types.js';

/** GNU patch gives up at most this many lines of context at each end (its -F default). */
const maxFuzz = 2;

/** A hunk as GNU patch looks for it. */
interface Pattern {
  readonly lines: readonly string[];
  readonly prefix: number;
  readonly suffix: number;
  /** Line the diff names. */
  readonly first: number;
}

/**
 * Applies hunks as GNU patch does, after locate_hunk() of its patch.c: first with all context, then with one and two
 * lines less at the outer ends, each time ever further from the place where the hunk before it went. Unlike GNU patch
 * it does not put an insertion just anywhere once the fuzz has used up all its context.
 *
 * jsdiff's fuzz is another thing: it lets lines differ in the middle of the context as well.
 *
 * @param lines with their line feeds; a missing one at the end of the file is no difference.
 */
export function placeLikePatch(lines: readonly string[], hunks: readonly Hunk[]): Placed {
  const reach = searchReach(hunks);
  const bareLines = lines.map(bare);
  const output: string[] = [];
  const placements: Placement[] = [];
  let offset = 0;
  /** Number of input lines that are already written or dropped. */
  let frozen = 0;
  for (const [index, hunk] of hunks.entries()) {
    const pattern = patternOf(hunk, 'old');
    const input = { lines: bareLines, frozen, reach };
    const found = locate(input, pattern, pattern.first + offset, index === 0 ? patternOf(hunk, 'new') : null);
    if (found === 'applied already' || found === null) {
      return { ok: false, hunk: index + 1, isApplied: found !== null };
    }
    let old = found.line - 1;
    for (const line of hunk.lines) {
      if (line.kind === 'add') {
        copy(lines, output, frozen, old);
        frozen = Math.max(frozen, old);
        output.push(withEnding(line));
      } else if (line.kind === 'delete') {
        copy(lines, output, frozen, old);
        frozen = Math.max(frozen, old + 1);
      }
      old += Number(line.kind !== 'add');
    }
    offset = found.line - pattern.first;
    placements.push({ oldLine: found.line, offset, fuzz: found.fuzz });
  }
  copy(lines, output, frozen, lines.length);
  return { ok: true, lines: output, hunks: placements };
}

const bare = (line: string): string => (line.endsWith('\n') ? line.slice(0, -1) : line);

function copy(lines: readonly string[], output: string[], from: number, to: number): void {
  for (let at = from; at < to; at++) {
    output.push(lines[at] ?? '');
  }
}

/** What is looked for: a hunk's old lines, or its new ones to see whether it is applied already. */
function patternOf(hunk: Hunk, side: Side): Pattern {
  const isContext = hunk.lines.map((line) => line.kind === 'context');
  const prefix = isContext.indexOf(false);
  const suffix = [...isContext].reverse().indexOf(false);
  const left = side === 'old' ? 'add' : 'delete';
  const lines = hunk.lines.filter((line) => line.kind !== left).map((line) => line.text);
  return {
    lines,
    prefix: prefix < 0 ? isContext.length : prefix,
    suffix: Math.max(suffix, 0),
    first: (side === 'old' ? hunk.oldStart : hunk.newStart) + Number(lines.length === 0),
  };
}

interface Input {
  readonly lines: readonly string[];
  /** Number of lines that are already written or dropped. */
  readonly frozen: number;
  /** How far from the guess to look. */
  readonly reach: number;
}

/**
 * Looks for a hunk with ever more fuzz. As GNU patch does for a file's first hunk, looks for `reversed` before it gives
 * up more context: else an insertion that is there already would be made once more beside it.
 */
function locate(
  input: Input,
  pattern: Pattern,
  guess: number,
  reversed: Pattern | null,
): { readonly line: number; readonly fuzz: number } | 'applied already' | null {
  for (let fuzz = 0; fuzz <= maxFuzz; fuzz++) {
    const line = locateWith(fuzz, input, pattern, guess);
    if (line !== null) {
      return { line, fuzz };
    }
    if (reversed !== null && reversed.lines.length > 0 && locateWith(fuzz, input, reversed, reversed.first) !== null) {
      return 'applied already';
    }
  }
  return null;
}

function locateWith(fuzz: number, input: Input, pattern: Pattern, guess: number): number | null {
  const { lines, frozen, reach } = input;
  const size = pattern.lines.length;
  if (size === 0) {
    return Math.min(Math.max(guess, frozen + 1), lines.length + 1);
  }
  const context = Math.max(pattern.prefix, pattern.suffix);
  const prefixFuzz = fuzz + pattern.prefix - context;
  const suffixFuzz = fuzz + pattern.suffix - context;
  if (fuzz > context || Math.max(0, prefixFuzz) + Math.max(0, suffixFuzz) >= size) {
    return null;
  }
  const matches = (line: number): boolean =>
    line >= 1 &&
    line + pattern.prefix > frozen &&
    line + size - 1 <= lines.length &&
    matchesAt(lines, pattern.lines, line, Math.max(0, prefixFuzz), Math.max(0, suffixFuzz));
  // Less context above than below means that the file began there, and the other way round that it ended there.
  const atStart = prefixFuzz < 0 && pattern.first <= 1;
  const atEnd = suffixFuzz < 0;
  if (atStart || atEnd) {
    const line = atStart ? 1 : lines.length - size + 1;
    return (!atStart || !atEnd || size === lines.length) && matches(line) ? line : null;
  }
  for (let distance = 0; distance <= Math.min(lines.length, reach); distance++) {
    const line = [guess + distance, guess - distance].find(matches);
    if (line !== undefined) {
      return line;
    }
  }
  return null;
}

function matchesAt(input: readonly string[], lines: readonly string[], line: number, prefix: number, suffix: number) {
  for (let at = prefix; at < lines.length - suffix; at++) {
    if (input[line - 1 + at] !== lines[at]) {
      return false;
    }
  }
  return true;
}
