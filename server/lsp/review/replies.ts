import { originalIn, replyName } from '../../review/originals.js';
import { composeReply, type Remark, toMbox } from '../../review/reply.js';
import { readMails } from '../../series/mail.js';
import { mailLineOf } from '../../series/positions.js';
import type { Mail, Series } from '../../series/types.js';
import { keyOf, messageOf, patchFileOf, type SeriesLink } from './address.js';
import type { Opened, Sessions } from './sessions.js';

/** A comment on lines of a document of a review, which count from 1. */
export interface ReviewComment {
  readonly uri: string;
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

/** A mail that answers a patch, or the cover letter if `patch` is 0. */
export interface ReplyMail {
  readonly link: SeriesLink;
  readonly patch: number;
  /** Name for a file. */
  readonly name: string;
  readonly text: string;
}

export interface Replies {
  readonly mails: readonly ReplyMail[];
  /** All of them as one mbox. */
  readonly mbox: string;
}

/** One mail for each patch or cover letter that has comments, in the order of the series. */
export async function composeReplies(comments: readonly ReviewComment[], sessions: Sessions): Promise<Replies> {
  const groups = new Map<string, { link: SeriesLink; patch: number; comments: ReviewComment[] }>();
  for (const comment of comments) {
    const place = patchFileOf(comment.uri) ?? messageOf(comment.uri);
    if (place === null) continue;
    const { input, series, patch } = place;
    const key = `${keyOf(input)} ${series} ${patch}`;
    const group = groups.get(key) ?? { link: { input, series }, patch, comments: [] };
    group.comments.push(comment);
    groups.set(key, group);
  }
  const mails: ReplyMail[] = [];
  for (const { link, patch, comments: own } of groups.values()) {
    const opened = await sessions.open(link.input);
    const series = opened.reading.series[link.series];
    const original = series && originalOf(opened, series, patch);
    if (!original) continue;
    const remarks: Remark[] = [];
    for (const comment of own) remarks.push(await remarkOf(comment, original, sessions));
    mails.push({ link, patch, name: replyName(patch, original), text: composeReply(original, remarks, null) });
  }
  mails.sort(
    (a, b) => compare(keyOf(a.link.input), keyOf(b.link.input)) || a.link.series - b.link.series || a.patch - b.patch,
  );
  return { mails, mbox: toMbox(mails.map(({ text }) => text)) };
}

/** The lines of a document that a mail shows, each run with its first and last line: those that can be commented on. */
export async function commentableLines(uri: string, sessions: Sessions): Promise<readonly [number, number][]> {
  const place = patchFileOf(uri);
  if (place === null) return messageOf(uri) === null ? [] : [[1, Number.MAX_SAFE_INTEGER]];
  const { series } = await sessions.review(place);
  const patch = series.patches.find(({ index }) => index === place.patch);
  const path = place.side === 'old' ? 'oldPath' : 'newPath';
  const hunks = patch?.files.filter((file) => file[path] === place.path).flatMap((file) => file.hunks) ?? [];
  return hunks.flatMap((hunk): [number, number][] => {
    const [start, count] = place.side === 'old' ? [hunk.oldStart, hunk.oldLines] : [hunk.newStart, hunk.newLines];
    return count === 0 ? [] : [[start, start + count - 1]];
  });
}

async function remarkOf(comment: ReviewComment, original: Mail, sessions: Sessions): Promise<Remark> {
  const { uri, first, last, text } = comment;
  const file = patchFileOf(uri);
  if (file === null) {
    // The subject and the blank line after it stand above the message.
    const start = messageStart(original);
    const lineOf = (line: number): number => original.body[start + line - 3]?.line ?? 0;
    return { lines: last < 3 ? null : { first: lineOf(Math.max(3, first)), last: lineOf(last) }, text };
  }
  const { series } = await sessions.review(file);
  const patch = series.patches.find(({ index }) => index === file.patch);
  const shown: number[] = [];
  for (let line = first; patch && line <= last; line++) {
    const place = mailLineOf(patch, file.side, file.path, line);
    if (place) shown.push(place.line);
  }
  if (shown.length === 0) return { lines: null, text: `${file.path}:${first}: ${text}` };
  return { lines: { first: Math.min(...shown), last: Math.max(...shown) }, text };
}

const mailsOf = new WeakMap<Opened, readonly Mail[]>();

function originalOf(opened: Opened, series: Series, number: number): Mail | null {
  if ('range' in opened.input) return originalIn(null, series, number);
  const mails = mailsOf.get(opened) ?? opened.documents.flatMap((document) => readMails(document));
  mailsOf.set(opened, mails);
  return originalIn(mails, series, number);
}

/** Index of the body line that the message begins with. */
function messageStart({ body }: Mail): number {
  let at = 0;
  while (at < body.length && (body[at]?.text.trim() === '' || /^(?:From|Subject|Date): /i.test(body[at]?.text ?? '')))
    at++;
  return at;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads comments that came over the wire; what is none is left out. */
export function readComments(sent: unknown): readonly ReviewComment[] {
  const { comments } = (typeof sent === 'object' && sent !== null ? sent : {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(comments)) return [];
  return comments.flatMap((one: unknown) => {
    const { uri, first, last, text } = (one ?? {}) as Readonly<Record<string, unknown>>;
    const isComment = typeof uri === 'string' && typeof first === 'number' && typeof last === 'number';
    return isComment && typeof text === 'string' && last - first < 10_000 ? [{ uri, first, last, text }] : [];
  });
}
