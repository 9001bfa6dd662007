import * as vscode from 'vscode';

const seriesLanguages = ['diff', 'rescuer-mail'];

/** What the server is told about: patches wherever they are kept, C sources on disk. */
export const documentSelector = [
  ...seriesLanguages.flatMap((language) => [
    { language, scheme: 'file' },
    { language, scheme: 'untitled' },
  ]),
  { language: 'c', scheme: 'file' },
  { language: 'rescuer-report', scheme: 'rescuer' },
  // VS Code takes every header for C++.
  { language: 'cpp', scheme: 'file', pattern: '**/*.h' },
];

/** Whether opening the document is a reason to start the server: a series, or a C source of a kernel tree. */
export async function startsServer(document: vscode.TextDocument): Promise<boolean> {
  if (vscode.languages.match(documentSelector, document) === 0) return false;
  return isSeries(document) || isInKernelTree(document.uri);
}

/** Whether the text is a patch, a diff or mail. */
export function isSeries(document: vscode.TextDocument): boolean {
  return seriesLanguages.includes(document.languageId);
}

/** The same test as the server's, `treeAbove` in server/lsp/workspace.ts. */
async function isInKernelTree(file: vscode.Uri): Promise<boolean> {
  for (let folder = file; folder.path !== '/'; ) {
    folder = vscode.Uri.joinPath(folder, '..');
    const header = vscode.Uri.joinPath(folder, 'include/linux/bio.h');
    const found = await vscode.workspace.fs.stat(header).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
