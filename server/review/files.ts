import type { CFile } from '../c/types.js';
import type { FileImage, TreeSource } from '../series/types.js';
import { UserError } from '../text.js';
import { isC } from './context.js';
import { keepParsed } from './parsed.js';

/** A C file without any of these words is of no interest when a whole folder is named. */
const relevant = ['bio', 'mempool', 'workqueue', 'request_queue'];

/**
 * Reads the named files, and the relevant C files of the named folders, each once and in that order.
 *
 * @param parsed files that win over the tree's, by path; they are not parsed again.
 * @throws UserError when a path is no C file and no folder with C files.
 */
export async function readFiles(
  source: TreeSource,
  paths: readonly string[],
  parsed: ReadonlyMap<string, CFile> = new Map(),
): Promise<readonly FileImage[]> {
  const images = new Map<string, FileImage>();
  const add = async (path: string): Promise<boolean> => {
    const file = parsed.get(path);
    const text = file?.text ?? (await source.read(path));
    if (text === null) return false;
    const image: FileImage = { path, text, known: null, sections: [] };
    if (file) keepParsed(image, file);
    images.set(path, image);
    return true;
  };
  for (const path of paths) {
    if (isC(path) && (await add(path))) continue;
    const found = (await source.grep(relevant, [path])).filter(isC);
    // Every C file has a semicolon: a search for one tells an uninteresting folder from one that is not there.
    if (found.length === 0 && (await source.grep([';'], [path])).length === 0) {
      throw new UserError(`${path}: no such C file or folder with C files in the tree`);
    }
    for (const file of found) await add(file);
  }
  return [...images.values()];
}
