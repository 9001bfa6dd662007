import type { Finding, Report } from '../types.js';
import { clean } from './clean.js';
import { tally } from './select.js';

/** States of a check in Patchwork, the pending one left out. */
type State = 'success' | 'warning' | 'fail';

/** A line of Patchwork's table of checks has room for about this much. */
const longestSummary = 200;

const severity: Readonly<Record<Finding['level'], number>> = { note: 0, warning: 1, error: 2 };

/** What to post to `/api/patches/<id>/checks/`, for each patch, which Patchwork finds by its Message-ID. */
export function renderPatchwork(reports: readonly Report[]): string {
  const checks = reports.flatMap((report) =>
    (report.series?.patches ?? []).map(({ index, messageId }) => {
      const findings = causedBy(report, index);
      const state = stateOf(findings);
      return { patch: index, messageId, context: 'rescuer', state, description: summaryOf(findings) };
    }),
  );
  return `${JSON.stringify(checks, null, 2)}\n`;
}

/** What a patch brings, or any patch of the series if `patch` is null; the most severe first. */
export function causedBy({ findings }: Report, patch: number | null): readonly Finding[] {
  return findings
    .filter(({ status }) => status === 'introduced' || status === 'worsened')
    .filter((finding) => patch === null || finding.patch === patch)
    .toSorted((a, b) => severity[b.level] - severity[a.level]);
}

/** The state for findings, the most severe first. */
export function stateOf([worst]: readonly Finding[]): State {
  return worst === undefined
    ? 'success'
    : ({ error: 'fail', warning: 'warning', note: 'success' } as const)[worst.level];
}

/** One line for findings, the most severe first. */
export function summaryOf(findings: readonly Finding[]): string {
  const [first] = findings;
  const summary = first === undefined ? tally([]) : `${tally(findings)}: ${clean(first.message)}`;
  return summary.length > longestSummary ? `${summary.slice(0, longestSummary)}…` : summary;
}
