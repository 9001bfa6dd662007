import type { Range } from '../text.js';
import type { Masked } from './mask.js';

/** A text with what is needed to speak of its parts. */
export interface Source {
  /** What was parsed. */
  readonly masked: string;
  /** The original, comments blanked. */
  readonly plain: string;
  range(start: number, end: number): Range;
  /** The original text of a part, white space folded, comments left out. */
  slice(start: number, end: number): string;
}

/** Wraps a masked text; the line table is built once. */
export function sourceOf(masked: Masked): Source {
  const { plain } = masked.lexed;
  const starts = lineStarts(plain);
  let nearby = 0;
  const position = (offset: number) => {
    let line = nearby;
    if ((starts[line] ?? 0) > offset || offset - (starts[line] ?? 0) > 2000) line = lineAt(starts, offset);
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line++;
    nearby = line;
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  return {
    masked: masked.text,
    plain,
    range(start, end) {
      const from = position(start);
      const to = position(end);
      return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
    },
    slice: (start, end) => fold(plain.slice(start, end)),
  };
}

/** Folds runs of white space into one space. */
export function fold(text: string): string {
  return /[\t\n\r]|^ | {2}| $/.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
}

/** Offset of the first character of each line. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the line that holds `offset`. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
