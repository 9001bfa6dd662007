import type { Classified } from './classify.js';
import { splitTrailingVersion } from './subject.js';
import type { Threads } from './threads.js';
import type { Document } from './types.js';

/** A patch or cover mail with its place in the input. */
export interface Entry extends Classified {
  readonly document: Document;
  /** Place in the input, over all documents. */
  readonly order: number;
  /** Mails without a Message-Id that follow one another were written together: the number of that run. */
  readonly run: number;
}

/** The mails of one series: by number, 0 for the cover letter. Unnumbered patches are numbered as they come. */
export interface Group {
  readonly slots: ReadonlyMap<number, Entry>;
  readonly version: number;
  /** The m of n/m, or null when the patches bear no number. */
  readonly total: number | null;
  /** The discussion or run it stands in. */
  readonly thread: string;
  /** Mails that a later one with the same number took the place of. */
  readonly replaced: readonly Entry[];
}

interface Bucket {
  readonly thread: string;
  readonly entries: Entry[];
}

const day = 24 * 60 * 60 * 1000;

/**
 * Puts patch and cover mails together that belong to one sending of one series; in order of first appearance.
 * @param letters by Message-Id, mails that are neither patch nor reply and may turn out to be cover letters
 */
export function groupMails(entries: readonly Entry[], threads: Threads, letters: ReadonlyMap<string, Entry>): Group[] {
  const buckets = new Map<string, Bucket>();
  for (const entry of entries) {
    const { thread, key } = keyOf(entry, threads);
    const bucket = buckets.get(key);
    if (bucket) bucket.entries.push(entry);
    else buckets.set(key, { thread, entries: [entry] });
  }
  const groups = joinUnthreaded([...buckets.values()]).flatMap(splitSendings);
  return adoptLetters(groups, letters).sort((a, b) => firstOrder(a) - firstOrder(b));
}

function keyOf(entry: Entry, threads: Threads): { readonly thread: string; readonly key: string } {
  const { mail, subject, document } = entry;
  if (document.queue !== undefined) {
    const thread = `queue ${document.queue}`;
    return { thread, key: thread };
  }
  const thread = mail.messageId === null ? `run ${entry.run}` : `mail ${threads.rootOf(mail.messageId)}`;
  const sending = `v${subject.version} of ${subject.total} ${subject.resend}`;
  if (subject.number !== null) return { thread, key: `${thread} ${sending}` };
  // A lone [PATCH] is a series; several without a mail around them are the files of one.
  return { thread, key: mail.messageId === null ? `${thread} loose` : `${thread} alone ${entry.order}` };
}

const isNumbered = (bucket: Bucket): boolean =>
  bucket.entries.every((entry) => entry.subject.number !== null && entry.document.queue === undefined);

const timeOf = (entry: Entry): number => Date.parse(entry.mail.date ?? '') || 0;

function numbersOf(bucket: Bucket): Set<number> {
  return new Set(bucket.entries.map((entry) => entry.subject.number ?? 0));
}

function isComplete(bucket: Bucket): boolean {
  const numbers = numbersOf(bucket);
  const total = bucket.entries[0]?.subject.total ?? 0;
  for (let number = 1; number <= total; number++) if (!numbers.has(number)) return false;
  return true;
}

/** quilt mail and others send patches that do not refer to each other: same sender, same n/m, same day. */
function joinUnthreaded(buckets: readonly Bucket[]): Bucket[] {
  const open = new Map<string, { readonly bucket: Bucket; readonly numbers: Set<number>; time: number }>();
  const joined: Bucket[] = [];
  const timed = buckets.map((bucket) => ({ bucket, time: bucket.entries.reduce((t, e) => Math.max(t, timeOf(e)), 0) }));
  for (const { bucket, time } of timed.sort((a, b) => a.time - b.time)) {
    const first = bucket.entries[0];
    if (first === undefined || !isNumbered(bucket) || isComplete(bucket)) {
      joined.push(bucket);
      continue;
    }
    const { version, total, resend } = first.subject;
    const sender = first.mail.messageId === null ? bucket.thread : first.mail.from.email;
    const key = JSON.stringify([sender, version, total, resend]);
    const numbers = numbersOf(bucket);
    const before = open.get(key);
    if (before && time - before.time < day && [...numbers].every((number) => !before.numbers.has(number))) {
      for (const entry of bucket.entries) before.bucket.entries.push(entry);
      for (const number of numbers) before.numbers.add(number);
      before.time = time;
    } else {
      const started = { thread: bucket.thread, entries: [...bucket.entries] };
      open.set(key, { bucket: started, numbers, time });
      joined.push(started);
    }
  }
  return joined;
}

