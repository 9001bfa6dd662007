import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { URI } from 'vscode-uri';
import { openDirectory } from '../../series/directory-source.js';
import { loadDocuments } from '../../series/inputs.js';
import { seriesFromRange } from '../../series/range.js';
import { listRevisions } from '../../series/revisions.js';
import { openSource } from '../../series/sources.js';
import { isKernelTree, treeAbove } from '../../series/tree-root.js';
import { simulateInWorker } from '../../sim/worker-client.js';
import { UserError } from '../../text.js';
import type { Disk, Files, Host } from '../host.js';
import { parseUri } from '../uri.js';

const files: Files = {
  canRead: (uri) => uri.startsWith('file:'),
  stat: async (uri) => {
    const found = await stat(pathOf(uri)).catch(() => null);
    if (found === null) return null;
    return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other', size: found.size };
  },
  read: (uri) => readFile(pathOf(uri)),
  list: (folder) => readdir(pathOf(folder)),
  documents: async (uris) => {
    const loaded = await loadDocuments(uris.map(pathOf), () =>
      Promise.reject(new UserError('there is no standard input here')),
    );
    return loaded.map((document) => ({ ...document, name: URI.file(document.name).toString() }));
  },
};

const disk: Disk = {
  isKernelTree,
  treeAbove,
  has: (folder, path) => existsSync(join(folder, path)),
  resolve,
  openDirectory,
  openSource,
  range: seriesFromRange,
  revisions: listRevisions,
};

/** A process with a disk, threads and git. `simulator` is the bundle of the search thread (`server/sim/worker.ts`). */
export function nodeHost(simulator: URL): Host {
  return { files, disk, simulate: (request, courtesy) => simulateInWorker(simulator, request, courtesy) };
}

function pathOf(uri: string): string {
  if (!files.canRead(uri)) throw new UserError(`expected the URI of a file, got ${JSON.stringify(uri)}`);
  return parseUri(uri).fsPath;
}
