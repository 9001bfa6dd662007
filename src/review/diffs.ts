import * as vscode from 'vscode';
import type { FileNode, FindingNode, PatchNode, ReviewTree } from '../../server/lsp/review/tree.js';
import type { SourceLine } from '../../server/lsp/traces.js';
import { Problem, refresh } from '../problems.js';

/** Opens a patch as VS Code's multi-file diff: its message, then each file before and after. */
export async function openPatch(tree: ReviewTree, patch: PatchNode): Promise<void> {
  const message = vscode.Uri.parse(patch.message);
  const files = patch.files.map((file) => {
    const [old, after] = sidesOf(file);
    return [after ?? old, old, after];
  });
  const title = `${patch.index}/${tree.size} ${patch.subject}`;
  await vscode.commands.executeCommand('vscode.changes', title, [[message, undefined, message], ...files]);
}

/** Opens the cover letter as a document of its own. */
export async function openCover({ cover }: ReviewTree): Promise<void> {
  if (cover) await vscode.window.showTextDocument(vscode.Uri.parse(cover.message), { preview: true });
}

/** Opens one file of a patch, before and after, with the cursor on a line of the patched file. */
export async function openFile(patch: PatchNode, file: FileNode, line?: number): Promise<void> {
  const [old, after] = sidesOf(file);
  const at = line === undefined ? undefined : new vscode.Position(line - 1, 0);
  const options: vscode.TextDocumentShowOptions = {
    preview: true,
    ...(at ? { selection: new vscode.Range(at, at) } : {}),
  };
  if (old && after) {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    await vscode.commands.executeCommand(
      'vscode.diff',
      old,
      after,
      vscode.l10n.t('{0} (patch {1})', name, patch.index),
      options,
    );
  } else if (old ?? after) {
    await vscode.commands.executeCommand('vscode.open', old ?? after, options);
  }
}

/** Opens a finding where it stands: in its patch's diff, else in the document that shows it, else in the mail. */
export async function openFinding(tree: ReviewTree, finding: FindingNode): Promise<void> {
  const patch = tree.patches.find(({ index }) => index === finding.patch);
  const file = patch?.files.find(({ findings }) => findings.includes(finding));
  if (patch && file && (file.old ?? file.new) !== null) await openFile(patch, file, finding.shownAt);
  else if (finding.place ?? finding.mail) await openLine(finding.place ?? finding.mail);
  else throw new Problem(vscode.l10n.t('{0}:{1} is in no file of the review', finding.path, finding.line), refresh());
}

export async function openLine(place: SourceLine | null): Promise<void> {
  if (place === null) return;
  const at = new vscode.Position(place.line - 1, 0);
  const options = { preview: true, selection: new vscode.Range(at, at) };
  await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), options);
}

function sidesOf(file: FileNode): readonly [old: vscode.Uri | undefined, after: vscode.Uri | undefined] {
  const uri = (address: string | null): vscode.Uri | undefined =>
    address === null ? undefined : vscode.Uri.parse(address);
  return [uri(file.old), uri(file.new)];
}
