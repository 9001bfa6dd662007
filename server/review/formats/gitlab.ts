import type { Level, Report } from '../types.js';
import { clean } from './clean.js';
import { shownFindings } from './select.js';

const severities: Readonly<Record<Level, string>> = { error: 'major', warning: 'minor', note: 'info' };

/** GitLab's Code Quality report: one array for all reports. What a series fixes is not in it, as it is not there any more. */
export function renderGitlab(reports: readonly Report[], all: boolean): string {
  const issues = reports
    .flatMap((report) => shownFindings(report, all))
    .filter(({ status }) => status !== 'fixed')
    .map(({ id, rule, level, message, location }) => ({
      description: clean(message),
      check_name: rule,
      fingerprint: id,
      severity: severities[level],
      location: { path: location.file, lines: { begin: location.line, end: location.endLine } },
    }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}
