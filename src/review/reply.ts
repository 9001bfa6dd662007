import * as vscode from 'vscode';
import type { Replies, ReviewComment } from '../../server/lsp/review/replies.js';
import type { Client } from '../client.js';
import { offer, openView, Problem, remedy } from '../problems.js';

/** Shows the mails that comments make, each as a document to be edited and saved. Nothing is sent. */
export async function showReplies(client: Client, comments: readonly ReviewComment[]): Promise<void> {
  const { mails } = await compose(client, comments);
  for (const { text } of mails) {
    const document = await vscode.workspace.openTextDocument({ language: 'rescuer-mail', content: text });
    await vscode.window.showTextDocument(document, { preview: false });
  }
}

/** Saves the mails that comments make where and how the user wants. Nothing is sent. */
export async function saveReplies(client: Client, comments: readonly ReviewComment[]): Promise<void> {
  const { mails, mbox } = await compose(client, comments);
  const kinds = [
    { label: vscode.l10n.t('One .eml file for each mail'), detail: vscode.l10n.t('For git send-email'), isMbox: false },
    { label: vscode.l10n.t('One mbox'), detail: vscode.l10n.t('For mutt and other mail programs'), isMbox: true },
  ];
  const kind = await vscode.window.showQuickPick(kinds, {
    title: vscode.l10n.t('Save {0} review mails', mails.length),
  });
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (kind?.isMbox) {
    const defaultUri = folder && vscode.Uri.joinPath(folder, 'review.mbox');
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save review'),
      ...(defaultUri ? { defaultUri } : {}),
    });
    if (target) await write(target, mbox);
    return;
  }
  if (!kind) return;
  const [target] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Folder for the review mails'),
      openLabel: vscode.l10n.t('Save Here'),
      canSelectFolders: true,
      canSelectFiles: false,
      ...(folder ? { defaultUri: folder } : {}),
    })) ?? [];
  if (!target) return;
  for (const { name, text } of mails) await write(vscode.Uri.joinPath(target, `${name}.eml`), text);
  void offer(
    'information',
    vscode.l10n.t('{0} mails saved, none sent. Try them with git send-email --dry-run.', mails.length),
    [remedy(vscode.l10n.t('Show Folder'), 'revealFileInOS', target)],
  );
}

async function compose(client: Client, comments: readonly ReviewComment[]): Promise<Replies> {
  const replies = await client.request<Replies>('rescuer/reply', { comments });
  if (replies.mails.length === 0) {
    throw new Problem(vscode.l10n.t('there are no comments yet: write them on the lines of a patch'), openView());
  }
  return replies;
}

async function write(target: vscode.Uri, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
