import * as vscode from 'vscode';
import type { SeriesOutline } from '../../server/lsp/review/tree.js';
import type { Client } from '../client.js';

const formats = [
  { label: 'HTML', detail: vscode.l10n.t('One page with all verdicts, for a browser'), format: 'html', ending: 'html' },
  { label: 'Markdown', detail: vscode.l10n.t('For a merge request or a mail'), format: 'markdown', ending: 'md' },
  { label: 'SARIF', detail: vscode.l10n.t('For other tools'), format: 'sarif', ending: 'sarif' },
  { label: 'JSON', detail: vscode.l10n.t('All that the review says'), format: 'json', ending: 'json' },
  { label: 'Text', detail: vscode.l10n.t('As the command line prints it'), format: 'text', ending: 'txt' },
];

/** Saves the review of a series in a format and a place that the user chooses, and opens it. */
export async function exportReview(client: Client, { link, subject }: SeriesOutline): Promise<void> {
  const picked = await vscode.window.showQuickPick(formats, {
    title: vscode.l10n.t('Export the review of {0}', subject),
  });
  if (!picked) return;
  const text = await client.request<string>('rescuer/exportReview', { link, format: picked.format });
  const name = `${subject.replaceAll(/[^\w.-]+/g, '-').slice(0, 60)}.${picked.ending}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export review'),
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  await vscode.commands.executeCommand('vscode.open', target);
}
