/** A line as it came: one character per byte, without its line ending, and its place in the document (1-based). */
export interface RawLine {
  readonly text: string;
  readonly line: number;
  /** 0 when a transfer encoding has moved the characters, see BodyLine. */
  readonly column: number;
}

/** One mail of a document, or a document that is no mail at all: its lines, the `From ` separator included. */
export interface RawMail {
  readonly lines: readonly RawLine[];
  /** First and last line in the document. */
  readonly line: number;
  readonly endLine: number;
}

const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const clock = '\\d{1,2}:\\d\\d(?::\\d\\d)?';
const separator = new RegExp(
  `^From .*\\b(?:${day} +${month} +\\d{1,2} +${clock} (?: *\\S+){0,2} *\\d{4}|${day}, +\\d{1,2} +${month} +\\d{4} +${clock})`,
);
/** The date that git format-patch puts into every separator. */
const formatPatchDate = /^From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001/;
const fieldLine = /^(?:[!-9;-~]+:|>From )/;
const partHeader = /^(?:Content-[\w-]+:|[ \t]+[\w*-]+=)/i;
const longestSeparator = 400;

/** Whether a line separates two mails, going by the line alone. */
export function isSeparator(line: string): boolean {
  return line.startsWith('From ') && separator.test(line.slice(0, longestSeparator));
}

/**
 * Splits a document (one character per byte) into mails. A document that begins with a `From ` separator is an mbox,
 * the output of git format-patch or of `b4 am`; any other is one mail or one diff, whatever its body quotes.
 * Inside an mbox the `>From ` of mboxo and mboxrd loses one `>`.
 */
export function splitMails(text: string): RawMail[] {
  const starts = mailStarts(text);
  const first = starts[0];
  if (first === undefined) return text === '' ? [] : [rawMail(text, 1, false)];
  let line = newlines(text, 0, first) + 1;
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length;
    const mail = rawMail(text.slice(start, end), line, true);
    line += newlines(text, start, end);
    return mail;
  });
}

/** Offsets of the separators of an mbox; none for any other document. */
export function mailStarts(text: string): number[] {
  const first = firstLine(text);
  if (!isSeparator(text.slice(first, first + longestSeparator).split('\n', 1)[0] ?? '')) return [];
  const starts = [];
  for (let at = first; at >= 0; at = nextSeparator(text, at)) starts.push(at);
  return starts;
}

/** Offset of the first line that is not blank. */
function firstLine(text: string): number {
  const at = text.search(/\S/);
  return at < 0 ? 0 : text.lastIndexOf('\n', at) + 1;
}

/** Offset of the next separator line after the one at `from`, or -1. */
function nextSeparator(text: string, from: number): number {
  for (let at = text.indexOf('\nFrom ', from); at >= 0; at = text.indexOf('\nFrom ', at + 1)) {
    const lineEnd = text.indexOf('\n', at + 1);
    if (lineEnd < 0) return -1;
    const line = text.slice(at + 1, Math.min(lineEnd, at + 1 + longestSeparator));
    // A line of prose has no date, and is not followed by a header field.
    if (!isSeparator(line) || !fieldLine.test(text.slice(lineEnd + 1, lineEnd + 200))) continue;
    if (formatPatchDate.test(line) && followsPartHeader(text, at)) continue;
    return at + 1;
  }
  return -1;
}

/** A format-patch file that is attached begins with a `From ` line as well, right after the header of its MIME part. */
function followsPartHeader(text: string, newline: number): boolean {
  const before = text.slice(Math.max(0, newline - 1000), newline).split('\n');
  return before.at(-1)?.trim() === '' && partHeader.test(before.at(-2) ?? '');
}

function rawMail(text: string, line: number, inMbox: boolean): RawMail {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  // Only a document that has CRLF from its first line on is a CRLF document; else the CR belongs to the patched file.
  const crlf = lines[0]?.endsWith('\r') ?? false;
  return {
    line,
    endLine: line + Math.max(lines.length, 1) - 1,
    lines: lines.map((raw, index) => {
      const whole = crlf && raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      const escaped = inMbox && raw.startsWith('>') && /^>+From /.test(raw);
      return { text: escaped ? whole.slice(1) : whole, line: line + index, column: escaped ? 2 : 1 };
    }),
  };
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
