import type { Place } from '../kernel/types.js';
import type { DiffLine, FileDiff, Patch } from '../series/types.js';
import type { Range } from '../text.js';
import type { HunkRef } from './hunks.js';
import type { Evidence, RawFinding, StateFacts } from './rules/rule.js';
import type { Location, MailLine } from './types.js';

/** A finding's place in the diff that is responsible for it. */
export interface Attribution {
  readonly location: Location;
  readonly excerpt: string | null;
  readonly mail: MailLine | null;
}

/** Which lines of the patch speak for the finding: those it adds when it causes it, those it deletes when it fixes it. */
type Own = 'add' | 'delete';

interface Change {
  readonly file: FileDiff;
  readonly line: DiffLine;
}

/**
 * The diff line of `patch` that is responsible for a finding it causes.
 *
 * That is the line that takes something away, if that is what the finding is about; else the finding's own line if the
 * patch adds it. Otherwise the patch made an old line wrong: then it is the line that bore the evidence, such as a
 * deleted guard, else whatever the patch changes in the same function, else its change nearest to the finding.
 */
export function attributeCause(raw: RawFinding, patch: Patch, before: StateFacts, after: StateFacts): Attribution {
  return attribute(raw, patch, 'add', { add: after, delete: before });
}

/** The diff line of `patch` that repairs a finding of the state before it; the mirror image of `attributeCause`. */
export function attributeRepair(raw: RawFinding, patch: Patch, before: StateFacts, after: StateFacts): Attribution {
  return attribute(raw, patch, 'delete', { add: after, delete: before });
}

/** The place itself, for findings that no patch is responsible for. */
export function attributeNothing(raw: RawFinding, facts: StateFacts | undefined): Attribution {
  return { location: locate(raw.place, 'new'), excerpt: sourceLine(raw.place, facts), mail: null };
}

/** A place in a state of the tree as a location of the report. */
export function locate(place: Place, side: 'old' | 'new'): Location {
  return { file: place.path, side, ...place.range };
}

function attribute(raw: RawFinding, patch: Patch, own: Own, facts: Readonly<Record<Own, StateFacts>>): Attribution {
  const hunks = (own === 'add' ? raw.hunks?.causes : raw.hunks?.repairs) ?? [];
  const changes = changesOf(patch, hunks);
  const other: Own = own === 'add' ? 'delete' : 'add';

  const kinds = [other, own];

  // What is gone says more than what stands in its place: `BIOSET_NEED_RESCUER`, not the `0`.
  const lost = raw.takenAway === undefined ? null : bearing(raw.takenAway, patch, changes, [other], facts);
  if (lost !== null) return lost;

  const ownChange = changes.find((change) => change.line.kind === own && covers(raw.place, change));
  if (ownChange !== undefined) return at(patch, ownChange, cut(raw.place.range, ownChange));

  for (const evidence of raw.evidence) {
    const found = bearing(evidence, patch, changes, kinds, facts);
    if (found !== null) return found;
  }

  const home: Evidence = { path: raw.place.path, function: raw.place.function, text: '' };
  const sameFunction = kinds.flatMap((kind) => changesInside(changes, home, kind, facts[kind]));
  const sameFile = changes.filter((change) => pathOf(change, change.line.kind) === raw.place.path);
  const change = sameFunction[0] ?? nearest(sameFile, raw.place) ?? changes[0];
  return change === undefined ? attributeNothing(raw, facts[own]) : at(patch, change, null);
}

/** The first changed line of these kinds that bears the evidence. */
function bearing(
  evidence: Evidence,
  patch: Patch,
  changes: readonly Change[],
  kinds: readonly Own[],
  facts: Readonly<Record<Own, StateFacts>>,
): Attribution | null {
  for (const kind of kinds) {
    const inside = changesInside(changes, evidence, kind, facts[kind]);
    const change = inside.find(({ line }) => line.text.includes(evidence.text));
    if (change === undefined) continue;
    const start = change.line.text.indexOf(evidence.text);
    return at(patch, change, { start, end: start + evidence.text.length });
  }
  return null;
}

/** The changed lines of a patch, or of some of its hunks. */
function changesOf(patch: Patch, only: readonly HunkRef[]): readonly Change[] {
  const wanted = (file: number, hunk: number): boolean =>
    only.length === 0 || only.some((ref) => ref.file === file && ref.hunk === hunk);
  return patch.files.flatMap((file, i) =>
    file.hunks
      .filter((_, j) => wanted(i, j))
      .flatMap((hunk) =>
        hunk.lines.filter((line) => line.kind !== 'context' && line.text.trim() !== '').map((line) => ({ file, line })),
      ),
  );
}

/** Where a hunk starts to change something. */
export function locateHunk(patch: Patch, ref: HunkRef): Attribution | null {
  const [change] = changesOf(patch, [ref]);
  return change ? at(patch, change, null) : null;
}

function pathOf(change: Change, kind: DiffLine['kind']): string | null {
  return kind === 'delete' ? change.file.oldPath : change.file.newPath;
}

function numberOf(line: DiffLine): number {
  return (line.kind === 'delete' ? line.oldLine : line.newLine) ?? 0;
}

function covers(place: Place, change: Change): boolean {
  const number = numberOf(change.line);
  return pathOf(change, change.line.kind) === place.path && number >= place.range.line && number <= place.range.endLine;
}

/** Changed lines of one kind inside the evidence's function, which `facts` shows; without a function, in its file. */
function changesInside(changes: readonly Change[], evidence: Evidence, kind: Own, facts: StateFacts): Change[] {
  const inFile = changes.filter(
    ({ line, file }) => line.kind === kind && pathOf({ file, line }, kind) === evidence.path,
  );
  if (evidence.function === null) return inFile;
  const bodies = facts.index.functionsNamed(evidence.function).filter((fn) => fn.path === evidence.path);
  return inFile.filter(({ line }) =>
    bodies.some(({ range }) => numberOf(line) >= range.line && numberOf(line) <= range.endLine),
  );
}

function nearest(changes: readonly Change[], place: Place): Change | undefined {
  const distance = (change: Change): number => Math.abs(numberOf(change.line) - place.range.line);
  return changes.toSorted((a, b) => distance(a) - distance(b))[0];
}

/** The columns of `range` (0-based, end exclusive) on the change's line; null for all of the line. */
function cut(range: Range, change: Change): { start: number; end: number } | null {
  const number = numberOf(change.line);
  const { text } = change.line;
  const start = number === range.line ? range.column - 1 : text.search(/\S/);
  const end = number === range.endLine ? range.endColumn - 1 : text.trimEnd().length;
  return start < end && end <= text.length ? { start, end } : null;
}

function at(patch: Patch, change: Change, columns: { start: number; end: number } | null): Attribution {
  const { line } = change;
  const start = columns?.start ?? Math.max(0, line.text.search(/\S/));
  const end = columns?.end ?? line.text.trimEnd().length;
  const number = numberOf(line);
  return {
    location: {
      file: pathOf(change, line.kind) ?? '',
      side: line.kind === 'delete' ? 'old' : 'new',
      line: number,
      column: start + 1,
      endLine: number,
      endColumn: Math.max(start + 2, end + 1),
    },
    excerpt: line.text,
    mail: { file: patch.document, line: line.line },
  };
}

function sourceLine(place: Place, facts: StateFacts | undefined): string | null {
  const file = facts?.index.files.find((candidate) => candidate.path === place.path);
  return file?.text.split('\n')[place.range.line - 1]?.replace(/\r$/, '') ?? null;
}
