import type { Place } from '../series/archive.js';
import { classify } from '../series/classify.js';
import { readDate } from '../series/date.js';
import { readMails } from '../series/mail.js';
import type { MailRecord } from './types.js';

/** How much earlier than `since` a mail may be and still belong to a series that begins after it: clocks differ. */
const slack = 2 * 24 * 60 * 60 * 1000;

/** What is kept of the mails at one place. */
export function scanMail(place: Place, bytes: Uint8Array, since: string | null): MailRecord[] {
  if (since !== null && isBefore(bytes, since)) return [];
  return readMails({ name: '', bytes }).map((mail, nth) => {
    const { messageId, inReplyTo, references } = mail;
    const classified = classify(mail);
    const { kind, subject, message } = classified;
    const kept = kind === 'patch' || kind === 'cover' || kind === 'other';
    const light = {
      mail: { ...mail, to: [], cc: [], references: [], body: [] },
      kind,
      subject,
      message: { ...message, message: '', rest: [] },
      files: [],
    };
    return { place, nth, ids: { messageId, inReplyTo, references }, light: kept ? light : null };
  });
}

/** Goes by the Date field alone, so that older mails are not decoded. */
function isBefore(bytes: Uint8Array, since: string): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 32_768)).toString('latin1');
  const date = readDate(/^Date:(.*)$/im.exec(head)?.[1] ?? '');
  return date !== null && Date.parse(date) < Date.parse(since) - slack;
}
