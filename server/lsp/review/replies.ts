import { replyName } from '../../review/originals.js';
import { composeReply, type Remark, toMbox } from '../../review/reply.js';
import type { Mail } from '../../series/types.js';
import { keyOf, messageOf, patchFileOf, type SeriesLink } from './address.js';
import { linesOfMessage, originalOf, type Place, shownLines } from './mailPlaces.js';
import type { Sessions } from './sessions.js';

/** A comment on lines of a document of a review. */
export interface ReviewComment extends Place {
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
  const { series } = await sessions.firstLook(place);
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
  if (file === null) return { lines: linesOfMessage(original, comment), text };
  const { series } = await sessions.firstLook(file);
  const patch = series.patches.find(({ index }) => index === file.patch);
  const shown = patch ? shownLines(patch, file, first, last) : [];
  if (shown.length === 0) return { lines: null, text: `${file.path}:${first}: ${text}` };
  return { lines: { first: Math.min(...shown), last: Math.max(...shown) }, text };
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
