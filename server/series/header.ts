import { decodeWords } from 'postal-mime';
import { decodeGuessing } from './charset.js';
import { isSeparator, type RawLine } from './mbox.js';

/** The header of a mail or MIME part: raw values by lower-case name, unfolded, one character per byte. */
export type Header = ReadonlyMap<string, string>;

const field = /^([!-9;-~]+):[ \t]?(.*)$/s;
/** What tells a mail (or a Debian DEP-3 patch header) from prose that happens to begin with `word:`. */
const tellTale = ['from', 'subject', 'date', 'message-id', 'received', 'mime-version', 'author', 'description'];
/** No header field of a sane mail is longer; what lies beyond is not worth the time it takes. */
const longestField = 16_384;

/**
 * Reads the header at the beginning of `lines`; `body` is the index of the first line after the blank line that ends
 * it. Text that begins with anything else than a mail header has an empty header and `body` 0.
 */
export function readHeader(lines: readonly RawLine[]): { readonly header: Header; readonly body: number } {
  let at = lines.findIndex((line) => line.text.trim() !== '');
  if (at < 0) return { header: new Map(), body: 0 };
  const separated = isSeparator(lines[at]?.text ?? '');
  while (/^>?From /.test(lines[at]?.text ?? '')) at++;
  const { header, body } = readFields(lines, at);
  const isHeader = separated || tellTale.some((name) => header.has(name));
  return isHeader ? { header, body } : { header: new Map(), body: 0 };
}

/** Reads header fields from line index `start`, whatever their names: the header of a MIME part. */
export function readFields(
  lines: readonly RawLine[],
  start: number,
): { readonly header: Header; readonly body: number } {
  const header = new Map<string, string>();
  let name = '';
  let value: string[] = [];
  const keep = () => {
    // As git mailinfo, the first of several fields of one name counts.
    if (name !== '' && !header.has(name)) header.set(name, value.join('\n').slice(0, longestField));
  };
  let at = start;
  for (; at < lines.length; at++) {
    const text = lines[at]?.text ?? '';
    if (text.trim() === '') break;
    if (/^[ \t]/.test(text) && name !== '') {
      value.push(text);
      continue;
    }
    const match = field.exec(text.trimEnd());
    // quilt puts `Index: file` right below its header.
    if (!match || match[1] === 'Index') break;
    keep();
    name = (match[1] ?? '').toLowerCase();
    value = [match[2] ?? ''];
  }
  keep();
  return { header, body: lines[at]?.text.trim() === '' ? at + 1 : at };
}

/** A field's text: unfolded, encoded words decoded, white space collapsed; null when the header has no such field. */
export function fieldText(header: Header, name: string): string | null {
  const raw = header.get(name);
  return raw === undefined ? null : decodeWords(decodeGuessing(raw)).replace(/\s+/g, ' ').trim();
}

/** A structured field such as Content-Type: its lower-case value and its parameters (RFC 2231 sections joined). */
export interface Structured {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const parameter = /;\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]*)/g;
const longestStructured = 4096;

/** Parses a structured field; a missing one has the value ''. */
export function structured(header: Header, name: string): Structured {
  const raw = (header.get(name) ?? '').slice(0, longestStructured);
  const parameters = new Map<string, string>();
  for (const [, key = '', quoted = ''] of raw.matchAll(parameter)) {
    const value = quoted.startsWith('"') ? quoted.slice(1, -1).replace(/\\(.)/gs, '$1') : quoted;
    const plain = key.toLowerCase().replace(/\*.*$/, '');
    parameters.set(plain, (parameters.get(plain) ?? '') + value);
  }
  return { value: (raw.split(';', 1)[0] ?? '').trim().toLowerCase(), parameters };
}
