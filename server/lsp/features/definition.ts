import type { Location as LspLocation, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CIndex } from '../../c/index.js';
import type { Place, SetId } from '../../kernel/types.js';
import type { StateFacts } from '../../review/rules/rule.js';
import { diffPositionAt } from '../../series/positions.js';
import type { Patch, Side } from '../../series/types.js';
import { toLocation } from '../placement.js';
import { wordAt } from '../positions.js';
import type { Reviews, SeriesReview } from '../reviews.js';
import { placesOf, setAt } from '../sets.js';
import type { FileView } from '../views.js';
import { lineTextOf } from './seriesDiagnostics.js';

/** Which of a set's places are asked for. */
export type Wanted = 'definition' | 'references';

/**
 * Where the set under the cursor of a file is created, or all that is done with it in the files in view. In a file of a
 * review, which no other language server knows, any name is looked up.
 */
export function inView(view: FileView, document: TextDocument, position: Position, wanted: Wanted): LspLocation[] {
  const word = wordAt(lineAt(document, position.line), position)?.word;
  if (word === undefined) return [];
  const { facts, path } = view;
  const set = setAt(facts.inventory, path, position.line + 1, position.character + 1, word);
  const places = set === null ? [] : chosen(facts, set.id, wanted);
  const found = places.length > 0 || view.reviewed === null ? places : placesOfName(facts.index, word, path, wanted);
  return found.flatMap((place) => view.locate(place) ?? []);
}

/** Definitions of a C name that is no set, or the calls of a function. */
function placesOfName(index: CIndex, name: string, path: string, wanted: Wanted): readonly Place[] {
  if (wanted === 'references') {
    return index.callers(name).map(({ caller, call }) => ({
      path: caller.path,
      range: call.callee.range,
      function: caller.name,
    }));
  }
  const functions = index.functionsNamed(name, path).map((fn) => ({ path: fn.path, range: fn.nameRange }));
  const declared = functions.length === 0 ? index.prototypes(name) : [];
  const others = [...index.structs(name), ...index.constants(name), ...index.variables(name), ...declared];
  const definitions = [...functions, ...others.map((found) => ({ path: found.path, range: found.item.range }))];
  return definitions.map((place) => ({ ...place, function: null }));
}

/** The same for a line of a diff: in the state that its patch leaves, or for a deleted line the one before it. */
export async function inSeries(
  reviews: Reviews,
  document: TextDocument,
  position: Position,
  wanted: Wanted,
): Promise<LspLocation[]> {
  const review = await reviews.review(document);
  const at = review && stateAt(review, position);
  const word = wordAt(lineAt(document, position.line), position)?.word;
  if (!review || !at || word === undefined) return [];
  const set = setAt(at.facts.inventory, at.path, at.line, at.column, word);
  if (set === null) return [];
  const textOf = lineTextOf(review, document);
  return chosen(at.facts, set.id, wanted).flatMap((place) => {
    const location = toLocation(review, at.patch, { file: place.path, side: at.side, ...place.range }, textOf);
    return location === null ? [] : [location];
  });
}

/** What a position of a diff stands for: a place in a file, and the facts of the state of the tree it belongs to. */
export interface StateAt {
  readonly patch: Patch;
  readonly side: Side;
  readonly facts: StateFacts;
  readonly path: string;
  /** 1-based, in the file. */
  readonly line: number;
  readonly column: number;
}

/** Null outside of hunks. */
export function stateAt(review: SeriesReview, position: Position): StateAt | null {
  const found = diffPositionAt(review.series, review.name, position.line + 1);
  if (found === null) return null;
  const { patch, file, diffLine } = found;
  const side: Side = diffLine.kind === 'delete' ? 'old' : 'new';
  const after = review.series.patches.indexOf(patch) + 1;
  const facts = review.states[side === 'old' ? after - 1 : after];
  const path = side === 'old' ? file.oldPath : file.newPath;
  const line = side === 'old' ? diffLine.oldLine : diffLine.newLine;
  if (facts === undefined || path === null || line === null) return null;
  return { patch, side, facts, path, line, column: position.character + 2 - diffLine.column };
}

function chosen(facts: StateFacts, id: SetId, wanted: Wanted): readonly Place[] {
  const set = facts.inventory.sets.find((candidate) => candidate.id === id);
  return wanted === 'definition' ? (set?.creations ?? []) : placesOf(facts.inventory, id);
}

/** Text of a line, 0-based, without its end. */
export function lineAt(document: TextDocument, line: number): string {
  return document
    .getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
    .replace(/\r?\n$/, '');
}
