import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { FileInfo } from '../server/lsp/host.js';

/** Reads files for a server that cannot do it itself, through VS Code: of a repository on a web site, or of a folder in the browser. */
export function answerFiles(client: BaseLanguageClient): void {
  const on = (method: string, answer: (uri: vscode.Uri) => Promise<unknown>): void => {
    client.onRequest(method, async ({ uri: text }: { readonly uri: string }): Promise<unknown> => {
      const uri = vscode.Uri.parse(text, true);
      // Only what an extension or VS Code itself has files for; nothing is fetched from the network.
      if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === undefined) throw new Error(`no files at ${text}`);
      return answer(uri);
    });
  };
  on('rescuer/stat', async (uri) => {
    const found = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => null);
    return found && ({ kind: kindOf(found.type), size: found.size } satisfies FileInfo);
  });
  on('rescuer/read', async (uri) => vscode.workspace.fs.readFile(uri));
  on('rescuer/list', async (uri) => (await vscode.workspace.fs.readDirectory(uri)).map(([name]) => name));
}

function kindOf(type: vscode.FileType): FileInfo['kind'] {
  if (type & vscode.FileType.File) return 'file';
  return type & vscode.FileType.Directory ? 'folder' : 'other';
}
