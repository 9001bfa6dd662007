import { type Connection, DidChangeWatchedFilesNotification, type InitializeParams } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { policyFile } from '../review/policy-file.js';
import type { TreeSource } from '../series/types.js';
import type { Disk } from './host.js';
import { wayTo } from './paths.js';

/** The kernel trees of open sources. What was read is kept for as long as the client says that nothing changed. */
export class Trees {
  readonly #connection: Connection;
  readonly #disk: Disk;
  readonly #canWatch: boolean;
  /** Whether the client watches a tree, by its root. */
  readonly #watched = new Map<string, Promise<boolean>>();
  readonly #kept = new Map<string, TreeSource>();

  constructor(connection: Connection, disk: Disk, { capabilities }: InitializeParams) {
    this.#connection = connection;
    this.#disk = disk;
    const watching = capabilities.workspace?.didChangeWatchedFiles;
    // Trees need not lie in a workspace folder: without relative patterns they could not be watched.
    this.#canWatch = watching?.dynamicRegistration === true && watching.relativePatternSupport === true;
  }

  /** The tree with its top at `root`, an absolute path. Rejects when there is none. */
  async open(root: string): Promise<TreeSource> {
    const watched = this.#watched.get(root) ?? this.#watch(root);
    this.#watched.set(root, watched);
    // Nothing may be kept that was read before the watch began.
    const isWatched = await watched;
    const known = this.#kept.get(root);
    if (known) return known;
    const source = await this.#disk.openDirectory(root, 'the tree that the file lies in');
    if (!isWatched) return source;
    const kept = readingOnce(source);
    this.#kept.set(root, kept);
    return kept;
  }

  /** Forgets what was read of the trees that a changed file lies in. */
  changed(path: string): void {
    for (const root of this.#kept.keys()) {
      if (wayTo(root, path) !== null) this.#kept.delete(root);
    }
  }

  async #watch(root: string): Promise<boolean> {
    if (!this.#canWatch) return false;
    const baseUri = URI.file(root).toString();
    const watchers = ['**/*.{c,h}', policyFile].map((pattern) => ({ globPattern: { baseUri, pattern } }));
    return this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).then(
      () => true,
      () => false,
    );
  }
}

/** The same tree, in which every file is read and every search made once. */
function readingOnce(source: TreeSource): TreeSource {
  const texts = new Map<string, Promise<string | null>>();
  const searches = new Map<string, Promise<string[]>>();
  return {
    ...source,
    read: (path) => once(texts, path, () => source.read(path)),
    grep: (words, folders) => once(searches, JSON.stringify([words, folders]), () => source.grep(words, folders)),
  };
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
