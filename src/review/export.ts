import * as vscode from 'vscode';
import type { SeriesOutline } from '../../server/lsp/review/tree.js';
import type { Client } from '../client.js';

const formats = [
  { label: 'HTML', detail: 'One page with all verdicts, for a browser', format: 'html', ending: 'html' },
  { label: 'Markdown', detail: 'For a merge request or a mail', format: 'markdown', ending: 'md' },
  { label: 'SARIF', detail: 'For other tools', format: 'sarif', ending: 'sarif' },
  { label: 'JSON', detail: 'All that the review says', format: 'json', ending: 'json' },
  { label: 'Text', detail: 'As the command line prints it', format: 'text', ending: 'txt' },
];

/** Saves the review of a series in a format and a place that the user chooses, and opens it. */
export async function exportReview(client: Client, { link, subject }: SeriesOutline): Promise<void> {
  const picked = await vscode.window.showQuickPick(formats, { title: `Export the review of ${subject}` });
  if (!picked) return;
  const text = await client.request<string>('rescuer/exportReview', { link, format: picked.format });
  const name = `${subject.replaceAll(/[^\w.-]+/g, '-').slice(0, 60)}.${picked.ending}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: 'Export review',
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  await vscode.commands.executeCommand('vscode.open', target);
}
