import type { FileImage } from '../series/types.js';
import { openingOf, type Splice } from './fragment-head.js';
import { closingOf } from './fragment-tail.js';

interface Run {
  /** Indices into the lines, the end exclusive. */
  readonly start: number;
  end: number;
  readonly section: string;
}

/**
 * Makes the text of an image that is known from hunks only parse: on lines that no hunk shows, the function that a hunk
 * header names is opened again before each run of known lines, and what the run leaves open is closed after it.
 * Known lines and the number of lines stay as they are. What is made up is called `__unknown`.
 */
export function repair(image: FileImage): string {
  if (!image.known) return image.text;
  const lines = image.text.split('\n');
  const runs = runsOf(image, lines.length);
  let gapStart = 0;
  let closing: Splice = { directives: 0, code: '' };
  for (const run of runs) {
    const text = lines.slice(run.start, run.end).join('\n');
    const atTop = run.start === 0;
    const opening = atTop ? { directives: 0, code: '' } : openingOf(text, run.section);
    fill(lines, gapStart, run.start, closing, opening);
    closing = closingOf(text, opening);
    gapStart = run.end;
  }
  fill(lines, gapStart, lines.length, closing, { directives: 0, code: '' });
  return lines.join('\n');
}

/** Runs of known lines in order; runs that touch or overlap are one. */
function runsOf(image: FileImage, total: number): Run[] {
  const runs: Run[] = [];
  for (const { line, endLine } of [...(image.known ?? [])].sort((a, b) => a.line - b.line)) {
    const start = Math.max(0, line - 1);
    const end = Math.min(endLine, total);
    const last = runs.at(-1);
    if (last && last.end >= start) last.end = Math.max(last.end, end);
    else if (end > start) runs.push({ start, end, section: image.sections.find((at) => at.line === line)?.text ?? '' });
  }
  return runs;
}

/** Writes what closes the run before a gap and what opens the run after it onto the gap's lines, as far as it has any. */
function fill(lines: string[], start: number, end: number, closing: Splice, opening: Splice): void {
  const size = end - start;
  if (size <= 0) return;
  const put = (at: number, code: string) => {
    if (code !== '') lines[at] = `${lines[at] ?? ''} ${code}`.trim();
  };
  put(start, closing.code);
  put(end - 1, opening.code);
  const room = size - (closing.code === '' ? 0 : 1) - (opening.code === '' ? 0 : 1);
  if (closing.directives + opening.directives > room) return;
  const first = closing.code === '' ? start : start + 1;
  const last = opening.code === '' ? end : end - 1;
  for (let count = 0; count < closing.directives; count++) lines[first + count] = '#endif';
  for (let count = 1; count <= opening.directives; count++) lines[last - count] = '#ifdef __UNKNOWN';
}
