import { kept } from '../kept.js';
import type { CFile } from './types.js';

/** One function of a file as it stands there. */
export interface Written {
  readonly name: string;
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
}

/** A file taken apart: what stands outside the bodies of its functions, and the functions. */
export interface Layout {
  readonly path: string;
  readonly outline: string;
  readonly functions: readonly Written[];
}

/** Takes a file apart, once. */
export const layoutOf = kept(({ path, text, functions }: CFile): Layout => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1;
  const written: Written[] = [];
  let outline = '';
  let end = 0;
  for (const { name, range } of functions) {
    const start = offset(range.line, range.column);
    // A function inside another, by an #if that parts their heads: it belongs to the outer one.
    if (start < end) continue;
    const whole = text.slice(start, offset(range.endLine, range.endColumn));
    const { line, endLine } = range;
    written.push({ name, text: whole, line, endLine });
    outline += text.slice(end, start) + whole.slice(0, whole.indexOf('{') + 1);
    end = start + whole.length;
  }
  return { path, outline: outline + text.slice(end), functions: written };
});
