import { addressParser, decodeWords } from 'postal-mime';
import { binaryString, decodeGuessing } from './charset.js';
import { readDate } from './date.js';
import { fieldText, type Header, readHeader } from './header.js';
import { type RawLine, splitMails } from './mbox.js';
import { readContent } from './mime.js';
import type { Document, Mail, Mailbox } from './types.js';

/** Mails inside mails inside mails: forwarding software stops far below this. */
const deepest = 4;
const longestAddress = 2000;
/** get_maintainer.pl names dozens of people. */
const longestList = 16_000;

/**
 * All mails of a document in its order, each followed by the mails attached to it. A document without any mail header,
 * such as a plain diff, is one mail with an empty subject and sender. Never throws, whatever the bytes are.
 */
export function readMails(document: Document): Mail[] {
  const mails: Mail[] = [];
  for (const raw of splitMails(binaryString(document.bytes))) readInto(mails, document.name, raw.lines, 0);
  return mails;
}

function readInto(mails: Mail[], document: string, lines: readonly RawLine[], depth: number): void {
  const { header, body } = readHeader(lines);
  const content = readContent(header, lines.slice(body));
  const line = lines[0]?.line ?? 1;
  mails.push({
    document,
    line,
    endLine: Math.max(line, lines.at(-1)?.line ?? line),
    messageId: messageIds(header.get('message-id'))[0] ?? null,
    inReplyTo: messageIds(header.get('in-reply-to'))[0] ?? null,
    references: messageIds(header.get('references')),
    subject: subjectOf(header),
    from: mailbox(encoded(header, 'from') ?? encoded(header, 'author') ?? ''),
    to: mailboxes(encoded(header, 'to') ?? ''),
    cc: mailboxes(encoded(header, 'cc') ?? ''),
    date: readDate(fieldText(header, 'date') ?? ''),
    body: content.body,
  });
  if (depth === deepest) return;
  for (const attached of content.attached) readInto(mails, document, attached, depth + 1);
}

/** Debian's DEP-3 patch headers have a Description, whose first line is the subject. */
function subjectOf(header: Header): string {
  const description = (header.get('description') ?? '').split('\n', 1)[0] ?? '';
  return fieldText(header, 'subject') ?? decodeGuessing(description).trim();
}

/** The ids of a Message-Id, In-Reply-To or References field, without their angle brackets. */
function messageIds(field: string | undefined): string[] {
  return [...(field ?? '').matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] ?? '');
}

/** The first mailbox of a From field. An unreadable field is kept as the name. */
export function mailbox(text: string): Mailbox {
  const [first] = mailboxes(text.slice(0, longestAddress));
  return first ?? { name: decodeWords(text.slice(0, longestAddress)), email: '' };
}

/** A field with its encoded words as they are: a comma in one does not separate mailboxes. */
function encoded(header: Header, name: string): string | null {
  const raw = header.get(name);
  return raw === undefined ? null : decodeGuessing(raw).replace(/\s+/g, ' ').trim();
}

/** The mailboxes of a field, names decoded. */
function mailboxes(text: string): Mailbox[] {
  return addressParser(text.slice(0, longestList), { flatten: true }).flatMap(({ name, address }) =>
    address ? [{ name: decodeWords(name), email: address }] : [],
  );
}
