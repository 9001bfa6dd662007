/** Where documents come from on a machine with a file system. Node only. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { UserError } from '../text.js';
import { documentsAt, type InputFiles } from './input-files.js';
import type { Document } from './types.js';

/** `cat *.patch` would read so much; a larger file is hardly what was meant. */
const largestFile = 512 * 1024 * 1024;

/**
 * Reads inputs in their order: files and folders (`documentsAt`), `-` for standard input.
 * @param stdin gives all of standard input; called only when `-` is named
 * @throws UserError when an input is missing, unreadable, too large, empty of patches, or a queue leads out of itself
 */
export async function loadDocuments(paths: readonly string[], stdin: () => Promise<Uint8Array>): Promise<Document[]> {
  const documents: Document[] = [];
  for (const path of paths) {
    if (path === '-') documents.push({ name: '<stdin>', bytes: await stdin() });
    else for (const document of await documentsAt(disk, path)) documents.push(document);
  }
  return documents;
}

const disk: InputFiles = {
  async kindOf(path) {
    const found = await stat(path).catch((error: unknown) => unreadable(path, error));
    if (found.isDirectory()) return 'directory';
    if (!found.isFile() && !found.isFIFO()) throw new UserError(`${path}: is neither a file nor a directory`);
    if (found.size > largestFile) throw new UserError(`${path}: is larger than ${largestFile / 1024 / 1024} MiB`);
    return 'file';
  },
  read: (path) => readFile(path).catch((error: unknown) => unreadable(path, error)),
  async list(path) {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.flatMap((entry) => {
      if (!entry.isFile() && !entry.isDirectory()) return [];
      return { name: entry.name, kind: entry.isFile() ? 'file' : 'directory' } as const;
    });
  },
  join,
  split: (path) => ({ folder: dirname(path), last: basename(path) }),
  async truth(path) {
    const real = await realpath(path).catch(() => null);
    return real !== null && (await stat(real)).isDirectory() ? real + sep : real;
  },
};

function unreadable(path: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') throw new UserError(`${path}: no such file or directory`);
  throw new UserError(`${path}: cannot be read (${String(code ?? error)})`);
}
