import { isInsideTree } from '../series/paths.js';
import { oldLineOf } from '../series/positions.js';
import type { Spot } from '../sim/playback.js';
import type { Disk } from './host.js';
import { inDiff, type LineText, treeUri } from './placement.js';
import type { SeriesReview } from './reviews.js';

/** A line that an editor can open, 1-based. */
export interface SourceLine {
  readonly uri: string;
  readonly line: number;
}

/**
 * Where a line of a file after patch number `state` can be seen: on the diff of the patch that wrote it, else in the file of
 * the tree, where it had another number.
 */
export function lineAfter(
  { series, source, uris }: SeriesReview,
  state: number,
  path: string,
  line: number,
  textOf: LineText,
): SourceLine | null {
  let place = { path, line };
  for (const patch of series.patches.slice(0, state).reverse()) {
    const { path: file, line: at } = place;
    const shown = inDiff(patch, { file, side: 'new', line: at, column: 1, endLine: at, endColumn: 1 }, textOf);
    const uri = shown && uris.get(shown.document);
    if (uri) return { uri, line: shown.range.start.line + 1 };
    const diff = patch.files.find(({ newPath }) => newPath === file);
    const before = diff ? oldLineOf(diff, at) : at;
    if (before === null) return null;
    place = { path: diff?.oldPath ?? file, line: before };
  }
  const { root } = source;
  return root === null ? null : { uri: treeUri(root, place.path), line: place.line };
}

/** A line of the scenario file itself, or of a file of the tree that is there. */
export function inTree({ path, line }: Spot, own: string, root: string | null, disk: Disk): SourceLine | null {
  if (path === null) return { uri: own, line };
  if (root === null || !isInsideTree(path) || !disk.has(root, path)) return null;
  return { uri: treeUri(root, path), line };
}
