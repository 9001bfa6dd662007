import type { Hunk } from './types.js';

/** The place in a file that looks most like a hunk that did not fit. */
export interface Nearest {
  /** 1-based line that the hunk's first line would have. */
  readonly line: number;
  /** How many of the hunk's `of` old lines stand there. */
  readonly matching: number;
  readonly of: number;
}

/** A line as frequent as this (a brace, an empty line) says nothing about the place. */
const telling = 100;
/** Enough of a hunk to find it by. */
const sample = 1000;

/** Finds where most of the hunk's old lines stand in their order; null when none of its telling lines is in the file. */
export function nearestContext(lines: readonly string[], hunk: Hunk): Nearest | null {
  const old = hunk.lines.filter((line) => line.kind !== 'add').map((line) => line.text);
  const wanted = new Map<string, number[]>(old.slice(0, sample).map((text) => [text, []]));
  for (const [index, line] of lines.entries()) {
    wanted.get(line.replace(/\r?\n$/, ''))?.push(index + 1);
  }
  const votes = new Map<number, number>();
  for (const [index, text] of old.slice(0, sample).entries()) {
    const places = wanted.get(text) ?? [];
    for (const place of places.length <= telling ? places : []) {
      votes.set(place - index, (votes.get(place - index) ?? 0) + 1);
    }
  }
  let best: { readonly line: number; readonly votes: number } | null = null;
  for (const [line, count] of votes) {
    const closer = best === null || Math.abs(line - hunk.oldStart) < Math.abs(best.line - hunk.oldStart);
    if (best === null || count > best.votes || (count === best.votes && closer)) {
      best = { line, votes: count };
    }
  }
  if (best === null) {
    return null;
  }
  const start = best.line;
  const matching = old.filter((text, index) => lines[start - 1 + index]?.replace(/\r?\n$/, '') === text).length;
  return { line: Math.max(1, start), matching, of: old.length };
}
