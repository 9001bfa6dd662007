import { diffLines } from 'diff';
import type { FileDiff, Patch, Series } from '../series/types.js';
import { clean } from './formats/clean.js';
import type { Finding, Report } from './types.js';

/** A version of a series and its review. */
export interface Version {
  readonly series: Series;
  readonly report: Report;
}

/** What became of a finding between two versions. */
export interface Course {
  readonly what: 'fixed' | 'still there' | 'new';
  readonly finding: Finding;
}

/** A patch of the older version beside the one of the newer that it became; null for one that was dropped or added. */
export interface Pair {
  readonly older: Patch | null;
  readonly newer: Patch | null;
  /** Lines of message and diff that differ, each with `-`, `+` or a blank before it; empty for an equal patch. */
  readonly changes: readonly string[];
  readonly findings: readonly Course[];
}

/** Two versions of a series side by side, as `git range-diff` has them, with what the series causes in each. */
export interface Comparison {
  readonly subject: string;
  readonly older: number;
  readonly newer: number;
  /** In the order of the newer version, dropped patches where they were. */
  readonly pairs: readonly Pair[];
}

/** Lines in common, of all lines, from which on two patches of different subjects are taken for the same. */
const alike = 0.5;
const context = 3;

/** Compares what two versions of a series do. Findings are the same if rule, file and what they are about are. */
export function compareVersions(older: Version, newer: Version): Comparison {
  const partner = matchPatches(older.series.patches, newer.series.patches);
  const before = caused(older.report);
  const after = caused(newer.report);
  const pairOf = (old: Patch | null, now: Patch | null): Pair => ({
    older: old,
    newer: now,
    changes: old && now ? changedLines(linesOf(old), linesOf(now)) : [],
    findings: [
      ...before
        .filter(({ id, patch }) => patch === old?.index && old !== null && !after.some((one) => one.id === id))
        .map((finding) => ({ what: 'fixed', finding }) as const),
      ...after
        .filter(({ patch }) => now !== null && patch === now.index)
        .map((finding) => {
          const was = before.some(({ id }) => id === finding.id);
          return { what: was ? 'still there' : 'new', finding } as const;
        }),
    ],
  });
  const pairs = newer.series.patches.map((now) => pairOf(partner.get(now) ?? null, now));
  const kept = new Set(partner.values());
  for (const [place, old] of older.series.patches.entries()) {
    if (!kept.has(old)) pairs.splice(Math.min(place, pairs.length), 0, pairOf(old, null));
  }
  return { subject: newer.series.subject, older: older.series.version, newer: newer.series.version, pairs };
}

/** The comparison for a reader. Ends with a newline. */
export function renderComparison({ subject, older, newer, pairs }: Comparison): string {
  const courses = pairs.flatMap(({ findings }) => findings);
  const count = (what: Course['what']): string => `${courses.filter((course) => course.what === what).length} ${what}`;
  const summary = `Findings that the series causes: ${count('fixed')}, ${count('still there')}, ${count('new')}.`;
  const text = [`${subject}: v${older} to v${newer}`, summary, ...pairs.map(renderPair)].join('\n\n');
  return `${text.split('\n').map(clean).join('\n')}\n`;
}

function renderPair({ older, newer, changes, findings }: Pair): string {
  const number = (patch: Patch | null): string => (patch === null ? '-' : String(patch.index)).padStart(3);
  const sign = older === null ? '>' : newer === null ? '<' : changes.length === 0 ? '=' : '!';
  const said = findings.map(({ what, finding: { level, message, rule, location } }) => {
    return `    ${what}: ${level}: ${message} [${rule}] at ${location.file}:${location.line}`;
  });
  const renamed = older && newer && older.subject !== newer.subject ? [`    was: ${older.subject}`] : [];
  const title = `${number(older)} ${sign} ${number(newer)}  ${(newer ?? older)?.subject ?? ''}`;
  return [title, ...renamed, ...said, ...changes.map((line) => `        ${line}`)].join('\n');
}

function caused({ findings }: Report): readonly Finding[] {
  return findings.filter(({ status }) => status === 'introduced' || status === 'worsened');
}

/** By subject, then whatever changes mostly the same lines. By newer patch. */
function matchPatches(older: readonly Patch[], newer: readonly Patch[]): Map<Patch, Patch> {
  const partner = new Map<Patch, Patch>();
  const free = new Set(older);
  const take = (now: Patch, old: Patch | undefined): void => {
    if (old === undefined) return;
    partner.set(now, old);
    free.delete(old);
  };
  for (const now of newer)
    take(
      now,
      [...free].find(({ subject }) => subject === now.subject),
    );
  for (const now of newer.filter((patch) => !partner.has(patch))) {
    const rated = [...free].map((old) => ({ old, rate: likeness(old, now) })).sort((a, b) => b.rate - a.rate);
    if ((rated[0]?.rate ?? 0) >= alike) take(now, rated[0]?.old);
  }
  return partner;
}

function likeness(one: Patch, other: Patch): number {
  const [a, b] = [one, other].map((patch) => new Set(patch.files.flatMap(changesOf)));
  if (!a || !b) return 0;
  const common = [...a].filter((line) => b.has(line)).length;
  return common / Math.max(a.size, b.size, 1);
}

function changesOf({ hunks }: FileDiff): string[] {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return lines
    .filter(({ kind, text }) => kind !== 'context' && text.trim() !== '')
    .map(({ kind, text }) => kind + text);
}

const signs = { context: ' ', add: '+', delete: '-' } as const;

/** Message and diff without line numbers, which differ whenever the base does. */
function linesOf({ subject, message, files }: Patch): readonly string[] {
  const diff = files.flatMap((file) => [
    `## ${file.newPath ?? file.oldPath ?? ''} ##`,
    ...file.hunks.flatMap((hunk) => [
      `@@ ${hunk.section}`.trimEnd(),
      ...hunk.lines.map(({ kind, text }) => signs[kind] + text),
    ]),
  ]);
  return [subject, '', ...message.split('\n'), '', ...diff];
}

/** The differences with some lines of context; `...` where lines are left out. */
function changedLines(older: readonly string[], newer: readonly string[]): string[] {
  const lines = diffLines(`${older.join('\n')}\n`, `${newer.join('\n')}\n`).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ changed: added || removed, text: `${added ? '+' : removed ? '-' : ' '} ${text}`.trimEnd() })),
  );
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ changed }) => changed),
  );
  return lines.flatMap(({ text }, at) => {
    if (shown[at]) return [text];
    return shown[at + 1] && at > 0 ? ['...'] : [];
  });
}
