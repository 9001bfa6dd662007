import type { Finding, Report } from './types.js';

/** Findings of a rule that somebody has looked at and accepts for a while. */
export interface Suppression {
  readonly rule: string;
  /** A file of the tree, or a folder if it ends in a slash; null for all. */
  readonly file: string | null;
  /** The set that the findings are about; null for any. */
  readonly set: string | null;
  readonly reason: string;
  /** The last day that it holds, as YYYY-MM-DD. */
  readonly expires: string;
  /** Where it is written, as `file:line`. */
  readonly place: string;
}

/** What the owners of a tree have decided about findings in it. */
export interface Policy {
  readonly suppressions: readonly Suppression[];
  readonly baseline: Baseline | null;
}

/** Ids of findings that are known to be in a tree, and the file they were read from. */
export interface Baseline {
  readonly file: string;
  readonly ids: ReadonlySet<string>;
}

export const noPolicy: Policy = { suppressions: [], baseline: null };

/**
 * Moves findings that a policy accepts out of the way, and says in `coverage` what it did and what has expired.
 * @param today as YYYY-MM-DD
 */
export function applyPolicy(report: Report, policy: Policy, today: string): Report {
  const { suppressions, baseline } = policy;
  const live = suppressions.filter(({ expires }) => expires >= today);
  const judged = report.findings.map((finding) => ({ finding, by: acceptedBy(finding, live, baseline) }));
  const suppressed = judged.flatMap(({ finding, by }) => (by === null ? [] : [{ finding, by }]));
  return {
    ...report,
    findings: judged.filter(({ by }) => by === null).map(({ finding }) => finding),
    suppressed,
    coverage: [
      ...report.coverage,
      ...(suppressed.length === 0 ? [] : [`${count(suppressed.length)} suppressed; --all lists them`]),
      ...suppressions
        .filter((one) => one.expires < today)
        .map(({ rule, place, expires }) => `${place}: the suppression of ${rule} expired on ${expires}`),
    ],
  };
}

/** Today in UTC, as YYYY-MM-DD. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What accepts a finding, for the reader; null if nothing does. That something is fixed is said in any case. */
function acceptedBy(finding: Finding, live: readonly Suppression[], baseline: Baseline | null): string | null {
  if (finding.status === 'fixed') return null;
  const suppression = live.find((one) => covers(one, finding));
  if (suppression) return `${suppression.place} until ${suppression.expires}: ${suppression.reason}`;
  // What a patch brings is new, whatever was there when the baseline was written.
  const isKnown = finding.status === 'preexisting' && baseline?.ids.has(finding.id) === true;
  return isKnown ? `the baseline ${baseline.file}` : null;
}

function covers({ rule, file, set }: Suppression, finding: Finding): boolean {
  const path = finding.location.file;
  const inFile = file === null || path === file || (file.endsWith('/') && path.startsWith(file));
  return rule === finding.rule && inFile && (set === null || set === finding.set);
}

function count(findings: number): string {
  return findings === 1 ? '1 finding is' : `${findings} findings are`;
}
