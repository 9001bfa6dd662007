import { clean } from '../../review/formats/clean.js';
import type { Finding, Level, Status } from '../../review/types.js';
import { newLineOf } from '../../series/positions.js';
import type { FileDiff, Patch, Series } from '../../series/types.js';
import { traceOf } from '../features/traceLinks.js';
import type { SeriesReview } from '../reviews.js';
import type { SourceLine, TraceLink } from '../traces.js';
import { messageUri, patchFileUri, type ReviewInput, type SeriesLink } from './address.js';
import { type Opened, titleOf } from './sessions.js';
import { type Simulated, simulatedWith } from './simulated.js';

/** What was found in an input, before anything is reviewed. */
export interface ReviewOutline {
  readonly input: ReviewInput;
  readonly title: string;
  /** Versions of one series stand together, the newest first. */
  readonly series: readonly SeriesOutline[];
  /** What could not be used. */
  readonly problems: readonly string[];
}

export interface SeriesOutline {
  readonly link: SeriesLink;
  readonly subject: string;
  readonly version: number;
  readonly size: number;
  /** Subjects of the patches, to show before they are reviewed. */
  readonly subjects: readonly { readonly index: number; readonly subject: string }[];
  /** The `series` number of the newest version. */
  readonly newest: number;
}

/** How a patch fares: the worst that it causes; else whether it repairs something. */
export type PatchVerdict = Level | 'fixed' | 'clean';

/** Findings of each kind; what was there before counts as `before` only. */
export interface Counts extends Readonly<Record<Level, number>> {
  readonly fixed: number;
  readonly before: number;
}

/** A reviewed series, for a view that shows patches, their files, and the findings there. */
export interface ReviewTree extends SeriesOutline {
  readonly base: string;
  /** Whether no tree was read, so that nothing is known but the hunks. */
  readonly isOfHunks: boolean;
  readonly coverage: readonly string[];
  readonly counts: Counts;
  /** The document that the cover letter can be read in. */
  readonly cover: { readonly message: string } | null;
  readonly patches: readonly PatchNode[];
  /** In the files that the series touches, and not of its making. */
  readonly before: readonly FindingNode[];
}

export interface PatchNode {
  /** Where the commit message can be read as a document of its own, and where the mail begins. */
  readonly message: string;
  readonly mail: SourceLine | null;
  readonly index: number;
  readonly subject: string;
  readonly author: string;
  readonly verdict: PatchVerdict;
  readonly counts: Counts;
  /** Whether it touches C; nothing else is looked at. */
  readonly hasCode: boolean;
  readonly simulated: Simulated;
  /** Hunks that found no place in the tree. */
  readonly problems: readonly string[];
  readonly files: readonly FileNode[];
  /** In files that the patch does not touch. */
  readonly elsewhere: readonly FindingNode[];
}

export interface FileNode {
  readonly path: string;
  readonly change: FileDiff['change'];
  /** The documents of both sides; null for the missing side of an added or deleted file. */
  readonly old: string | null;
  readonly new: string | null;
  readonly findings: readonly FindingNode[];
}

export interface FindingNode {
  readonly id: string;
  readonly rule: string;
  readonly level: Level;
  readonly status: Status;
  readonly message: string;
  /** Number of the patch; null for what was there before. */
  readonly patch: number | null;
  readonly path: string;
  readonly line: number;
  /** The document it stands in, null where there is none; its lines count from 1. */
  readonly place: SourceLine | null;
  /** The line of the patched file to look at: its own, else the one that follows what was deleted. */
  readonly shownAt: number;
  readonly mail: SourceLine | null;
  readonly trace: TraceLink | null;
}

export function outlineOf({ input, reading }: Opened): ReviewOutline {
  const { series, problems } = reading;
  return {
    input,
    title: titleOf(input),
    series: series.map((one, number) => outlineOfSeries({ input, series: number }, series, one)),
    problems: problems.map(({ message, document, line }) => clean(`${document}:${line}: ${message}`)),
  };
}

function outlineOfSeries(
  link: SeriesLink,
  all: readonly Series[],
  { subject, version, patches }: Series,
): SeriesOutline {
  // The versions of a series follow its newest.
  const newest = all.findLastIndex((one, number) => one.newest && number <= link.series);
  const subjects = patches.map((patch) => ({ index: patch.index, subject: clean(patch.subject) }));
  return { link, subject: clean(subject), version, size: patches.length, subjects, newest };
}

