import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentLink } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { isInsideTree } from '../../series/paths.js';
import type { KeptReport } from '../virtual.js';

/** Links from `path:line` in a report to the place. Paths that would leave the report's folders get none. */
export function reportLinks(report: KeptReport, document: TextDocument): DocumentLink[] {
  return [...document.getText().matchAll(/([\w+./-]+\.\w+):(\d+)/g)].flatMap((match) => {
    const [text, path = '', line = ''] = match;
    const folder = isInsideTree(path) && report.folders.find((candidate) => existsSync(join(candidate, path)));
    if (!folder) return [];
    const range = { start: document.positionAt(match.index), end: document.positionAt(match.index + text.length) };
    return { range, target: `${URI.file(join(folder, path))}#${line}` };
  });
}
