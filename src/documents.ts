import * as vscode from 'vscode';

const seriesLanguages = ['diff', 'rescuer-mail'];

/** What the server is told about: patches wherever they are kept, C sources on disk. */
export const documentSelector = [
  ...seriesLanguages.flatMap((language) => [
    { language, scheme: 'file' },
    { language, scheme: 'untitled' },
  ]),
  { language: 'c', scheme: 'file' },
  // VS Code takes every header for C++.
  { language: 'cpp', scheme: 'file', pattern: '**/*.h' },
];

/** Whether the text is something the language server reads. */
export function isForServer(document: vscode.TextDocument): boolean {
  return vscode.languages.match(documentSelector, document) > 0;
}

/** Whether the text is a patch, a diff or mail. */
export function isSeries(document: vscode.TextDocument): boolean {
  return seriesLanguages.includes(document.languageId);
}