/** The view of a review. */
export function treeOf(link: SeriesLink, review: SeriesReview): ReviewTree {
  const { series, report, reading, uris, source, states } = review;
  const { findings } = report;
  const mailAt = (document: string, line: number): SourceLine | null => {
    const uri = uris.get(document);
    return uri === undefined ? null : { uri, line };
  };
  const node = (finding: Finding): FindingNode => findingNode(link, review, finding, mailAt);
  const cover = reading.series[link.series]?.cover ?? null;
  const revision = source.revision === null ? '' : ` ${source.revision.slice(0, 12)}`;
  return {
    ...outlineOfSeries(link, reading.series, series),
    base: `${source.kind}${revision}, ${source.why}`,
    isOfHunks: source.kind === 'hunks',
    coverage: report.coverage.map(clean),
    counts: countsOf(findings),
    cover: cover && { message: messageUri({ ...link, patch: 0 }) },
    patches: series.patches.map((patch, number): PatchNode => {
      const [base, after] = [states[number], states[number + 1]];
      const own = findings.filter((finding) => finding.patch === patch.index);
      const files = patch.files.map((file) => ({
        file,
        found: own.filter(({ location }) => isIn(location.file, file)),
      }));
      const placed = new Set(files.flatMap(({ found }) => found));
      return {
        index: patch.index,
        subject: clean(patch.subject),
        author: clean(patch.author),
        verdict: verdictOf(own),
        counts: countsOf(own),
        hasCode: patch.files.some(({ oldPath, newPath }) => /\.[ch]$/.test(newPath ?? oldPath ?? '')),
        simulated: base && after ? simulatedWith(base, after) : { proved: 0, undecided: 0 },
        message: messageUri({ ...link, patch: patch.index }),
        mail: mailAt(patch.document, patch.line),
        problems: review.problems
          .filter((problem) => problem.patch === patch.index)
          .map(({ message }) => clean(message)),
        files: files.map(({ file, found }) => ({ ...fileNode(link, patch, file), findings: found.map(node) })),
        elsewhere: own.filter((finding) => !placed.has(finding)).map(node),
      };
    }),
    before: findings.filter(({ patch }) => patch === null).map(node),
  };
}

function isIn(path: string, { oldPath, newPath }: FileDiff): boolean {
  return path === newPath || path === oldPath;
}

function fileNode(link: SeriesLink, patch: Patch, file: FileDiff): Omit<FileNode, 'findings'> {
  const uri = (side: 'old' | 'new', path: string | null): string | null =>
    path === null || file.binary ? null : patchFileUri({ ...link, patch: patch.index, side, path });
  return {
    path: clean(file.newPath ?? file.oldPath ?? ''),
    change: file.change,
    old: uri('old', file.change === 'add' ? null : file.oldPath),
    new: uri('new', file.change === 'delete' ? null : file.newPath),
  };
}

function findingNode(
  link: SeriesLink,
  review: SeriesReview,
  finding: Finding,
  mailAt: (document: string, line: number) => SourceLine | null,
): FindingNode {
  const { id, rule, level, status, message, location, mail } = finding;
  const { patches } = review.series;
  // What was there before is in the last state, if any file of that name is.
  const patch = patches.find(({ index }) => index === finding.patch) ?? patches.at(-1);
  const { file: path, line, side } = location;
  const has = patch && (side === 'old' || review.stack?.states.at(patches.indexOf(patch) + 1)?.files.has(path));
  const file = patch?.files.find((one) => one.oldPath === path);
  return {
    id,
    rule,
    level,
    status,
    message: clean(message),
    patch: finding.patch,
    path: clean(path),
    line,
    place: patch && has ? { uri: patchFileUri({ ...link, patch: patch.index, side, path }), line } : null,
    shownAt: side === 'old' && file ? lineAfter(file, line) : line,
    mail: mail && mailAt(mail.file, mail.line),
    trace: traceOf(review, finding, messageUri({ ...link, patch: patch?.index ?? 0 })),
  };
}

/** The new line that stands where old line `line` was, or follows it. */
function lineAfter(file: FileDiff, line: number): number {
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  const at = lines.findIndex(({ oldLine }) => oldLine === line);
  if (at < 0) return newLineOf(file, line) ?? line;
  const next = lines.slice(at).find(({ newLine }) => newLine !== null);
  return next?.newLine ?? newLineOf(file, (lines.at(-1)?.oldLine ?? line) + 1) ?? line;
}

export function countsOf(findings: readonly Finding[]): Counts {
  const caused = findings.filter(isCaused);
  const count = (level: Level): number => caused.filter((finding) => finding.level === level).length;
  return {
    error: count('error'),
    warning: count('warning'),
    note: count('note'),
    fixed: findings.filter(({ status }) => status === 'fixed').length,
    before: findings.filter(({ status }) => status === 'preexisting').length,
  };
}

function verdictOf(findings: readonly Finding[]): PatchVerdict {
  const caused = findings.filter(isCaused);
  for (const level of ['error', 'warning'] satisfies Level[])
    if (caused.some((one) => one.level === level)) return level;
  if (findings.some(({ status }) => status === 'fixed')) return 'fixed';
  return caused.length > 0 ? 'note' : 'clean';
}

function isCaused({ status }: Finding): boolean {
  return status === 'introduced' || status === 'worsened';
}
