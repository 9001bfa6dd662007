/** Where documents come from on a machine with a file system. Node only. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { UserError } from '../text.js';
import { readQueue } from './quilt.js';
import type { Document } from './types.js';

const patchFile = /\.(?:patch|diff|mbox|mbx|eml)$|^\d{4}-[^.]+$/i;
/** `cat *.patch` would read so much; a larger file is hardly what was meant. */
const largestFile = 512 * 1024 * 1024;

/**
 * Reads inputs in their order: files, `-` for standard input, a quilt queue (a directory with a `series` file, itself
 * or in `patches/`, or that file), or a directory of patch files or mails in the order of their names.
 * @param stdin gives all of standard input; called only when `-` is named
 * @throws UserError when an input is missing, unreadable, too large, empty of patches, or a queue leads out of itself
 */
export async function loadDocuments(paths: readonly string[], stdin: () => Promise<Uint8Array>): Promise<Document[]> {
  const documents: Document[] = [];
  for (const path of paths) {
    if (path === '-') documents.push({ name: '<stdin>', bytes: await stdin() });
    else for (const document of await loadPath(path)) documents.push(document);
  }
  return documents;
}

async function loadPath(path: string): Promise<Document[]> {
  if ((await kindOf(path)) === 'file') {
    return basename(path) === 'series' ? loadQueue(path) : [await loadFile(path)];
  }
  for (const queue of [join(path, 'series'), join(path, 'patches', 'series')]) {
    if ((await stat(queue).catch(() => null))?.isFile()) return loadQueue(queue);
  }
  return loadFolder(path);
}

/** A maildir keeps its mails in cur/ and new/ under names of its own. */
async function loadFolder(path: string): Promise<Document[]> {
  const names = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
  const folders = new Set(names.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
  const files = names.filter((entry) => entry.isFile() && patchFile.test(entry.name)).map((entry) => entry.name);
  if (folders.has('cur') && folders.has('new')) {
    for (const folder of ['cur', 'new']) {
      for (const name of await readdir(join(path, folder))) files.push(join(folder, name));
    }
  }
  if (files.length === 0)
    throw new UserError(`${path}: no patches here (*.patch, *.diff, *.mbox, *.eml or a quilt series)`);
  return Promise.all(files.sort().map((name) => loadFile(join(path, name))));
}

/** The `series` file comes from strangers too: it may name only files in and below its own folder. */
async function loadQueue(seriesFile: string): Promise<Document[]> {
  const folder = dirname(seriesFile);
  const inside = (await realpath(folder)) + sep;
  const text = new TextDecoder().decode((await loadFile(seriesFile)).bytes);
  const documents: Document[] = [];
  for (const { file, strip } of readQueue(text, seriesFile)) {
    const path = join(folder, file);
    const real = await realpath(path).catch(() => null);
    if (real === null) throw new UserError(`${seriesFile}: there is no patch '${file}'`);
    if (!real.startsWith(inside)) throw new UserError(`${seriesFile}: '${file}' lies outside ${folder}`);
    documents.push({ ...(await loadFile(path)), strip, queue: seriesFile });
  }
  if (documents.length === 0) throw new UserError(`${seriesFile}: names no patch`);
  return documents;
}

async function loadFile(path: string): Promise<Document> {
  if ((await kindOf(path)) !== 'file') throw new UserError(`${path}: is a directory`);
  return { name: path, bytes: await readFile(path).catch((error: unknown) => unreadable(path, error)) };
}

async function kindOf(path: string): Promise<'file' | 'directory'> {
  const found = await stat(path).catch((error: unknown) => unreadable(path, error));
  if (found.isDirectory()) return 'directory';
  if (!found.isFile() && !found.isFIFO()) throw new UserError(`${path}: is neither a file nor a directory`);
  if (found.size > largestFile) throw new UserError(`${path}: is larger than ${largestFile / 1024 / 1024} MiB`);
  return 'file';
}

function unreadable(path: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') throw new UserError(`${path}: no such file or directory`);
  throw new UserError(`${path}: cannot be read (${String(code ?? error)})`);
}
