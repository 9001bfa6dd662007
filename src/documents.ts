import * as vscode from 'vscode';

const seriesLanguages = ['diff', 'rescuer-mail'];

/** File systems: that of the machine, those of the open folders, and the browser's own, where the extension keeps its files. */
const fileSystems = [
  ...new Set(['file', 'vscode-userdata', ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)]),
];

/** Whether an address is of a file, and not of a text that only the editor or the server has. */
export function isFile(uri: vscode.Uri): boolean {
  return fileSystems.includes(uri.scheme);
}

/** Patches and mail that are files. */
export const mailFiles = fileSystems.flatMap((scheme) => seriesLanguages.map((language) => ({ language, scheme })));

const scenarioFiles = fileSystems.map((scheme) => ({ language: 'yaml', scheme, pattern: '**/*.scenario.yaml' }));
const annotationFiles = fileSystems.map((scheme) => ({ language: 'yaml', scheme, pattern: '**/*.annotations.yaml' }));

/** What the server is told about: patches wherever they are kept, C sources on disk, files of scenarios and annotations. */
export const documentSelector = [
  ...mailFiles,
  ...seriesLanguages.map((language) => ({ language, scheme: 'untitled' })),
  { language: 'c', scheme: 'file' },
  // Reports, and the files and messages of a review.
  { scheme: 'rescuer' },
  ...scenarioFiles,
  ...annotationFiles,
  // VS Code takes every header for C++.
  { language: 'cpp', scheme: 'file', pattern: '**/*.h' },
];

/** Whether opening the document is a reason to start the server: a series, a scenario, annotations, or a C source of a kernel tree. */
export async function startsServer(document: vscode.TextDocument): Promise<boolean> {
  if (vscode.languages.match(documentSelector, document) === 0) return false;
  return isSeries(document) || isScenario(document) || isAnnotations(document) || isInKernelTree(document.uri);
}

/** Whether the text is a patch, a diff or mail. */
export function isSeries(document: vscode.TextDocument): boolean {
  return seriesLanguages.includes(document.languageId);
}

/** Whether the text is a scenario of the simulator. */
export function isScenario(document: vscode.TextDocument): boolean {
  return vscode.languages.match(scenarioFiles, document) > 0;
}

/** Whether the text is a file of annotations. */
function isAnnotations(document: vscode.TextDocument): boolean {
  return vscode.languages.match(annotationFiles, document) > 0;
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
