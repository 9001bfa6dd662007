import type { Finding, Report } from '../types.js';
import { clean } from './clean.js';
import { tally } from './select.js';

/** A line of Patchwork's table of checks has room for about this much. */
const longestDescription = 200;

/** What to post to `/api/patches/<id>/checks/`, for each patch, which Patchwork finds by its Message-ID. */
export function renderPatchwork(reports: readonly Report[]): string {
  const checks = reports.flatMap((report) =>
    (report.series?.patches ?? []).map(({ index, messageId }) => ({
      patch: index,
      messageId,
      context: 'rescuer',
      ...summary(report.findings.filter(({ patch, status }) => patch === index && status !== 'fixed')),
    })),
  );
  return `${JSON.stringify(checks, null, 2)}\n`;
}

/** State and one line for the findings of a patch. */
function summary(findings: readonly Finding[]): { readonly state: string; readonly description: string } {
  const has = (level: Finding['level']): boolean => findings.some((finding) => finding.level === level);
  const [first] = findings.toSorted((a, b) => severity(b) - severity(a));
  const description = first === undefined ? tally([]) : `${tally(findings)}: ${clean(first.message)}`;
  return {
    state: has('error') ? 'fail' : has('warning') ? 'warning' : 'success',
    description: description.length > longestDescription ? `${description.slice(0, longestDescription)}…` : description,
  };
}

function severity({ level }: Finding): number {
  return { note: 0, warning: 1, error: 2 }[level];
}
