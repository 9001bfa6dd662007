import type { Connection } from 'vscode-languageserver';
import { Utils } from 'vscode-uri';
import { hunksSource } from '../../series/hunks-source.js';
import { documentsAt, type InputFiles } from '../../series/input-files.js';
import { type FromWorker, type StartThread, searchElsewhere } from '../../sim/request.js';
import { UserError } from '../../text.js';
import type { Disk, FileInfo, Files, Host } from '../host.js';
import { parseUri } from '../uri.js';

/** No series is larger, and all of it is in memory. */
const largestFile = 64 * 1024 * 1024;

/** A web worker: it reads files through the editor, and there is neither a disk nor git. */
export function browserHost(connection: Connection): Host {
  return {
    files: editorFiles(connection),
    disk: noDisk,
    simulate: (request, courtesy) => searchElsewhere(startWorker, request, courtesy),
  };
}

/** Files of every file system that the editor knows. */
function editorFiles(connection: Connection): Files {
  const stat = (uri: string) => connection.sendRequest<FileInfo | null>('rescuer/stat', { uri });
  // An array of bytes stays one only between workers.
  const read = async (uri: string) => new Uint8Array(await connection.sendRequest<Uint8Array>('rescuer/read', { uri }));
  const list = (uri: string) => connection.sendRequest<string[]>('rescuer/list', { uri });
  const inputs: InputFiles = {
    async kindOf(uri) {
      const found = await stat(uri);
      if (found === null) throw new UserError(`${uri}: no such file or directory`);
      if (found.kind === 'other') throw new UserError(`${uri}: is neither a file nor a directory`);
      if (found.size > largestFile) throw new UserError(`${uri}: is larger than ${largestFile / 1024 / 1024} MiB`);
      return found.kind === 'file' ? 'file' : 'directory';
    },
    read: (uri) => read(uri).catch(() => Promise.reject(new UserError(`${uri}: cannot be read`))),
    async list(folder) {
      const names = await list(folder);
      const found = await Promise.all(names.map((name) => stat(inputs.join(folder, name))));
      return names.flatMap((name, index) => {
        const kind = found[index]?.kind ?? 'other';
        return kind === 'other' ? [] : { name, kind: kind === 'file' ? 'file' : 'directory' };
      });
    },
    join: (folder, ...path) => Utils.joinPath(parseUri(folder), ...path).toString(),
    split: (uri) => ({ folder: Utils.dirname(parseUri(uri)).toString(), last: Utils.basename(parseUri(uri)) }),
    // An editor does not say where links lead to, but it opens nothing that the user has not opened to it.
    truth: async (uri) => {
      const found = await stat(uri);
      return found && (found.kind === 'folder' ? `${uri.replace(/\/$/, '')}/` : uri);
    },
  };
  return {
    canRead: (uri) => !['untitled', 'rescuer', 'invalid'].includes(parseUri(uri).scheme),
    stat,
    read,
    list,
    documents: async (uris) => (await Promise.all(uris.map((uri) => documentsAt(inputs, uri)))).flat(),
  };
}

const noGit = (): Promise<never> => Promise.reject(new UserError('git does not run in a browser'));

const noDisk: Disk = {
  isKernelTree: () => false,
  treeAbove: () => null,
  has: () => false,
  resolve: (_folder, path) => path,
  openDirectory: () => Promise.reject(new UserError('no kernel tree is read in a browser')),
  openSource: async () => hunksSource('no kernel tree is read in a browser'),
  range: noGit,
  revisions: noGit,
};

/** Another worker of this script: its first message tells it what to do (`browser.ts`). */
const startWorker: StartThread = (simulate, receive, fail) => {
  const worker = new Worker(self.location.href);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => receive(data);
  worker.onerror = ({ message }) => fail(message);
  worker.postMessage({ simulate });
  return () => worker.terminate();
};
