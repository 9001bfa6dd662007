import { type DocumentHighlight, DocumentHighlightKind, type Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Place } from '../../kernel/types.js';
import { toLspRange, wordAt } from '../positions.js';
import { placesOf, setAt } from '../sets.js';
import type { FileView } from '../views.js';
import { lineAt } from './definition.js';

/** Everything that a file does with the bio_set under the cursor; the lines that create or release it count as writing. */
export function highlights(view: FileView, document: TextDocument, position: Position): DocumentHighlight[] | null {
  const { inventory } = view.facts;
  const word = wordAt(lineAt(document, position.line), position)?.word;
  const set = word && setAt(inventory, view.path, position.line + 1, position.character + 1, word);
  // Null leaves the word to the editor, which highlights its other places.
  if (!set) return null;
  const writes = new Set<Place>([...set.creations, ...set.exits]);
  return placesOf(inventory, set.id)
    .filter(({ path }) => path === view.path)
    .map((place) => ({
      range: toLspRange(place.range),
      kind: writes.has(place) ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
}
