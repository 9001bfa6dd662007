import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { UserError } from '../text.js';
import { isInsideTree } from './paths.js';
import { decodeSource, isSource, maxFileBytes } from './tree-text.js';
import type { TreeSource } from './types.js';

/** A search stops after so many files: twice a whole kernel. */
const maxFiles = 200_000;
/** Files open at the same time during a search. */
const parallel = 16;

/**
 * A plain directory as the tree. Symbolic links are followed only within it.
 * @throws UserError when there is none.
 */
export async function openDirectory(path: string, why: string): Promise<TreeSource> {
  const root = await realpath(path).catch(() => {
    throw new UserError(`${path}: no such directory, or none that may be read`);
  });
  return {
    kind: 'directory',
    root,
    revision: null,
    why,
    read: async (file) => {
      const bytes = readInside(root, file);
      return bytes === null ? null : decodeSource(bytes);
    },
    grep: (words, folders) => grep(root, words, folders),
  };
}

/** Not through a link that took the file's place meanwhile, and not waiting for a FIFO of its name. */
const plainly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const isBelow = (root: string, real: string): boolean => real.startsWith(root.endsWith(sep) ? root : root + sep);

/**
 * Reads a regular file that really lies below `root`; null for anything else. Not in the background: handing four system
 * calls to other threads takes longer than they do.
 */
function readInside(root: string, path: string): Buffer | null {
  if (!isInsideTree(path)) {
    return null;
  }
  try {
    const real = realpathSync.native(join(root, path));
    if (!isBelow(root, real)) {
      return null;
    }
    const file = openSync(real, plainly);
    try {
      const found = fstatSync(file);
      return found.isFile() && found.size <= maxFileBytes ? readFileSync(file) : null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

async function grep(root: string, words: readonly string[], folders: readonly string[]): Promise<string[]> {
  if (words.length === 0) {
    return [];
  }
  /** Where each path really is. */
  const files = new Map<string, string>();
  for (const folder of folders) {
    const path = folder.replace(/\/+$/, '').replace(/^\.$/, '');
    if (path === '' || isInsideTree(path)) {
      await collect(root, path, files);
    }
  }
  const pattern = new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));
  const found: string[] = [];
  const queue = files.entries();
  const search = async (): Promise<void> => {
    for (const [path, real] of queue) {
      const bytes = await readFile(real, { flag: plainly }).catch(() => null);
      if (bytes !== null && pattern.test(bytes.toString('latin1'))) {
        found.push(path);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, search));
  return found.sort();
}

/** Adds the C files in and below `path`; symbolic links below it are left alone, so that there are no loops. */
async function collect(root: string, path: string, files: Map<string, string>): Promise<void> {
  const real = await realpath(join(root, path)).catch(() => null);
  if (real === null || (real !== root && !isBelow(root, real))) {
    return;
  }
  if (isSource(path) && (await stat(real)).isFile()) {
    files.set(path, real);
    return;
  }
  const entries = await readdir(real, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`;
    if (files.size >= maxFiles) {
      return;
    }
    if (entry.isDirectory() && entry.name !== '.git') {
      await collect(root, name, files);
    } else if (entry.isFile() && isSource(entry.name)) {
      files.set(name, join(real, entry.name));
    }
  }
}
