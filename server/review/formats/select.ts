import type { Finding, Level, Report } from '../types.js';

/** The findings a reader wants: what the series causes or fixes, and with `all` what was there before as well. */
export function shownFindings(report: Report, all: boolean): readonly Finding[] {
  return report.findings.filter((finding) => isShown(report, finding, all));
}

/** Whether a reader wants a finding of a report. */
export function isShown(report: Report, finding: Finding, all: boolean): boolean {
  return all || report.series === null || finding.status !== 'preexisting';
}

/** With `all`, what rules guessed and the simulator refutes. */
export function shownRefuted(report: Report, all: boolean): Report['refuted'] {
  return all ? report.refuted : [];
}

/** With `all`, what the tree's configuration or baseline accepts. */
export function shownSuppressed(report: Report, all: boolean): Report['suppressed'] {
  return all ? report.suppressed : [];
}

/** Findings under the patch they belong to, in the order of the series; those of no patch come last. */
export function byPatch(
  report: Report,
  findings: readonly Finding[],
): readonly { readonly heading: string | null; readonly findings: readonly Finding[] }[] {
  const patches = (report.series?.patches ?? []).map((patch) => ({
    heading: `[PATCH ${patch.index}/${report.series?.patches.at(-1)?.index ?? patch.index}] ${patch.subject}`,
    findings: findings.filter((finding) => finding.patch === patch.index),
  }));
  const others = findings.filter((finding) => finding.patch === null);
  const heading = report.series === null ? null : 'Before the series';
  return [...patches, { heading, findings: others }].filter((group) => group.findings.length > 0);
}

/** "2 errors, 1 warning, 1 fixed", or "no findings". */
export function tally(findings: readonly Finding[]): string {
  const open = findings.filter((finding) => finding.status !== 'fixed');
  const counts = (['error', 'warning', 'note'] satisfies Level[]).map((level) => {
    const count = open.filter((finding) => finding.level === level).length;
    return count === 0 ? '' : `${count} ${level}${count === 1 ? '' : 's'}`;
  });
  const fixed = findings.length - open.length;
  return [...counts, fixed === 0 ? '' : `${fixed} fixed`].filter(Boolean).join(', ') || 'no findings';
}

/** What to call a finding's kind to a reader: its level, or that it is gone. */
export function label(finding: Finding): string {
  return finding.status === 'fixed' ? 'fixed' : finding.level;
}

/** What else to say about when a finding is there, or an empty string. */
export function timing(finding: Finding): string {
  if (finding.fixedBy !== null) return `gone again after patch ${finding.fixedBy}: the series is not bisectable here`;
  if (finding.status === 'worsened') return 'was there before, less severe';
  return '';
}
