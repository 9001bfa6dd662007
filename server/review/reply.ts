import type { BodyLine, Mail } from '../series/types.js';
import { clean } from './formats/clean.js';
import { encodeHeader, encodeMailbox } from './formats/header.js';
import { wrap } from './formats/wrap.js';

/** What a reviewer has to say, and the lines of the mail's document that he says it to. */
export interface Remark {
  /** First and last line, 1-based; null for a remark on the mail as a whole. */
  readonly lines: { readonly first: number; readonly last: number } | null;
  readonly text: string;
}

/** Who writes; left out of the mail when it is not known, as mail programs know it better. */
export interface Writer {
  readonly name: string;
  readonly email: string;
}

/** Columns that prose is wrapped to, so that it still fits into 80 when it is quoted a few times. */
export const replyColumns = 72;

/** Lines of context above the lines that a remark is on. */
const contextLines = 6;

/**
 * A reply in list style: the quoted lines that the remarks are on with some context, each remark below its lines, plain
 * text. Addressed to the author, with all others that got the mail in Cc. It says nothing that the reviewer did not write:
 * no tag, no signature.
 */
export function composeReply(original: Mail, remarks: readonly Remark[], writer: Writer | null): string {
  return `${[...headerOf(original, writer), '', ...bodyOf(original, remarks)].join('\n')}\n`;
}

/** Mails as one mbox. The date is the one by which `git am` and `git send-email` know what is no real mailbox. */
export function toMbox(mails: readonly string[]): string {
  return mails
    .map((mail) => `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\n${mail.replace(/^(>*From )/gm, '>$1')}\n`)
    .join('');
}

function headerOf({ subject, from, to, cc, messageId, inReplyTo, references }: Mail, writer: Writer | null): string[] {
  const seen = new Set([from.email.toLowerCase(), writer?.email.toLowerCase() ?? '', '']);
  const others = [...to, ...cc].filter(({ email }) => {
    const isNew = !seen.has(email.toLowerCase());
    seen.add(email.toLowerCase());
    return isNew;
  });
  // RFC 5322, 3.6.4: without References, the mail that was answered is all that is known of the thread.
  const parents = references.length > 0 ? references : inReplyTo === null ? [] : [inReplyTo];
  const thread = messageId === null ? [] : [...parents, messageId].map((id) => `<${oneLine(id)}>`);
  return [
    ...(writer === null ? [] : encodeHeader('From', [encodeMailbox(writer)])),
    ...(from.email === '' ? [] : encodeHeader('To', [encodeMailbox(from)])),
    ...(others.length === 0 ? [] : encodeHeader('Cc', others.map(encodeMailbox), ',')),
    ...encodeHeader('Subject', oneLine(`Re: ${subject.replace(/^(?:re:\s*)+/i, '')}`).split(' ')),
    ...(messageId === null ? [] : encodeHeader('In-Reply-To', [`<${oneLine(messageId)}>`])),
    ...(thread.length === 0 ? [] : encodeHeader('References', thread)),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ];
}

function bodyOf({ from, date, body }: Mail, remarks: readonly Remark[]): string[] {
  const places = remarks.map((remark) => ({ remark, place: placeOf(body, remark) }));
  const whole = places.filter(({ place }) => place === null);
  const placed = places
    .flatMap(({ remark, place }) => (place === null ? [] : [{ text: remark.text, ...place }]))
    .sort((a, b) => a.last - b.last || a.first - b.first);
  const out = [attribution(from, date)];
  for (const { remark } of whole) out.push('', ...wrap(remark.text, replyColumns));
  let quoted = -1;
  for (const [number, { first, last, text }] of placed.entries()) {
    // Remarks on the same lines follow one another.
    if (last > quoted) {
      if (number > 0 || whole.length > 0) out.push('');
      for (const at of linesToQuote(body, first, last)) {
        if (at <= quoted) continue;
        if (at > quoted + 1 && quoted >= 0 && !out.at(-1)?.startsWith('> ')) out.push('[...]');
        out.push(`> ${clean(body[at]?.text ?? '')}`.trimEnd());
        quoted = at;
      }
    }
    out.push('', ...wrap(text, replyColumns));
  }
  return out;
}

/** Indices of the body lines that a remark is on; null when it is on none of them. */
function placeOf(
  body: readonly BodyLine[],
  { lines }: Remark,
): { readonly first: number; readonly last: number } | null {
  if (lines === null) return null;
  const first = body.findIndex(({ line }) => line >= lines.first && line <= lines.last);
  const last = body.findLastIndex(({ line }) => line >= lines.first && line <= lines.last);
  return first < 0 ? null : { first, last };
}

/** The file's name and the hunk's line, then some lines of context; in a message the paragraph. In order. */
function linesToQuote(body: readonly BodyLine[], first: number, last: number): readonly number[] {
  const textAt = (at: number): string => body[at]?.text ?? '';
  const above = (test: RegExp, from: number): number =>
    body.findLastIndex((line, at) => at <= from && test.test(line.text));
  const diff = body.findIndex(({ text }) => /^(?:diff -|--- \S|Index: )/.test(text));
  const start = Math.max(0, first - contextLines);
  if (diff < 0 || first < diff) {
    const blank = above(/^\s*$/, first - 1);
    return range(Math.max(start, blank + 1), last);
  }
  const hunk = above(/^@@ /, first);
  const file = above(/^(?:diff -|--- \S|Index: )/, hunk < 0 ? first : hunk);
  const name = above(/^diff -|^Index: /, file);
  const heading = [...new Set([name, file, file + 1])].filter(
    (at) => at >= diff && /^(?:diff|Index:|---|\+\+\+)/.test(textAt(at)),
  );
  const context = hunk < 0 ? start : Math.max(start, hunk + 1);
  return [...heading, ...(hunk < 0 ? [] : [hunk]), ...range(context, last)].filter((at) => at <= last);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** "On Mon, Nov 20, 2017 at 10:00:00AM +0000, Ada Example wrote:", as mutt writes it. */
function attribution({ name, email }: Mail['from'], date: string | null): string {
  const who = oneLine(name || email || 'the author');
  return `${date === null ? '' : `On ${describeDate(new Date(date))}, `}${who} wrote:`;
}

function describeDate(date: Date): string {
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(date);
  const day = part({ weekday: 'short', month: 'short', day: '2-digit', year: 'numeric' });
  const time = part({ hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: true });
  return `${day} at ${time.replace(/\s/g, '')} +0000`;
}

/** Text for a header: nothing in it begins another field. */
function oneLine(text: string): string {
  return clean(text.replace(/\s+/g, ' ')).trim();
}
