import * as vscode from 'vscode';
import type { ReviewInput } from '../../server/lsp/review/address.js';
import { isFile, isSeries } from '../documents.js';
import { needTrust, Problem, remedy } from '../problems.js';

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
  const own = active && isSeries(active) && isFile(active.uri) ? inputOf([active.uri]) : undefined;
  if (own && !isOpen(own)) return own;
  return inputOf(
    await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Patch series to review'),
      openLabel: vscode.l10n.t('Review'),
      canSelectMany: true,
      filters: { [vscode.l10n.t('Patches and mail')]: endings, [vscode.l10n.t('All files')]: ['*'] },
    }),
  );
}

export async function pickFolder(): Promise<ReviewInput | undefined> {
  const options = {
    title: vscode.l10n.t('Folder of patches or mails'),
    openLabel: vscode.l10n.t('Review'),
    canSelectFolders: true,
  };
  return inputOf(await vscode.window.showOpenDialog({ ...options, canSelectFiles: false }));
}

export function inputOf(uris: readonly vscode.Uri[] | undefined): ReviewInput | undefined {
  return uris && uris.length > 0 ? { files: uris.map(String) } : undefined;
}

/** The text of the clipboard as an input. */
export async function fromClipboard(storage: vscode.Uri): Promise<ReviewInput> {
  const text = await vscode.env.clipboard.readText();
  if (text.trim() === '') throw new Problem(vscode.l10n.t('the clipboard holds no text'));
  return keepText(storage, 'clipboard', new TextEncoder().encode(text));
}

/** What was dropped on the view. */
export async function fromDrop(storage: vscode.Uri, dropped: vscode.DataTransfer): Promise<ReviewInput | undefined> {
  const list = await dropped.get('text/uri-list')?.asString();
  const uris = (list ?? '')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => vscode.Uri.parse(line))
    // Dropped from the explorer, a file of the machine that the extension runs on is one of another machine.
    .map((uri) => (!isFile(uri) && uri.scheme === 'vscode-remote' ? vscode.Uri.file(uri.path) : uri))
    .filter(isFile);
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

/**
 * The bundled example: copied out of the extension, with its patches in the kernel tree that they apply to, which is how
 * the server finds the tree.
 */
export async function fromExample(extension: vscode.Uri, storage: vscode.Uri): Promise<ReviewInput> {
  const examples = vscode.Uri.joinPath(extension, 'examples');
  const target = vscode.Uri.joinPath(storage, 'example');
  const series = vscode.Uri.joinPath(target, 'drop-rescuer.mbox');
  // On a web site folders cannot be listed; nor does a server in the browser read trees.
  if (extension.scheme === 'file')
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(examples, 'tree'), target, { overwrite: true });
  const patches = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(examples, 'drop-rescuer.mbox'));
  await vscode.workspace.fs.writeFile(series, patches);
  return { files: [series.toString()] };
}

/** Message-IDs that are no option of a program. */
const messageId = /^[^\s<>-][^\s<>]*@[^\s<>]+$/;

/** A series by its Message-ID or address on lore: the user's own b4 fetches it, in a terminal and after he agreed. */
export async function fromMessageId(storage: vscode.Uri): Promise<ReviewInput | undefined> {
  needTrust(vscode.l10n.t('the workspace is not trusted, so b4 is not run'));
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t('Message-ID of a mail of the series'),
    placeHolder: '20171120100600.1-1-ada@example.org',
    validateInput: (text) =>
      messageId.test(idOf(text)) ? null : vscode.l10n.t('A Message-ID, or the address of a mail on lore.kernel.org'),
  });
  if (given === undefined) return undefined;
  const id = idOf(given);
  const folder = vscode.Uri.joinPath(storage, 'b4', encodeURIComponent(id));
  const detail = `b4 mbox ${id}\n\n${vscode.l10n.t('b4 connects to the archive that it is set up for. Rescuer itself opens no connection.')}`;
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Run b4 to fetch this thread?'),
    { modal: true, detail },
    vscode.l10n.t('Run b4'),
  );
  if (answer === undefined) return undefined;
  await vscode.workspace.fs.createDirectory(folder);
  // No shell: nothing in the Message-ID can mean anything to one.
  const run = new vscode.ProcessExecution('b4', ['mbox', '--outdir', folder.fsPath, id]);
  const task = new vscode.Task({ type: 'process' }, vscode.TaskScope.Workspace, `b4 mbox ${id}`, 'Rescuer', run);
  const running = await vscode.tasks.executeTask(task);
  const code = await new Promise<number | undefined>((resolve) => {
    const ended = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution !== running) return;
      ended.dispose();
      resolve(event.exitCode);
    });
  });
  if (code !== 0) {
    const terminal = remedy(vscode.l10n.t('Show Terminal'), 'workbench.action.terminal.focus');
    throw new Problem(vscode.l10n.t('b4 failed, its terminal says why'), terminal);
  }
  return { files: [folder.toString()] };
}

function idOf(text: string): string {
  const last = text.trim().replace(/\/+$/, '').split('/').at(-1) ?? '';
  const plain = /^https?:/.test(text.trim()) ? decodeURIComponent(last) : text.trim();
  return plain.replace(/^<|>$/g, '');
}
