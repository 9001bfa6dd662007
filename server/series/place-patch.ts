import { type Placed, type Placement, searchReach, withEnding } from './place-git.js';
import type { Hunk } from './types.js';

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
  const input = lines.map(bare);
  const output: string[] = [];
  const placements: Placement[] = [];
  let offset = 0;
  /** Number of input lines that are already written or dropped. */
  let frozen = 0;
  for (const [index, hunk] of hunks.entries()) {
    const pattern = patternOf(hunk);
    const found = locate(input, pattern, pattern.first + offset, frozen, reach);
    if (found === null) {
      return { ok: false, hunk: index + 1 };
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

function patternOf(hunk: Hunk): Pattern {
  const isContext = hunk.lines.map((line) => line.kind === 'context');
  const prefix = isContext.indexOf(false);
  const suffix = [...isContext].reverse().indexOf(false);
  return {
    lines: hunk.lines.filter((line) => line.kind !== 'add').map((line) => line.text),
    prefix: prefix < 0 ? isContext.length : prefix,
    suffix: Math.max(suffix, 0),
    first: hunk.oldStart + Number(hunk.oldLines === 0),
  };
}

function locate(
  input: readonly string[],
  pattern: Pattern,
  guess: number,
  frozen: number,
  reach: number,
): { readonly line: number; readonly fuzz: number } | null {
  const size = pattern.lines.length;
  if (size === 0) {
    const line = Math.min(Math.max(guess, frozen + 1), input.length + 1);
    return { line, fuzz: 0 };
  }
  const context = Math.max(pattern.prefix, pattern.suffix);
  for (let fuzz = 0; fuzz <= Math.min(maxFuzz, context); fuzz++) {
    const prefixFuzz = fuzz + pattern.prefix - context;
    const suffixFuzz = fuzz + pattern.suffix - context;
    if (Math.max(0, prefixFuzz) + Math.max(0, suffixFuzz) >= size) {
      break;
    }
    const matches = (line: number): boolean =>
      line >= 1 &&
      line + pattern.prefix > frozen &&
      line + size - 1 <= input.length &&
      matchesAt(input, pattern.lines, line, Math.max(0, prefixFuzz), Math.max(0, suffixFuzz));
    // Less context above than below means that the file began there, and the other way round that it ended there.
    const atStart = prefixFuzz < 0 && pattern.first <= 1;
    const atEnd = suffixFuzz < 0;
    if (atStart || atEnd) {
      const line = atStart ? 1 : input.length - size + 1;
      if ((!atStart || !atEnd || size === input.length) && matches(line)) {
        return { line, fuzz };
      }
      continue;
    }
    for (let distance = 0; distance <= Math.min(input.length, reach); distance++) {
      const line = [guess + distance, guess - distance].find(matches);
      if (line !== undefined) {
        return { line, fuzz };
      }
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
