import type { Location as LspLocation, Range as LspRange } from 'vscode-languageserver';
import { URI, Utils } from 'vscode-uri';
import type { Finding } from '../review/types.js';
import { isInsideTree } from '../series/paths.js';
import { mailLineOf } from '../series/positions.js';
import type { Patch, Side } from '../series/types.js';
import type { Range } from '../text.js';
import { lineRange, toLspRange } from './positions.js';
import type { SeriesReview } from './reviews.js';

/** A place in a file of the tree, before or after a patch. */
export interface FilePlace extends Range {
  readonly file: string;
  readonly side: Side;
}

/** A place in a document that the client can open. */
interface Placed {
  /** The document's name in the series. */
  readonly document: string;
  readonly range: LspRange;
}

/** Text of a line of a document of the series, 1-based; the empty string where it is not at hand. */
export type LineText = (document: string, line: number) => string;

/**
 * Where the diff of `patch` shows a place. A place of several lines is cut to its first: the next line of the mail may
 * be of the other side. Null when no hunk of the patch shows it.
 */
export function inDiff(patch: Patch, place: FilePlace, textOf: LineText): Placed | null {
  const start = mailLineOf(patch, place.side, place.file, place.line);
  if (start === null) return null;
  const text = textOf(start.document, start.line);
  const whole = lineRange(start.line, text);
  if (start.column === 0) return { document: start.document, range: whole };
  const character = start.column - 1 + place.column - 1;
  const width = place.endLine === place.line ? place.endColumn - place.column : Number.POSITIVE_INFINITY;
  const end = Math.max(character, Math.min(character + width, whole.end.character));
  const range = { start: { line: start.line - 1, character }, end: { line: start.line - 1, character: end } };
  return { document: start.document, range };
}

/** Where to show a finding in the mails of its series: its own lines, else the best line that its patch has. */
export function placeOfFinding(review: SeriesReview, finding: Finding, textOf: LineText): Placed {
  const patch = review.series.patches.find(({ index }) => index === finding.patch);
  const shown = patch && inDiff(patch, finding.location, textOf);
  if (shown) return shown;
  const document = finding.mail?.file ?? patch?.document ?? review.name;
  const file = patch?.files.find(({ oldPath, newPath }) => [oldPath, newPath].includes(finding.location.file));
  const line = finding.mail?.line ?? file?.line ?? patch?.line ?? 1;
  return { document, range: lineRange(line, textOf(document, line)) };
}

/** A place as something to open: the diff line if a patch of the series shows it, else the file in the tree. */
export function toLocation(
  review: SeriesReview,
  patch: Patch | null,
  place: FilePlace,
  textOf: LineText,
): LspLocation | null {
  const patches = patch === null ? review.series.patches : [patch];
  for (const candidate of patches) {
    const shown = inDiff(candidate, place, textOf);
    const uri = shown && review.uris.get(shown.document);
    if (uri) return { uri, range: shown.range };
  }
  const { root } = review.source;
  return root === null ? null : { uri: treeUri(root, place.file), range: toLspRange(place) };
}

/** URI of a file of the tree. Paths come from patches: the client is given none that leaves the tree. */
export function treeUri(root: string, path: string): string {
  const top = URI.file(root);
  return (isInsideTree(path) ? Utils.joinPath(top, path) : top).toString();
}
