import type { CFile } from '../c/types.js';
import type { FileImage, TreeSource } from '../series/types.js';

/** Headers and files that declare what the rules ask about; `fs/bio.c` moved to `block/` in 3.16. */
const core = [
  'include/linux/bio.h',
  'include/linux/blk_types.h',
  'include/linux/blkdev.h',
  'include/linux/mempool.h',
  'include/linux/device-mapper.h',
  'block/bio.c',
  'block/blk-merge.c',
  'fs/bio.c',
];

/** A file that mentions one of these may create, use or release a set that a neighbour defines. */
const setWords = ['bio_set', 'bioset_', 'rescue_workqueue'];

/** At most this many files, and characters in all, are read beside those that were asked for. */
const most = { files: 80, characters: 6_000_000 };

/** Files that are read besides those under review, and how many had to be left out. */
export interface Context {
  readonly images: readonly FileImage[];
  readonly leftOut: number;
}

/** Whether a path is C to us. */
export function isC(path: string): boolean {
  return /\.[ch]$/.test(path);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/**
 * The files of the tree that say what the files under review mean: the core headers, what they include by a quoted
 * name, and the files of their folders that speak of bio_sets.
 */
export async function readContext(source: TreeSource, files: readonly CFile[]): Promise<Context> {
  if (source.kind === 'hunks') return { images: [], leftOut: 0 };
  const own = new Set(files.map(({ path }) => path));
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))].filter((folder) => folder !== '').sort();
  const included = files.flatMap(({ path, includes }) =>
    includes.filter((name) => /^[\w./-]+$/.test(name)).map((name) => resolve(folderOf(path), name)),
  );
  const neighbours = folders.length === 0 ? [] : await source.grep(setWords, folders);
  const nearby = neighbours.filter((path) => isC(path) && folders.includes(folderOf(path)));
  const wanted = [...new Set([...core, ...included.sort(), ...nearby])].filter((path) => !own.has(path));

  const images: FileImage[] = [];
  let characters = 0;
  let leftOut = 0;
  for (const path of wanted) {
    if (images.length >= most.files || characters >= most.characters) {
      leftOut++;
      continue;
    }
    const text = await source.read(path);
    if (text === null) continue;
    images.push({ path, text, known: null, sections: [] });
    characters += text.length;
  }
  return { images, leftOut };
}

/** An include name relative to the folder of the file, `../` resolved by name alone. */
function resolve(folder: string, name: string): string {
  const parts = folder.split('/');
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
