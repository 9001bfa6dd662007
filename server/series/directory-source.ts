import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isInsideTree } from './paths.js';
import { decodeSource, isSource, maxFileBytes } from './tree-text.js';
import type { TreeSource } from './types.js';

/** A search stops after so many files: twice a whole kernel. */
const maxFiles = 200_000;
/** Files open at the same time during a search. */
const parallel = 16;

/** A plain directory as the tree. Symbolic links are followed only within it. */
export async function openDirectory(path: string, why: string): Promise<TreeSource> {
  const root = await realpath(path);
  return {
    kind: 'directory',
    root,
    revision: null,
    why,
    read: async (file) => {
      const bytes = await readInside(root, file);
      return bytes === null ? null : decodeSource(bytes);
    },
    grep: (words, folders) => grep(root, words, folders),
  };
}

/** Reads a regular file that really lies below `root`; null for anything else. */
async function readInside(root: string, path: string): Promise<Buffer | null> {
  if (!isInsideTree(path)) {
    return null;
  }
  try {
    const real = await realpath(join(root, path));
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return null;
    }
    // Non-blocking, so that a FIFO of that name cannot hold us up.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      return found.isFile() && found.size <= maxFileBytes ? await file.readFile() : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

async function grep(root: string, words: readonly string[], folders: readonly string[]): Promise<string[]> {
  if (words.length === 0) {
    return [];
  }
  const paths = new Set<string>();
  for (const folder of folders) {
    const trimmed = folder.replace(/\/+$/, '');
    if (trimmed !== '' && trimmed !== '.' && !isInsideTree(trimmed)) {
      continue;
    }
    const start = trimmed === '.' ? '' : trimmed;
    if (isSource(start)) {
      paths.add(start);
    }
    await collect(root, start, paths);
  }
  const pattern = new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));
  const found: string[] = [];
  const queue = [...paths].values();
  const search = async (): Promise<void> => {
    for (const path of queue) {
      const bytes = await readInside(root, path);
      if (bytes !== null && pattern.test(decodeSource(bytes))) {
        found.push(path);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, search));
  return found.sort();
}

/** Adds the C files below a folder; symbolic links are left alone, so that there are no loops. */
async function collect(root: string, folder: string, paths: Set<string>): Promise<void> {
  const real = await realpath(join(root, folder)).catch(() => null);
  if (real === null || (real !== root && !real.startsWith(root + sep))) {
    return;
  }
  const entries = await readdir(real, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (paths.size >= maxFiles) {
      return;
    }
    if (entry.isDirectory() && entry.name !== '.git') {
      await collect(root, path, paths);
    } else if (entry.isFile() && isSource(entry.name)) {
      paths.add(path);
    }
  }
}
