import { type DocumentSymbol, type FoldingRange, SymbolKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { outlineOf, type Part } from '../outline.js';
import { lineRange } from '../positions.js';
import type { Reviews } from '../reviews.js';

const kinds = { patch: SymbolKind.Package, file: SymbolKind.File, hunk: SymbolKind.Function };

/** The outline of a patch document: patch → file → hunk. */
export async function documentSymbols(reviews: Reviews, document: TextDocument): Promise<DocumentSymbol[]> {
  const { reading, name } = await reviews.read(document);
  const lines = document.getText().split(/\r?\n/);
  const symbol = (part: Part): DocumentSymbol => {
    const selectionRange = lineRange(part.line, lines[part.line - 1] ?? '');
    const end = lineRange(part.endLine, lines[part.endLine - 1] ?? '').end;
    return {
      name: part.name,
      detail: part.detail,
      kind: kinds[part.kind],
      range: { start: { line: part.line - 1, character: 0 }, end },
      selectionRange,
      children: part.parts.map(symbol),
    };
  };
  return outlineOf(reading, name).map(symbol);
}

/** The same parts, each to fold away. */
export async function foldingRanges(reviews: Reviews, document: TextDocument): Promise<FoldingRange[]> {
  const { reading, name } = await reviews.read(document);
  const fold = (part: Part): FoldingRange[] => [
    ...(part.endLine > part.line ? [{ startLine: part.line - 1, endLine: part.endLine - 1 }] : []),
    ...part.parts.flatMap(fold),
  ];
  return outlineOf(reading, name).flatMap(fold);
}
