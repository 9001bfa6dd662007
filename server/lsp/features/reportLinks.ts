import type { DocumentLink } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isInsideTree } from '../../series/paths.js';
import type { Disk } from '../host.js';
import { treeUri } from '../placement.js';
import type { KeptReport } from '../virtual.js';

/** Links from `path:line` in a report to the place. Paths that would leave the report's folders get none. */
export function reportLinks(report: KeptReport, document: TextDocument, disk: Disk): DocumentLink[] {
  return [...document.getText().matchAll(/([\w+./-]+\.\w+):(\d+)/g)].flatMap((match) => {
    const [text, path = '', line = ''] = match;
    const folder = isInsideTree(path) && report.folders.find((candidate) => disk.has(candidate, path));
    if (!folder) return [];
    const range = { start: document.positionAt(match.index), end: document.positionAt(match.index + text.length) };
    return { range, target: `${treeUri(folder, path)}#${line}` };
  });
}
