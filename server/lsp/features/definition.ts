import type { Location as LspLocation, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Place, SetId } from '../../kernel/types.js';
import type { StateFacts } from '../../review/rules/rule.js';
import { diffPositionAt } from '../../series/positions.js';
import type { Patch, Side } from '../../series/types.js';
import { toLocation, treeUri } from '../placement.js';
import { toLspRange, wordAt } from '../positions.js';
import type { Reviews, SeriesReview } from '../reviews.js';
import { placesOf, setAt } from '../sets.js';
import type { SourceFacts, Sources } from '../sources.js';
import { lineTextOf } from './seriesDiagnostics.js';

/** Which of a set's places are asked for. */
export type Wanted = 'definition' | 'references';

/** Where the set under the cursor of a source is created, or all that is done with it in the files in view. */
export async function inSource(
  sources: Sources,
  document: TextDocument,
  position: Position,
  wanted: Wanted,
): Promise<LspLocation[]> {
  const facts = await sources.facts(document);
  const word = wordAt(lineAt(document, position.line), position)?.word;
  if (facts === null || word === undefined) return [];
  const set = setAt(facts.inventory, facts.path, position.line + 1, position.character + 1, word);
  return set === null ? [] : chosen(facts, set.id, wanted).map((place) => inTree(facts, place));
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

function inTree(facts: SourceFacts, place: Place): LspLocation {
  return { uri: treeUri(facts.root, place.path), range: toLspRange(place.range) };
}

/** Text of a line, 0-based, without its end. */
export function lineAt(document: TextDocument, line: number): string {
  return document
    .getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
    .replace(/\r?\n$/, '');
}
