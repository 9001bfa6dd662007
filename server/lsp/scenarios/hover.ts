import type { Hover } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { placeAt } from './place.js';
import { keysOf, schemasAt } from './schema.js';

/** Explains the key of a scenario file at an offset; null elsewhere. */
export function scenarioHover(document: TextDocument, offset: number): Hover | null {
  const place = placeAt(document.getText(), offset);
  if (place === null || place.role !== 'key') return null;
  const key = keysOf(schemasAt(place.way), place.siblings).find(({ name }) => name === place.text);
  if (key === undefined) return null;
  return {
    contents: { kind: 'markdown', value: `**${key.name}**: ${key.description}` },
    range: { start: document.positionAt(place.start), end: document.positionAt(place.end) },
  };
}