/** One number twice means that the series was sent again in the same discussion, whole or only some patches of it. */
function splitSendings(bucket: Bucket): Group[] {
  const { thread } = bucket;
  const version = bucket.entries.reduce((newest, entry) => Math.max(newest, entry.subject.version), 1);
  if (!isNumbered(bucket)) {
    const inOrder = [...bucket.entries].sort((a, b) => a.order - b.order);
    const slots = new Map(inOrder.map((entry, index) => [index + 1, entry]));
    return [{ slots, version, total: null, thread, replaced: [] }];
  }
  const total = bucket.entries[0]?.subject.total ?? null;
  let sending = new Map<number, Entry>();
  const sendings = [sending];
  for (const entry of [...bucket.entries].sort((a, b) => timeOf(a) - timeOf(b) || a.order - b.order)) {
    const number = entry.subject.number ?? 0;
    if (sending.has(number)) {
      sending = new Map();
      sendings.push(sending);
    }
    sending.set(number, entry);
  }
  const groups: (Group & { readonly slots: Map<number, Entry>; readonly replaced: Entry[] })[] = [];
  for (const slots of sendings) {
    const before = groups.at(-1);
    if (
      before &&
      slots.size < before.slots.size &&
      [...slots].every(([n, entry]) => sameText(before.slots.get(n), entry))
    ) {
      for (const [number, entry] of slots) {
        const old = before.slots.get(number);
        if (old) before.replaced.push(old);
        before.slots.set(number, entry);
      }
    } else {
      groups.push({ slots, version, total, thread, replaced: [] });
    }
  }
  return groups;
}

/**
 * Patches without `[PATCH 0/n]` have the mail they answer for a cover letter, if the same person wrote it: its brackets
 * often differ from theirs (`00/33 v3` above `01/33`), or it has none.
 */
function adoptLetters(groups: readonly Group[], letters: ReadonlyMap<string, Entry>): Group[] {
  const lone = new Map<string, Group>();
  for (const group of groups) {
    const id = group.slots.size === 1 ? group.slots.get(0)?.mail.messageId : null;
    if (id) lone.set(id, group);
  }
  const adopted = new Set<Group>();
  const whole = groups.map((group) => {
    const first = group.slots.get(Math.min(...group.slots.keys()));
    const parent = first?.mail.inReplyTo ?? '';
    const cover = lone.get(parent);
    const letter = cover?.slots.get(0) ?? letters.get(parent);
    if (group.total === null || group.slots.has(0) || letter?.mail.from.email !== first?.mail.from.email) return group;
    if (!letter) return group;
    if (cover) adopted.add(cover);
    const title = splitTrailingVersion(letter.subject.text);
    const subject = cover ? letter.subject : { ...letter.subject, text: title.text };
    const version = Math.max(group.version, cover ? cover.version : title.version);
    return { ...group, version, slots: new Map([[0, { ...letter, subject }], ...group.slots]) };
  });
  return whole.filter((group) => !adopted.has(group));
}

const sameText = (a: Entry | undefined, b: Entry): boolean => a?.subject.text === b.subject.text;

function firstOrder(group: Group): number {
  let first = Number.POSITIVE_INFINITY;
  for (const entry of group.slots.values()) first = Math.min(first, entry.order);
  return first;
}
