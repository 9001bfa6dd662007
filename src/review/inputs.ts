import * as vscode from 'vscode';
import type { ReviewInput } from '../../server/lsp/review/address.js';
import { isSeries } from '../documents.js';

const endings = ['patch', 'diff', 'mbox', 'mbx', 'eml'];

/**
 * What was clicked in the explorer, else the series in the active editor unless it is open already, else what the user
 * picks; undefined when he turns back.
 */
export async function pickFiles(
  clicked: unknown,
  selected: unknown,
  isOpen: (input: ReviewInput) => boolean,
): Promise<ReviewInput | undefined> {
  if (Array.isArray(selected) && selected.length > 0) {
    return inputOf(selected.filter((uri) => uri instanceof vscode.Uri));
  }
  if (clicked instanceof vscode.Uri) return inputOf([clicked]);
  const active = vscode.window.activeTextEditor?.document;
  const own = active && isSeries(active) && active.uri.scheme === 'file' ? inputOf([active.uri]) : undefined;
  if (own && !isOpen(own)) return own;
  return inputOf(
    await vscode.window.showOpenDialog({
      title: 'Patch series to review',
      openLabel: 'Review',
      canSelectMany: true,
      filters: { 'Patches and mail': endings, 'All files': ['*'] },
    }),
  );
}

export async function pickFolder(): Promise<ReviewInput | undefined> {
  const options = { title: 'Folder of patches or mails', openLabel: 'Review', canSelectFolders: true };
  return inputOf(await vscode.window.showOpenDialog({ ...options, canSelectFiles: false }));
}

export function inputOf(uris: readonly vscode.Uri[] | undefined): ReviewInput | undefined {
  return uris && uris.length > 0 ? { files: uris.map(String) } : undefined;
}

/** The text of the clipboard as an input. */
export async function fromClipboard(storage: vscode.Uri): Promise<ReviewInput> {
  const text = await vscode.env.clipboard.readText();
  if (text.trim() === '') throw new Error('the clipboard holds no text');
  return keepText(storage, 'clipboard', new TextEncoder().encode(text));
}

/** What was dropped on the view. */
export async function fromDrop(storage: vscode.Uri, dropped: vscode.DataTransfer): Promise<ReviewInput | undefined> {
  const list = await dropped.get('text/uri-list')?.asString();
  const uris = (list ?? '')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('file:') || line.startsWith('vscode-remote:'))
    .map((line) => vscode.Uri.file(vscode.Uri.parse(line).path));
  if (uris.length > 0) return inputOf(uris);
  const files: string[] = [];
  for (const [, item] of dropped) {
    const file = item.asFile();
    // A file from another machine than the server's, as in a browser, has a content only.
    if (file) files.push(...(await keepText(storage, file.name, await file.data())).files);
  }
  return files.length > 0 ? { files } : undefined;
}

/** Keeps a text that is no file in the extension's own storage: the same text under the same name. */
async function keepText(storage: vscode.Uri, name: string, bytes: Uint8Array): Promise<{ readonly files: string[] }> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  const hash = Array.from(new Uint8Array(digest).subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const safe =
    name
      .replace(/\.\w+$/, '')
      .replaceAll(/[^\w-]+/g, '-')
      .slice(0, 60) || 'patches';
  const file = vscode.Uri.joinPath(storage, 'patches', `${safe}-${hash}.mbox`);
  await vscode.workspace.fs.writeFile(file, bytes);
  return { files: [file.toString()] };
}
