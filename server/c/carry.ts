import type { CFunction } from './types.js';

/** A function as plain data, and the offset behind its last character. */
export interface Placed {
  readonly end: number;
  readonly fn: CFunction;
}

/** A text that was converted: what it was made from, and its functions by the offset where they begin. */
export interface Converted {
  readonly text: string;
  readonly masked: string;
  readonly functions: ReadonlyMap<number, Placed>;
}

/**
 * The functions of a text that another version of it has on the same lines, by the offset where they begin there: those before
 * the first difference, and those after the last one if no line was added or removed.
 */
export function carryOver(before: Converted, text: string, masked: string): ReadonlyMap<number, Placed> {
  const [head, tail] = common(before.text, text, common(before.masked, masked));
  const oldEnd = before.text.length - tail;
  const by = text.length - before.text.length;
  const keepsLines = lineCount(before.text, head, oldEnd) === lineCount(text, head, oldEnd + by);
  const carried = new Map<number, Placed>();
  for (const [start, { end, fn }] of before.functions) {
    if (end <= head) carried.set(start, { end, fn });
    // On the line of the difference the columns have changed.
    else if (keepsLines && start >= oldEnd && before.text.slice(oldEnd, start).includes('\n'))
      carried.set(start + by, { end: end + by, fn });
  }
  return carried;
}

const piece = 1024;

/** How many characters two texts have in common at their beginning and at their end, `at most` so many. */
export function common(
  a: string,
  b: string,
  [mostHead, mostTail]: readonly [number, number] = [Infinity, Infinity],
): readonly [head: number, tail: number] {
  const shorter = Math.min(a.length, b.length);
  const headEnd = Math.min(shorter, mostHead);
  let head = 0;
  // Whole pieces are compared much faster than one character after the other.
  while (head + piece <= headEnd && a.slice(head, head + piece) === b.slice(head, head + piece)) head += piece;
  while (head < headEnd && a.charCodeAt(head) === b.charCodeAt(head)) head++;
  const left = Math.min(shorter - head, mostTail);
  const ending = (text: string, tail: number): string => text.slice(text.length - tail - piece, text.length - tail);
  let tail = 0;
  while (tail + piece <= left && ending(a, tail) === ending(b, tail)) tail += piece;
  while (tail < left && a.charCodeAt(a.length - 1 - tail) === b.charCodeAt(b.length - 1 - tail)) tail++;
  return [head, tail];
}

function lineCount(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
