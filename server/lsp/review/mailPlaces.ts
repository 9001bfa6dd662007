import { originalIn } from '../../review/originals.js';
import { readMails } from '../../series/mail.js';
import { diffPositionAt, mailLineOf } from '../../series/positions.js';
import type { Mail, Series } from '../../series/types.js';
import {
  keyOf,
  messageOf,
  messageUri,
  patchFileOf,
  patchFileUri,
  type ReviewInput,
  type SeriesLink,
  seriesLinkOf,
} from './address.js';
import type { Opened, Sessions } from './sessions.js';

/** Lines of a document, which count from 1. */
export interface Place {
  readonly uri: string;
  readonly first: number;
  readonly last: number;
}

/** The two documents that show the lines of a comment: that of the review, and the mail, which a git range has not. */
export interface CommentPlaces {
  readonly review: Place;
  readonly mail: Place | null;
}

/**
 * Both places of a comment on lines of either document. `inputs` are the open reviews: a mail that is in none of them is a
 * review of its own. Null where a mail says nothing that a reply would quote.
 */
export async function commentPlaces(
  place: Place,
  inputs: readonly ReviewInput[],
  sessions: Sessions,
): Promise<CommentPlaces | null> {
  if (seriesLinkOf(place.uri) !== null) return { review: place, mail: await inMail(place, sessions) };
  const review = await inReview(place, inputs, sessions);
  return review && { review, mail: place };
}

/** The lines of a mail or diff that can be commented on, each run with its first and last: messages and hunks. */
export async function commentableInMail(
  uri: string,
  inputs: readonly ReviewInput[],
  sessions: Sessions,
): Promise<readonly [number, number][]> {
  const alone = { files: [uri] };
  // The mail may have changed since; an open review is as old as it looks.
  if (!inputs.some((input) => keyOf(input) === keyOf(alone))) sessions.forget(alone);
  const found = await openedWith(uri, inputs, sessions);
  if (found === null) return [];
  const { opened, name } = found;
  const runs = opened.reading.series.flatMap((series) => {
    const hunks = series.patches
      .filter(({ document }) => document === name)
      .flatMap(({ files }) => files.flatMap((file) => file.hunks))
      .map((hunk): [number, number] => [hunk.line + 1, hunk.lines.at(-1)?.line ?? hunk.line]);
    const messages = numbersOf(series).flatMap((number): [number, number][] => {
      const lines = messageLines(opened, series, number, name);
      return lines.length === 0 ? [] : [[lines[0] ?? 0, lines.at(-1) ?? 0]];
    });
    return [...messages, ...hunks];
  });
  return runs.filter(([first, last]) => first <= last).sort(([a], [b]) => a - b);
}

/** The mail that brought a patch of a series, or its cover letter if `number` is 0. */
export function originalOf(opened: Opened, series: Series, number: number): Mail | null {
  if ('range' in opened.input) return originalIn(null, series, number);
  const mails = mailsOf.get(opened) ?? opened.documents.flatMap((document) => readMails(document));
  mailsOf.set(opened, mails);
  return originalIn(mails, series, number);
}

const mailsOf = new WeakMap<Opened, readonly Mail[]>();

/** The lines of the mail that show lines of a message's document, where the subject and a blank line stand above. */
export function linesOfMessage(original: Mail, { first, last }: Pick<Place, 'first' | 'last'>) {
  const start = messageStart(original);
  const lineOf = (line: number): number => original.body[start + line - aboveMessage]?.line ?? 0;
  return last < aboveMessage ? null : { first: lineOf(Math.max(aboveMessage, first)), last: lineOf(last) };
}

/** The first line of the message in its document. */
const aboveMessage = 3;

/** Index of the body line that the message begins with. */
function messageStart({ body }: Mail): number {
  let at = 0;
  while (at < body.length && (body[at]?.text.trim() === '' || /^(?:From|Subject|Date): /i.test(body[at]?.text ?? '')))
    at++;
  return at;
}

