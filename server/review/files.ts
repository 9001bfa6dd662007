import type { FileImage, TreeSource } from '../series/types.js';
import { UserError } from '../text.js';
import { isC } from './context.js';

/** A C file without any of these words is of no interest when a whole folder is named. */
const relevant = ['bio', 'mempool', 'workqueue', 'request_queue'];

/**
 * Reads the named files, and the relevant C files of the named folders, each once and in that order.
 *
 * @param unsaved text that wins over the tree's, by path: what an editor holds and has not saved.
 * @throws UserError when a path is no C file and no folder with C files.
 */
export async function readFiles(
  source: TreeSource,
  paths: readonly string[],
  unsaved: ReadonlyMap<string, string> = new Map(),
): Promise<readonly FileImage[]> {
  const images = new Map<string, FileImage>();
  const add = (path: string, text: string | null): void => {
    if (text !== null) images.set(path, { path, text, known: null, sections: [] });
  };
  for (const path of paths) {
    const text = isC(path) ? (unsaved.get(path) ?? (await source.read(path))) : null;
    if (text !== null) {
      add(path, text);
      continue;
    }
    const found = (await source.grep(relevant, [path])).filter(isC);
    // Every C file has a semicolon: a search for one tells an uninteresting folder from one that is not there.
    if (found.length === 0 && (await source.grep([';'], [path])).length === 0) {
      throw new UserError(`${path}: no such C file or folder with C files in the tree`);
    }
    for (const file of found) add(file, unsaved.get(file) ?? (await source.read(file)));
  }
  return [...images.values()];
}
