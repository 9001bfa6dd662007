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
  fixed: ['pass', 'testing.iconPassed'],
  clean: ['circle-outline', null],
};

export function iconOf(verdict: PatchVerdict): vscode.ThemeIcon {
  const [icon, colour] = icons[verdict];
  return new vscode.ThemeIcon(icon, colour === null ? undefined : new vscode.ThemeColor(colour));
}

/** The worst verdict of some patches. */
export function worstOf(verdicts: readonly PatchVerdict[]): PatchVerdict {
  const order: readonly PatchVerdict[] = ['error', 'warning', 'fixed', 'note'];
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'clean';
}

/** "2 errors, 1 fixed"; the empty string when there is nothing to count. */
export function describeCounts({ error, warning, note, fixed }: Counts): string {
  const parts = [
    [error, 'error'],
    [warning, 'warning'],
    [note, 'note'],
  ] as const;
  const counted = parts.map(([count, what]) => (count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`));
  return [...counted, fixed === 0 ? '' : `${fixed} fixed`].filter(Boolean).join(', ');
}

export function verdictOfFinding({ status, level }: FindingNode): PatchVerdict {
  return status === 'fixed' ? 'fixed' : level;
}
