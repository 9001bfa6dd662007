import type { FileImage, TreeSource } from '../series/types.js';

const noFiles: ReadonlyMap<string, FileImage> = new Map();

/** Reads those of the paths that are there; `files` win over the tree's. */
export async function readImages(
  source: TreeSource,
  paths: Iterable<string>,
  files: ReadonlyMap<string, FileImage> = noFiles,
): Promise<readonly FileImage[]> {
  const images: FileImage[] = [];
  for (const path of new Set(paths)) {
    const own = files.get(path);
    const text = own ? null : await source.read(path);
    if (own) images.push(own);
    else if (text !== null) images.push({ path, text, known: null, sections: [] });
  }
  return images;
}
