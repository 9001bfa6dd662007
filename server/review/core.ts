import { indexFiles } from '../c/index.js';
import type { CParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import { coreOf } from '../model/core/core.js';
import type { CoreSemantics } from '../model/core/semantics.js';
import type { FileImage, TreeSource } from '../series/types.js';
import { readImages } from './images.js';
import { parseImage } from './parsed.js';

/** Where the functions are that every driver's bios go through, and the headers that they lean on. */
const corePaths = [
  'block/blk-core.c',
  'block/blk-merge.c',
  'block/blk.h',
  'block/bio.c',
  'fs/bio.c',
  'drivers/md/dm.c',
  'include/linux/bio.h',
  'include/linux/blk_types.h',
  'include/linux/blkdev.h',
  'include/linux/mempool.h',
];

/** Whether one of the files has core functions that matter to drivers of all kinds; dm.c has only its own. */
function isCorePath(path: string): boolean {
  return corePaths.includes(path) && /^(?:block|fs)\//.test(path);
}

/** By the files it was made from: equal text is one file, the parser's cache sees to that. */
interface Known {
  readonly next: WeakMap<CFile, Known>;
  core: CoreSemantics | null;
}
const known: Known = { next: new WeakMap(), core: null };

/** Runs the core functions of a state and tells what they do. Files of which only hunks are known are not in view. */
export async function readCore(
  parser: CParser,
  source: TreeSource,
  files: ReadonlyMap<string, FileImage>,
): Promise<CoreSemantics> {
  const images = await readImages(source, corePaths, files);
  const parsed = images.filter((image) => image.known === null).map((image) => parseImage(parser, image));
  let at = known;
  for (const file of parsed) {
    const next: Known = at.next.get(file) ?? { next: new WeakMap(), core: null };
    at.next.set(file, next);
    at = next;
  }
  at.core ??= coreOf(indexFiles(parsed));
  return at.core;
}

/** Whether the core functions of some states do something else than in the first. */
export async function coreChanges(
  parser: CParser,
  source: TreeSource,
  states: readonly ReadonlyMap<string, FileImage>[],
): Promise<boolean> {
  if (source.kind === 'hunks' || !states.some((files) => [...files.keys()].some(isCorePath))) return false;
  const seen = new Set<string>();
  for (const files of states) {
    const core = await readCore(parser, source, files);
    seen.add(JSON.stringify(Object.values(core).map((found) => ('value' in found ? found.value : found.kind))));
  }
  return seen.size > 1;
}
