import type { Classified } from './classify.js';
import { Gathering } from './gather.js';
import type { Entry, Group } from './group.js';
import { coverText } from './message.js';
import { readProvenance, readTrailers } from './trailers.js';
import type { Document, InputProblem, Mail, Patch, Reading, Series } from './types.js';

/** The mails of one document, classified, in their order. */
export interface ClassifiedDocument {
  readonly document: Document;
  readonly mails: readonly Classified[];
}

/**
 * Makes series of classified mails: cover and patches by number whatever their order, each version and resend on its
 * own, the same mail from two inputs once. Versions of one series stand together, newest first.
 */
export function assemble(documents: readonly ClassifiedDocument[]): Reading {
  const gathering = new Gathering();
  const others: Entry[] = [];
  const problems: InputProblem[] = [];
  for (const { document, mails } of documents) {
    if (mails.length === 0) problems.push(problem('nothing to read, it is empty', document.name, 1));
    for (const classified of mails) {
      const entry = gathering.add(classified, document);
      if (entry && entry.kind !== 'patch' && entry.kind !== 'cover') others.push(entry);
    }
  }
  const found: { readonly series: Series; readonly group: Group }[] = [];
  const used = new Set<Mail>();
  for (const group of gathering.groups()) {
    const series = seriesOf(group);
    if (series) found.push({ series, group });
    for (const { mail } of group.slots.values()) if (series) used.add(mail);
    for (const { mail } of group.replaced) {
      used.add(mail);
      problems.push(
        problem(`"${mail.subject}" was sent again later; the later mail is used`, mail.document, mail.line),
      );
    }
  }
  for (const { kind, subject, mail } of others) {
    if (kind === 'other' && subject.patch && (subject.number ?? 0) > 0) {
      problems.push(problem(`no diff can be read in "${mail.subject}"`, mail.document, mail.line));
    }
  }
  const leftOut = [...others, ...gathering.parts].filter(({ mail }) => !used.has(mail));
  return {
    series: newestFirst(found),
    leftOut: leftOut.map(({ kind, mail: { subject, document, line } }) => ({ kind, subject, document, line })),
    problems,
  };
}

const problem = (message: string, document: string, line: number): InputProblem => ({ message, document, line });

/** The series of a group; null when it is a cover letter alone. */
export function seriesOf(group: Group): Series | null {
  const numbers = [...group.slots.keys()].sort((a, b) => a - b);
  const letter = group.total === null ? undefined : group.slots.get(0);
  const patches: Patch[] = [];
  for (const number of numbers) {
    const entry = group.slots.get(number);
    if (entry && entry !== letter) patches.push(patchOf(entry, number));
  }
  const [first] = patches;
  if (first === undefined) return null;
  const total = group.total ?? numbers.at(-1) ?? patches.length;
  const missing: number[] = [];
  for (let number = 1; number <= total; number++) if (!group.slots.has(number)) missing.push(number);
  const bodies = numbers.map((number) => group.slots.get(number)?.mail.body ?? []);
  const cover = letter
    ? { subject: letter.subject.text, message: coverText(letter.mail), messageId: letter.mail.messageId }
    : null;
  return {
    subject: cover?.subject || first.subject,
    version: group.version,
    total,
    cover,
    patches,
    missing,
    newest: true,
    ...readProvenance(bodies),
  };
}

function patchOf({ mail, subject, message, files }: Entry, index: number): Patch {
  return {
    index,
    subject: subject.text || titleOf(message.message, mail.document),
    messageId: mail.messageId,
    author: message.author,
    date: message.date,
    message: message.message,
    trailers: readTrailers(message.message),
    document: mail.document,
    line: mail.line,
    endLine: mail.endLine,
    files,
  };
}

/** A bare diff is known by the first line of its text, else by its file's name. */
function titleOf(message: string, document: string): string {
  return message.split('\n', 1)[0]?.trim() || (document.split(/[\\/]/).at(-1) ?? document);
}

/**
 * Families of versions in order of appearance, the newest version of each first. One family has the same change-id or
 * subject, or a later version in the discussion of the earlier one.
 */
function newestFirst(found: readonly { readonly series: Series; readonly group: Group }[]): Series[] {
  const families: { readonly series: Series; readonly date: string }[][] = [];
  const known = new Map<string, (typeof families)[number]>();
  for (const { series, group } of found) {
    const keys = [`subject ${series.subject.toLowerCase()}`, `thread ${series.total} ${group.thread}`];
    if (series.changeId !== null) keys.push(`change ${series.changeId}`);
    let family = keys.map((key) => known.get(key)).find((one) => one !== undefined);
    if (family === undefined) {
      family = [];
      families.push(family);
    }
    family.push({
      series,
      date:
        series.patches
          .map((patch) => patch.date ?? '')
          .sort()
          .at(-1) ?? '',
    });
    for (const key of keys) known.set(key, family);
  }
  return families.flatMap((family) =>
    family
      .sort((a, b) => b.series.version - a.series.version || (a.date < b.date ? 1 : a.date > b.date ? -1 : 0))
      .map(({ series }, place) => ({ ...series, newest: place === 0 })),
  );
}
