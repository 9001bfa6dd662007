import { type Header, readFields, readHeader, structured } from './header.js';
import type { RawLine } from './mbox.js';
import { decodePart, unpack } from './transfer.js';
import type { BodyLine } from './types.js';

/** What a mail carries: its text, with attached plain diffs below it, and the mails that are attached whole. */
export interface Content {
  readonly body: BodyLine[];
  /** Lines of message/rfc822 parts and of attached git format-patch files. */
  readonly attached: (readonly RawLine[])[];
}

interface Part {
  readonly header: Header;
  readonly lines: readonly RawLine[];
  /** Type of a part that does not state its own: message/rfc822 inside a digest. */
  readonly defaultType: string;
  readonly attachment: boolean;
}

const deepest = 12;
const patchName = /\.(?:patch|diff|mbox|mbx|eml)$/i;
const unreadable = /^text\/(?:html|enriched|richtext|calendar|vcard|x-vcard|directory)$/;

/** Decodes the body of a mail. Parts nested deeper than a dozen levels are left out. Never throws. */
export function readContent(header: Header, lines: readonly RawLine[]): Content {
  const content: Content = { body: [], attached: [] };
  collect({ header, lines, defaultType: 'text/plain', attachment: false }, content, 0);
  return content;
}

function collect(part: Part, content: Content, depth: number): void {
  if (depth > deepest) return;
  const { header, lines } = part;
  const type = structured(header, 'content-type');
  const kind = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type.value) ? type.value : part.defaultType;
  const boundary = type.parameters.get('boundary') ?? '';
  if (kind.startsWith('multipart/') && boundary !== '') {
    for (const child of chosen(kind, split(lines, boundary, kind))) collect(child, content, depth + 1);
    return;
  }
  const transfer = structured(header, 'content-transfer-encoding').value;
  if (kind === 'message/rfc822' || kind === 'message/global') {
    content.attached.push(unpack(lines, transfer));
    return;
  }
  const disposition = structured(header, 'content-disposition');
  const name = disposition.parameters.get('filename') ?? type.parameters.get('name') ?? '';
  if (!isReadable(kind, name)) return;
  const attachment = part.attachment || disposition.value === 'attachment';
  const unpacked = attachment ? unpack(lines, transfer) : lines;
  if (attachment && isPatchMail(unpacked)) {
    content.attached.push(unpacked);
    return;
  }
  const text = decodePart(lines, {
    transfer,
    charset: type.parameters.get('charset'),
    flowed: type.parameters.get('format')?.toLowerCase() === 'flowed',
    delsp: type.parameters.get('delsp')?.toLowerCase() === 'yes',
  });
  for (const line of text) content.body.push(line);
}

function isReadable(kind: string, name: string): boolean {
  if (kind.startsWith('multipart/')) return true;
  if (kind.startsWith('text/')) return !unreadable.test(kind);
  if (/^application\/(?:x-)?(?:patch|diff|mbox)$/.test(kind) || patchName.test(name)) return true;
  // Mailman relabels the text of mails without a Content-Type as nameless octets.
  return kind === 'application/octet-stream' && name === '';
}

/** Whether an attachment is a mail of its own, as git format-patch writes it. */
function isPatchMail(lines: readonly RawLine[]): boolean {
  const { header } = readHeader(lines);
  return header.has('from') && header.has('subject');
}

/** Of alternatives the plain one, else the last that could hold plain text. */
function chosen(kind: string, parts: readonly Part[]): readonly Part[] {
  if (kind !== 'multipart/alternative') return parts;
  const types = parts.map((part) => structured(part.header, 'content-type').value || part.defaultType);
  const plain = types.indexOf('text/plain');
  const nested = types.findIndex((type) => type.startsWith('multipart/'));
  const best = parts[plain >= 0 ? plain : nested];
  return best ? [best] : [];
}

/** The parts between the boundary lines; preamble and epilogue are dropped, a missing end is forgiven. */
function split(lines: readonly RawLine[], boundary: string, kind: string): Part[] {
  const opening = `--${boundary}`;
  const parts: Part[] = [];
  const finish = (start: number, end: number) => {
    const { header, body } = readFields(lines.slice(start, end), 0);
    parts.push({
      header,
      lines: lines.slice(start + body, end),
      defaultType: kind === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
      attachment: parts.length > 0 && kind !== 'multipart/alternative',
    });
  };
  let start = -1;
  for (const [index, { text }] of lines.entries()) {
    if (!text.startsWith(opening)) continue;
    const rest = text.slice(opening.length).trimEnd();
    if (rest !== '' && rest !== '--') continue;
    if (start >= 0) finish(start, index);
    start = index + 1;
    if (rest === '--') return parts;
  }
  if (start >= 0) finish(start, lines.length);
  return parts;
}
