import { decoderFor, decodeWide, shownText } from './charset.js';
import type { RawLine } from './mbox.js';
import type { BodyLine } from './types.js';

/** How the lines of one MIME part are to be read. */
export interface Encoding {
  readonly transfer: string;
  readonly charset: string | undefined;
  /** RFC 3676: `format=flowed`, and whether the space of a soft break goes too. */
  readonly flowed: boolean;
  readonly delsp: boolean;
}

/** Decodes the lines of a part; each keeps the document line on which it begins. */
export function decodePart(lines: readonly RawLine[], encoding: Encoding): BodyLine[] {
  if (encoding.transfer === 'base64') {
    const { binary, lineAt } = decodeBase64(lines);
    const wide = decodeWide(binary, encoding.charset);
    if (wide !== null) return withoutCarriageReturns(splitLines(wide, (offset) => lineAt(offset * 2)));
  }
  const unpacked = unpack(lines, encoding.transfer);
  return decodeText(encoding.flowed ? unflow(unpacked, encoding.delsp) : unpacked, encoding.charset);
}

/** Undoes the transfer encoding only; the text stays one character per byte. */
export function unpack(lines: readonly RawLine[], transfer: string): readonly RawLine[] {
  if (transfer === 'quoted-printable') return withoutCarriageReturns(decodeQuotedPrintable(lines));
  if (transfer !== 'base64') return lines;
  const { binary, lineAt } = decodeBase64(lines);
  return withoutCarriageReturns(splitLines(binary, lineAt));
}

/** Byte strings to text. The column survives only where the document shows the very same text (read as UTF-8). */
function decodeText(lines: readonly RawLine[], charset: string | undefined): BodyLine[] {
  const decode = decoderFor(charset);
  return lines.map(({ text, line, column }) => {
    const decoded = decode(text);
    return { text: decoded, line, column: column > 0 && decoded === shownText(text) ? column : 0 };
  });
}

function splitLines(text: string, lineAt: (offset: number) => number): RawLine[] {
  const lines: RawLine[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    lines.push({ text: text.slice(start, end), line: lineAt(start), column: 0 });
    start = end + 1;
  }
  return lines;
}

/** MIME text ends its lines in CRLF before encoding; single CRs belong to the patched file. */
function withoutCarriageReturns(lines: RawLine[]): RawLine[] {
  const everywhere = lines.length > 0 && lines.slice(0, -1).every((line) => line.text.endsWith('\r'));
  if (!everywhere) return lines;
  return lines.map((line) => (line.text.endsWith('\r') ? { ...line, text: line.text.slice(0, -1) } : line));
}

/** The bytes, and a map from byte offset to document line that wants ascending offsets. */
function decodeBase64(lines: readonly RawLine[]): {
  readonly binary: string;
  readonly lineAt: (offset: number) => number;
} {
  let binary = '';
  let pending = '';
  const starts: { readonly offset: number; readonly line: number }[] = [];
  const flush = (length: number) => {
    // A single left-over character encodes no byte.
    binary += atob(pending.slice(0, length % 4 === 1 ? length - 1 : length));
    pending = pending.slice(length);
  };
  for (const { text, line } of lines) {
    // List software adds plain footers below encoded text.
    if (!/^[A-Za-z0-9+/=\s]*$/.test(text)) continue;
    starts.push({ offset: binary.length + Math.floor((pending.length * 3) / 4), line });
    for (const [index, run] of text.replace(/\s/g, '').split(/=+/).entries()) {
      if (index > 0) flush(pending.length);
      pending += run;
    }
    flush(pending.length - (pending.length % 4));
  }
  flush(pending.length);
  let at = 0;
  const lineAt = (offset: number) => {
    while (at + 1 < starts.length && (starts[at + 1]?.offset ?? 0) <= offset) at++;
    return starts[at]?.line ?? lines[0]?.line ?? 1;
  };
  return { binary, lineAt };
}

function decodeQuotedPrintable(lines: readonly RawLine[]): RawLine[] {
  const decoded: RawLine[] = [];
  let open: { text: string; line: number } | null = null;
  for (const { text, line, column } of lines) {
    const trimmed = text.trimEnd();
    const soft = trimmed.endsWith('=');
    const raw = soft ? trimmed.slice(0, -1) : text;
    const plain = raw.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (open) open.text += plain;
    else if (soft || plain !== raw) open = { text: plain, line };
    else decoded.push({ text, line, column });
    if (open && !soft) {
      for (const part of open.text.split('\n')) decoded.push({ text: part, line: open.line, column: 0 });
      open = null;
    }
  }
  if (open) decoded.push({ ...open, column: 0 });
  return decoded;
}

/** Undoes format=flowed, mirroring handle_filter_flowed() of git's mailinfo.c. */
function unflow(lines: readonly RawLine[], delsp: boolean): RawLine[] {
  const whole: RawLine[] = [];
  let open: { text: string; line: number } | null = null;
  for (const stuffed of lines) {
    if (stuffed.text === '-- ') {
      if (open) whole.push({ ...open, column: 0 });
      open = null;
      whole.push(stuffed);
      continue;
    }
    const unstuffed = stuffed.text.startsWith(' ');
    const text = unstuffed ? stuffed.text.slice(1) : stuffed.text;
    if (text.endsWith(' ')) {
      open ??= { text: '', line: stuffed.line };
      open.text += delsp ? text.slice(0, -1) : text;
    } else if (open) {
      whole.push({ text: open.text + text, line: open.line, column: 0 });
      open = null;
    } else {
      const column = unstuffed && stuffed.column > 0 ? stuffed.column + 1 : stuffed.column;
      whole.push({ text, line: stuffed.line, column });
    }
  }
  if (open) whole.push({ ...open, column: 0 });
  return whole;
}
