import { UserError } from '../text.js';
import { readQueue } from './quilt.js';
import type { Document } from './types.js';

/** Files by their names, on a disk or behind an editor. */
export interface InputFiles {
  /** Throws UserError when there is neither. */
  kindOf(name: string): Promise<'file' | 'directory'>;
  /** Throws UserError. */
  read(name: string): Promise<Uint8Array>;
  /** The files and folders in a folder; what is neither is left out. */
  list(folder: string): Promise<readonly { readonly name: string; readonly kind: 'file' | 'directory' }[]>;
  join(folder: string, ...path: readonly string[]): string;
  /** A name's last part, and the folder before it. */
  split(name: string): { readonly folder: string; readonly last: string };
  /** Where a file is in truth, symbolic links followed; null when it is not there. Of a folder it ends with a separator. */
  truth(name: string): Promise<string | null>;
}

const patchFile = /\.(?:patch|diff|mbox|mbx|eml)$|^\d{4}-[^.]+$/i;

/**
 * Reads a file, a quilt queue (a folder with a `series` file, itself or in `patches/`, or that file), or a folder of patch
 * files or mails in the order of their names.
 * @throws UserError when it is missing, unreadable, too large, empty of patches, or a queue leads out of itself
 */
export async function documentsAt(files: InputFiles, name: string): Promise<Document[]> {
  if ((await files.kindOf(name)) === 'file') {
    return files.split(name).last === 'series' ? loadQueue(files, name) : [await loadFile(files, name)];
  }
  for (const queue of [files.join(name, 'series'), files.join(name, 'patches', 'series')]) {
    if ((await files.kindOf(queue).catch(() => null)) === 'file') return loadQueue(files, queue);
  }
  return loadFolder(files, name);
}

/** A maildir keeps its mails in cur/ and new/ under names of its own. */
async function loadFolder(files: InputFiles, folder: string): Promise<Document[]> {
  const entries = (await files.list(folder)).filter(({ name }) => !name.startsWith('.'));
  const folders = new Set(entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name));
  const paths = entries.filter(({ name, kind }) => kind === 'file' && patchFile.test(name)).map(({ name }) => [name]);
  if (folders.has('cur') && folders.has('new')) {
    for (const part of ['cur', 'new']) {
      for (const { name } of await files.list(files.join(folder, part))) paths.push([part, name]);
    }
  }
  if (paths.length === 0)
    throw new UserError(`${folder}: no patches here (*.patch, *.diff, *.mbox, *.eml or a quilt series)`);
  return Promise.all(
    paths
      .map((path) => files.join(folder, ...path))
      .sort()
      .map((name) => loadFile(files, name)),
  );
}

/** The `series` file comes from strangers too: it may name only files in and below its own folder. */
async function loadQueue(files: InputFiles, seriesFile: string): Promise<Document[]> {
  const { folder } = files.split(seriesFile);
  const inside = (await files.truth(folder)) ?? '';
  const text = new TextDecoder().decode((await loadFile(files, seriesFile)).bytes);
  const documents: Document[] = [];
  for (const { file, strip } of readQueue(text, seriesFile)) {
    const path = files.join(folder, file);
    const real = await files.truth(path);
    if (real === null) throw new UserError(`${seriesFile}: there is no patch '${file}'`);
    if (!real.startsWith(inside)) throw new UserError(`${seriesFile}: '${file}' lies outside ${folder}`);
    documents.push({ ...(await loadFile(files, path)), strip, queue: seriesFile });
  }
  if (documents.length === 0) throw new UserError(`${seriesFile}: names no patch`);
  return documents;
}

async function loadFile(files: InputFiles, name: string): Promise<Document> {
  if ((await files.kindOf(name)) !== 'file') throw new UserError(`${name}: is a directory`);
  return { name, bytes: await files.read(name) };
}
