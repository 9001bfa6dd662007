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

/** How many characters two texts have in common at their beginning and at their end, `at most` so many. */
export function common(
  a: string,
  b: string,
  [mostHead, mostTail]: readonly [number, number] = [Infinity, Infinity],
): readonly [head: number, tail: number] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && head < mostHead && a.charCodeAt(head) === b.charCodeAt(head)) head++;
  let tail = 0;
  const left = Math.min(shorter - head, mostTail);
  while (tail < left && a.charCodeAt(a.length - 1 - tail) === b.charCodeAt(b.length - 1 - tail)) tail++;
  return [head, tail];
}

function lineCount(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
