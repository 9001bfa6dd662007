import type { Connection } from 'vscode-languageserver';
import { hunksSource } from '../../series/hunks-source.js';
import type { FromWorker, SimulationRequest } from '../../sim/request.js';
import { UserError } from '../../text.js';
import type { Disk, FileInfo, Files, Host } from '../host.js';

/** A web worker: files are read through the editor, and there is neither a disk nor git. */
export function browserHost(connection: Connection): Host {
  return { files: editorFiles(connection), disk: noDisk, simulate: simulateInWorker };
}