/** The lines of document `name` that a message stands on. */
function messageLines(opened: Opened, series: Series, number: number, name: string): readonly number[] {
  const said = number === 0 ? series.cover : series.patches.find(({ index }) => index === number);
  if (!said) return [];
  const original = originalOf(opened, series, number);
  if (original?.document !== name) return [];
  const start = messageStart(original);
  return original.body.slice(start, start + said.message.split('\n').length).map(({ line }) => line);
}

function numbersOf({ cover, patches }: Series): readonly number[] {
  return [...(cover === null ? [] : [0]), ...patches.map(({ index }) => index)];
}

async function inMail({ uri, first, last }: Place, sessions: Sessions): Promise<Place | null> {
  const file = patchFileOf(uri);
  const place = file ?? messageOf(uri);
  if (place === null) return null;
  const opened = await sessions.open(place.input);
  if (file === null) {
    const series = opened.reading.series[place.series];
    const original = series && originalOf(opened, series, place.patch);
    const mail = opened.uris.get(original?.document ?? '');
    const lines = original && linesOfMessage(original, { first, last });
    return mail && lines ? { uri: mail, ...lines } : null;
  }
  // Applying may have moved hunks: the lines are those of the series that was laid out.
  const { series } = await sessions.firstLook(file);
  const patch = series.patches.find(({ index }) => index === file.patch);
  const mail = opened.uris.get(patch?.document ?? '');
  const shown = patch ? shownLines(patch, file, first, last) : [];
  return mail && shown.length > 0 ? { uri: mail, first: Math.min(...shown), last: Math.max(...shown) } : null;
}

/** The lines of the mail that show lines of a file as a patch finds or leaves it. */
export function shownLines(
  patch: Series['patches'][number],
  { side, path }: { readonly side: 'old' | 'new'; readonly path: string },
  first: number,
  last: number,
): readonly number[] {
  const shown: number[] = [];
  for (let line = first; line <= last; line++) {
    const place = mailLineOf(patch, side, path, line);
    if (place) shown.push(place.line);
  }
  return shown;
}

async function inReview(
  { uri, first, last }: Place,
  inputs: readonly ReviewInput[],
  sessions: Sessions,
): Promise<Place | null> {
  const found = await openedWith(uri, inputs, sessions);
  if (found === null) return null;
  const { opened, name } = found;
  for (const [number, series] of opened.reading.series.entries()) {
    const link: SeriesLink = { input: opened.input, series: number };
    const lines = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    if (lines.some((line) => diffPositionAt(series, name, line))) {
      return onDiff((await sessions.firstLook(link)).series, link, name, lines);
    }
    for (const patch of numbersOf(series)) {
      const message = messageLines(opened, series, patch, name);
      const [from, to] = [message.indexOf(first), message.indexOf(last)];
      if (from < 0 || to < 0) continue;
      return { uri: messageUri({ ...link, patch }), first: from + aboveMessage, last: to + aboveMessage };
    }
  }
  return null;
}

/** Lines of a diff as lines of the file that it leaves; of the file it finds, if all are deleted. */
function onDiff(series: Series, link: SeriesLink, name: string, lines: readonly number[]): Place | null {
  const positions = lines.flatMap((line) => diffPositionAt(series, name, line) ?? []);
  const [start] = positions;
  if (start === undefined) return null;
  const own = positions.filter(({ file }) => file === start.file).map(({ diffLine }) => diffLine);
  const after = own.flatMap(({ newLine }) => newLine ?? []);
  const before = own.flatMap(({ oldLine }) => oldLine ?? []);
  const side = after.length > 0 ? 'new' : 'old';
  const path = side === 'new' ? start.file.newPath : start.file.oldPath;
  const shown = side === 'new' ? after : before;
  if (path === null) return null;
  const uri = patchFileUri({ ...link, patch: start.patch.index, side, path });
  return { uri, first: Math.min(...shown), last: Math.max(...shown) };
}

/** The open review that a mail is part of, and the mail's name there. */
async function openedWith(uri: string, inputs: readonly ReviewInput[], sessions: Sessions) {
  for (const input of [...inputs, { files: [uri] }]) {
    const opened = await sessions.open(input);
    for (const [name, address] of opened.uris) if (address === uri) return { opened, name };
  }
  return null;
}
