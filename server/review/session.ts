import type { CFile } from '../c/types.js';
import { layOut } from '../series/stack.js';
import type { Series, Stack, TreeSource } from '../series/types.js';
import type { Courtesy } from '../text.js';
import { analyseFiles, analyseStack } from './analyse.js';
import { checkState, compareStates } from './compare.js';
import { describeCoverage } from './coverage.js';
import { readFiles } from './files.js';
import { rules } from './rules/catalogue.js';
import { noProgress } from './rules/no-progress.js';
import type { StateFacts } from './rules/rule.js';
import type { Finding, Report } from './types.js';

export interface ReviewOptions extends Courtesy {
  readonly series: Series;
  readonly source: TreeSource;
  /** Simulates the stacks that the series touches; takes most of the time. Without it rules go by single functions. */
  readonly simulate?: boolean;
}

export interface CheckOptions extends Courtesy {
  readonly source: TreeSource;
  /** Files of the tree, and the folders whose C files are meant. */
  readonly paths: readonly string[];
  /** Files that win over the tree's, by path: what an editor holds, and keeps parsed while it is edited. */
  readonly parsed?: ReadonlyMap<string, CFile>;
  /** Simulates the stacks that the files are part of; takes seconds. */
  readonly simulate?: boolean;
}

/** A report and what it was made from, for an editor that shows more than findings. */
export interface ReviewResult {
  readonly report: Report;
  /** null for `checkSources`. */
  readonly stack: Stack | null;
  /** Facts of the base, then of what each patch leaves; for `checkSources` of the only state. */
  readonly states: readonly StateFacts[];
}

/**
 * Reviews a series: what each patch causes and repairs, with the findings that were there before in the files it touches.
 * Rejects with `signal.reason` when cancelled.
 */
export async function reviewSeries({
  series,
  source,
  simulate = true,
  ...courtesy
}: ReviewOptions): Promise<ReviewResult> {
  const stack = await layOut(series, source, courtesy);
  const { states, restarts, context, unfollowed } = await analyseStack(stack, simulate, courtesy);
  const { patches } = stack.series;
  const touched = new Set(patches.flatMap(({ files }) => files.flatMap(({ oldPath, newPath }) => [oldPath, newPath])));
  const { findings: all, refuted } = compareStates({ states, restarts, patches }, rules);
  const findings = all
    .filter(({ status, location }) => status !== 'preexisting' || touched.has(location.file))
    .map((finding) => (finding.status === 'preexisting' ? asResidual(finding) : finding));
  const report: Report = {
    schema: 'rescuer-report/1',
    series: {
      subject: series.subject,
      version: series.version,
      patches: patches.map(({ index, subject, messageId }) => ({ index, subject, messageId })),
    },
    base: { kind: source.kind, revision: source.revision, why: source.why },
    era: eraOf(states[0]),
    coverage: describeCoverage({ states, stack, context, touched, unfollowed }),
    findings,
    refuted: refuted.filter(({ location }) => touched.has(location.file)),
    suppressed: [],
  };
  return { report, stack, states };
}

/** Checks sources as they are, without a patch. Throws `UserError` when a path is not in the tree. */
export async function checkSources({
  source,
  paths,
  parsed,
  simulate = true,
  ...courtesy
}: CheckOptions): Promise<ReviewResult> {
  const images = await readFiles(source, paths, parsed);
  const { facts, context } = await analyseFiles(source, images, simulate, courtesy);
  const touched = new Set(images.map(({ path }) => path));
  const { findings: all, refuted } = checkState(facts, rules);
  const findings = all.filter(({ location }) => touched.has(location.file)).map(asResidual);
  const report: Report = {
    schema: 'rescuer-report/1',
    series: null,
    base: { kind: source.kind, revision: source.revision, why: source.why },
    era: eraOf(facts),
    coverage: describeCoverage({ states: [facts], stack: null, context, touched, unfollowed: [] }),
    findings,
    refuted: refuted.filter(({ location }) => touched.has(location.file)),
    suppressed: [],
  };
  return { report, stack: null, states: [facts] };
}

/**
 * Code that has been there for years and that nobody complains of: what the simulator finds in it is a hazard to know of,
 * since slab and page allocations do not fail all the time.
 */
function asResidual(finding: Finding): Finding {
  return finding.rule === noProgress.id ? { ...finding, level: 'note' } : finding;
}

function eraOf(facts: StateFacts | undefined): Report['era'] {
  const guess = facts?.inventory.era;
  return { id: guess?.era?.id ?? null, version: guess?.version ?? null, evidence: guess?.evidence ?? 'nothing to see' };
}
