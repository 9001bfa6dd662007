import type { Hunk } from './types.js';

/** Where a hunk went. Lines are 1-based; `offset` is counted from where the diff said, `fuzz` in context lines given up. */
export interface Placement {
  /** First line of the hunk in the text before (a hunk without old lines: the line it is inserted in front of). */
  readonly oldLine: number;
  readonly offset: number;
  readonly fuzz: number;
}

/** `hunk` is the 1-based number of the one that fits nowhere; `isApplied`: because the file is as the hunk leaves it. */
export type Placed =
  | { readonly ok: true; readonly lines: readonly string[]; readonly hunks: readonly Placement[] }
  | { readonly ok: false; readonly hunk: number; readonly isApplied: boolean };

/** A line while hunks are put in: its number in the text before, and whether a hunk has already used it. */
interface ImageLine {
  readonly text: string;
  readonly origin: number | null;
  readonly patched: boolean;
}

/** How far from its place a hunk is looked for: the whole of any real file, yet thousands of hunks end in good time. */
export const searchReach = (hunks: readonly Hunk[]): number => Math.max(1000, 50_000_000 / hunks.length);

/** A hunk line as it stands in a file: with its line feed, unless `\ No newline` took it. */
export const withEnding = (line: { readonly text: string; readonly newline: boolean }): string =>
  line.newline ? `${line.text}\n` : line.text;

/**
 * Applies hunks as `git apply` does, after apply_one_fragment(), find_pos() and match_fragment() of git's apply.c: all
 * context must match, a hunk for the first line only fits at the beginning, one without trailing context only at the
 * end, others are looked for ever further below and above, and no line serves two hunks.
 *
 * jsdiff's applyPatch is not used: it knows neither the two anchors nor the used lines, and does not say where a hunk
 * went.
 *
 * @param lines with their line feeds.
 */
export function placeLikeGit(lines: readonly string[], hunks: readonly Hunk[]): Placed {
  const reach = searchReach(hunks);
  const image: ImageLine[] = lines.map((text, index) => ({ text, origin: index + 1, patched: false }));
  const placements: Placement[] = [];
  for (const [index, hunk] of hunks.entries()) {
    const before = hunk.lines.filter((line) => line.kind !== 'add').map(withEnding);
    const expected = Math.max(0, hunk.newStart - Number(hunk.newLines > 0));
    const at = findPlace(image, before, expected, hunk, reach);
    if (at === null) {
      return { ok: false, hunk: index + 1, isApplied: false };
    }
    const oldLine = originAt(image, at, lines.length);
    placements.push({ oldLine, offset: at - expected, fuzz: 0 });
    image.splice(at, before.length, ...replacement(image, at, hunk));
  }
  return { ok: true, lines: image.map((line) => line.text), hunks: placements };
}

function findPlace(
  image: readonly ImageLine[],
  before: readonly string[],
  expected: number,
  hunk: Hunk,
  reach: number,
): number | null {
  const last = image.length - before.length;
  const fits = (at: number): boolean =>
    at >= 0 &&
    at <= last &&
    before.every((text, index) => {
      const line = image[at + index];
      return line !== undefined && !line.patched && line.text === text;
    });
  const atBeginning = hunk.oldStart <= 1;
  const atEnd = hunk.lines.at(-1)?.kind !== 'context';
  if (atBeginning || atEnd) {
    const at = atBeginning ? 0 : last;
    return (!atEnd || at === last) && fits(at) ? at : null;
  }
  const start = Math.min(expected, image.length);
  for (let distance = 0; distance <= Math.min(image.length, reach); distance++) {
    for (const at of [start + distance, start - distance]) {
      if (fits(at)) {
        return at;
      }
    }
  }
  return null;
}

/** The line of the text before that the image's line `at` was, or the next one that is from there. */
function originAt(image: readonly ImageLine[], at: number, total: number): number {
  for (let next = at; next < image.length; next++) {
    const origin = image[next]?.origin;
    if (origin !== null && origin !== undefined) {
      return origin;
    }
  }
  return total + 1;
}

function replacement(image: readonly ImageLine[], at: number, hunk: Hunk): ImageLine[] {
  const result: ImageLine[] = [];
  let old = at;
  for (const line of hunk.lines) {
    if (line.kind !== 'delete') {
      const origin = line.kind === 'context' ? (image[old]?.origin ?? null) : null;
      result.push({ text: withEnding(line), origin, patched: true });
    }
    old += Number(line.kind !== 'add');
  }
  return result;
}
