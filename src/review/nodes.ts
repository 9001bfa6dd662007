import * as vscode from 'vscode';
import type {
  Counts,
  FileNode,
  FindingNode,
  PatchNode,
  PatchVerdict,
  ReviewTree,
  SeriesOutline,
} from '../../server/lsp/review/tree.js';
import type { OpenReview } from './list.js';

/** What the view consists of. Its commands get one of these. */
export type Node =
  | { readonly kind: 'review'; readonly review: OpenReview }
  | { readonly kind: 'series'; readonly review: OpenReview; readonly series: SeriesOutline }
  | { readonly kind: 'cover'; readonly tree: ReviewTree }
  | { readonly kind: 'patch'; readonly tree: ReviewTree; readonly patch: PatchNode }
  | { readonly kind: 'file'; readonly tree: ReviewTree; readonly patch: PatchNode; readonly file: FileNode }
  | { readonly kind: 'finding'; readonly tree: ReviewTree; readonly finding: FindingNode }
  | { readonly kind: 'before'; readonly tree: ReviewTree }
  | { readonly kind: 'coverage'; readonly tree: ReviewTree }
  | { readonly kind: 'problem'; readonly error: unknown }
  | { readonly kind: 'note'; readonly text: string; readonly icon: string };

const icons: Readonly<Record<PatchVerdict, readonly [icon: string, colour: string | null]>> = {
  error: ['error', 'problemsErrorIcon.foreground'],
  warning: ['warning', 'problemsWarningIcon.foreground'],
  note: ['info', 'problemsInfoIcon.foreground'],
  fixed: ['pass-filled', 'testing.iconPassed'],
  clean: ['pass', 'testing.iconPassed'],
};

export function iconOf(verdict: PatchVerdict): vscode.ThemeIcon {
  const [icon, colour] = icons[verdict];
  return new vscode.ThemeIcon(icon, colour === null ? undefined : new vscode.ThemeColor(colour));
}

/** That of its worst patch. */
export function iconOfSeries({ patches }: ReviewTree): vscode.ThemeIcon {
  const order: readonly PatchVerdict[] = ['error', 'warning', 'fixed', 'note'];
  const worst = order.find((one) => patches.some(({ verdict }) => verdict === one)) ?? 'clean';
  const isUnfit = worst === 'clean' && patches.some(({ problems }) => problems.length > 0);
  return isUnfit ? new vscode.ThemeIcon('question') : iconOf(worst);
}

/** "2 errors, 1 fixed"; the empty string when there is nothing to count. */
export function describeCounts({ error, warning, note, fixed }: Counts): string {
  const parts = [
    error > 0 && (error === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', error)),
    warning > 0 && (warning === 1 ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', warning)),
    note > 0 && (note === 1 ? vscode.l10n.t('1 note') : vscode.l10n.t('{0} notes', note)),
    fixed > 0 && vscode.l10n.t('{0} fixed', fixed),
  ];
  return parts.filter(Boolean).join(', ');
}

export function describeLevel(level: FindingNode['level']): string {
  if (level === 'error') return vscode.l10n.t('error');
  return level === 'warning' ? vscode.l10n.t('warning') : vscode.l10n.t('note');
}

/** Whether a series brings a finding, or what else becomes of it. */
export function describeStatus(status: FindingNode['status']): string {
  if (status === 'introduced') return vscode.l10n.t('introduced');
  if (status === 'worsened') return vscode.l10n.t('made worse');
  return status === 'fixed' ? vscode.l10n.t('fixed') : vscode.l10n.t('there before');
}

/** What to say of a patch: what was found, else what speaks for it, and what was not looked at. */
export function describePatch({ counts, problems, hasCode, simulated }: PatchNode): string {
  const { proved, undecided } = simulated;
  const parts = [
    // What did not apply was seen in part only: no patch is clean for that.
    describeCounts(counts) || (problems.length === 0 ? vscode.l10n.t('no finding') : ''),
    problems.length > 0 && vscode.l10n.t('does not fit the tree'),
    proved > 0 && vscode.l10n.t('{0} proved', proved),
    undecided > 0 && vscode.l10n.t('{0} not decided', undecided),
    !hasCode && vscode.l10n.t('not covered: no C code'),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** What to say of a series that was reviewed. */
export function describeSeries({ counts, patches, isOfHunks }: ReviewTree): string {
  const unfit = patches.filter(({ problems }) => problems.length > 0).length;
  const found = describeCounts(counts);
  const parts = [
    found || (unfit > 0 ? vscode.l10n.t('no findings') : vscode.l10n.t('clean')),
    unfit > 0 && vscode.l10n.t('{0} of {1} do not fit the tree', unfit, patches.length),
    !found && isOfHunks && vscode.l10n.t('from the hunks only'),
  ];
  return parts.filter(Boolean).join(' · ');
}

export function verdictOfFinding({ status, level }: FindingNode): PatchVerdict {
  return status === 'fixed' ? 'fixed' : level;
}
