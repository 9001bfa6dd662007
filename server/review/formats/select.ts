import { inEnglish, type Say } from '../../say.js';
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
  say = inEnglish,
): readonly { readonly heading: string | null; readonly findings: readonly Finding[] }[] {
  const patches = (report.series?.patches ?? []).map((patch) => ({
    heading: `[PATCH ${patch.index}/${report.series?.patches.at(-1)?.index ?? patch.index}] ${patch.subject}`,
    findings: findings.filter((finding) => finding.patch === patch.index),
  }));
  const others = findings.filter((finding) => finding.patch === null);
  const heading = report.series === null ? null : say('Before the series');
  return [...patches, { heading, findings: others }].filter((group) => group.findings.length > 0);
}

/** "2 errors, 1 warning, 1 fixed", or "no findings". */
export function tally(findings: readonly Finding[], say = inEnglish): string {
  const count = (level: Level): number =>
    findings.filter((finding) => finding.status !== 'fixed' && finding.level === level).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')];
  const fixed = findings.filter(({ status }) => status === 'fixed').length;
  const parts = [
    errors > 0 && (errors === 1 ? say('1 error') : say('{0} errors', errors)),
    warnings > 0 && (warnings === 1 ? say('1 warning') : say('{0} warnings', warnings)),
    notes > 0 && (notes === 1 ? say('1 note') : say('{0} notes', notes)),
    fixed > 0 && say('{0} fixed', fixed),
  ];
  return parts.filter(Boolean).join(', ') || say('no findings');
}

/** What to call a finding's kind to a reader: its level, or that it is gone. */
export function label(finding: Finding): string {
  return finding.status === 'fixed' ? 'fixed' : finding.level;
}

/** The same in the reader's language. */
export function labelIn(finding: Finding, say: Say): string {
  if (finding.status === 'fixed') return say('fixed');
  if (finding.level === 'error') return say('error');
  return finding.level === 'warning' ? say('warning') : say('note');
}

/** What else to say about when a finding is there, or an empty string. */
export function timing(finding: Finding, say = inEnglish): string {
  const { fixedBy, status } = finding;
  if (fixedBy !== null) return say('gone again after patch {0}: the series is not bisectable here', fixedBy);
  if (status === 'worsened') return say('was there before, less severe');
  return '';
}
