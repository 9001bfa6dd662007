import type { Revision } from '../series/revisions.js';
import type { SourceOptions } from '../series/sources.js';
import type { Document, Reading, TreeSource } from '../series/types.js';
import type { SimulationRequest } from '../sim/request.js';
import type { Simulation } from '../sim/types.js';
import type { Courtesy } from '../text.js';

/** What the server needs of the machine it runs on: `hosts/node.ts` has all of it, `hosts/browser.ts` what a web worker can. */
export interface Host {
  readonly files: Files;
  readonly disk: Disk;
  /** Runs a simulation without blocking what else is asked. Rejects with UserError, and with the abort reason. */
  simulate(request: SimulationRequest, courtesy: Courtesy): Promise<Simulation>;
}

/** Files by their URIs, wherever they are kept. */
export interface Files {
  /** Whether files of such an address can be read here, if there are any. */
  canRead(uri: string): boolean;
  /** Null when there is nothing. */
  stat(uri: string): Promise<FileInfo | null>;
  read(uri: string): Promise<Uint8Array>;
  /** Names in a folder. Rejects when there is none. */
  list(folder: string): Promise<readonly string[]>;
  /** The mails and diffs in files and folders, named by their URIs. Rejects with UserError. */
  documents(uris: readonly string[]): Promise<Document[]>;
}

export interface FileInfo {
  readonly kind: 'file' | 'folder' | 'other';
  /** In bytes. */
  readonly size: number;
}

/** What needs a disk: kernel trees and git repositories. Paths are those of the machine, as `URI.fsPath` gives them. */
export interface Disk {
  isKernelTree(folder: string): boolean;
  /** The kernel tree that a path lies in, or is the top of; null outside of any. */
  treeAbove(path: string): string | null;
  /** Whether there is something at a path inside a folder. */
  has(folder: string, path: string): boolean;
  /** A path that may be relative to a folder, as an absolute one. */
  resolve(folder: string, path: string): string;
  openDirectory(path: string, why: string): Promise<TreeSource>;
  openSource(options: SourceOptions): Promise<TreeSource>;
  /** The patches of a git range. Rejects with UserError. */
  range(folder: string, range: string, courtesy: Courtesy): Promise<Reading>;
  /** Rejects with UserError. */
  revisions(folder: string, text: string): Promise<readonly Revision[]>;
}
