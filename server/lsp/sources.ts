import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { CDocument } from '../c/document.js';
import { type CParser, openParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import { wantsFile } from '../kernel/words.js';
import type { StateFacts } from '../review/rules/rule.js';
import { checkSources } from '../review/session.js';
import type { Report } from '../review/types.js';
import type { TreeSource } from '../series/types.js';
import { isAnnotations, isScenario } from './documents.js';
import type { Disk } from './host.js';
import { wayTo } from './paths.js';
import { withPolicy } from './policy.js';
import type { Trees } from './trees.js';
import { parseUri } from './uri.js';

/** What is known of an open C source and the files it needs. */
export interface SourceFacts extends StateFacts {
  /** Top of the kernel tree. */
  readonly root: string;
  /** Path of the source in the tree. */
  readonly path: string;
  readonly file: CFile;
  readonly report: Report;
}

interface Entry {
  readonly version: number;
  readonly controller: AbortController;
  readonly facts: Promise<SourceFacts | null>;
}

/**
 * Analyses open C sources of kernel trees, each version once, parsing only what an edit changed. What lies in another
 * editor wins over the disk.
 */
export class Sources {
  readonly #connection: Connection;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #disk: Disk;
  readonly #trees: Trees;
  readonly #entries = new Map<string, Entry>();
  readonly #parsed = new Map<string, CDocument>();

  constructor(connection: Connection, documents: TextDocuments<TextDocument>, disk: Disk, trees: Trees) {
    this.#connection = connection;
    this.#documents = documents;
    this.#disk = disk;
    this.#trees = trees;
  }

  /** Null for a source outside of any kernel tree. */
  facts(document: TextDocument): Promise<SourceFacts | null> {
    const known = this.#entries.get(document.uri);
    if (known?.version === document.version) return known.facts;
    known?.controller.abort();
    const controller = new AbortController();
    const facts = this.#analyse(document, controller.signal);
    this.#entries.set(document.uri, { version: document.version, controller, facts });
    return facts;
  }

  /** The tree with its top at `root`, with what the editor holds. */
  async source(root: string): Promise<TreeSource> {
    return overlay(await this.#trees.open(root), root, this.#documents, this.#disk);
  }

  /**
   * Takes notice of files that changed on disk, and returns the open sources that are to be analysed again: those of
   * the same tree, but not one that changed alone, as its text in the editor is what counts.
   */
  filesChanged(uris: readonly string[]): readonly string[] {
    const paths = uris.map((uri) => parseUri(uri).fsPath);
    for (const path of paths) this.#trees.changed(path);
    const stale = [...this.#entries.keys()].filter((uri) => {
      const place = placeInTree(this.#disk, uri);
      const own = parseUri(uri).fsPath;
      return place !== null && paths.some((path) => path !== own && wayTo(place.root, path) !== null);
    });
    for (const uri of stale) this.#drop(uri);
    return stale;
  }

  /** Stops the work on a document that was closed and frees what was kept for it. */
  close(uri: string): void {
    this.#drop(uri);
    this.#parsed.get(uri)?.dispose();
    this.#parsed.delete(uri);
  }

  #drop(uri: string): void {
    this.#entries.get(uri)?.controller.abort();
    this.#entries.delete(uri);
  }

  async #analyse(document: TextDocument, signal: AbortSignal): Promise<SourceFacts | null> {
    const place = placeInTree(this.#disk, document.uri);
    if (place === null || isScenario(document) || isAnnotations(document)) return null;
    const { root, path } = place;
    const source = await this.source(root);
    parser ??= openParser();
    const file = wantsFile(document.getText()) ? this.#parse(await parser, document, path, signal) : null;
    const parsed = new Map(file === null ? [] : [[path, file]]);
    const { report: found, states } = await checkSources({ source, paths: [path], parsed, simulate: false, signal });
    const [facts] = states;
    if (facts === undefined || file === null) return null;
    return { ...facts, root, path, file, report: await withPolicy(this.#connection, source, found) };
  }

  /** The document as it is now; rejects when it was closed, or edited and is analysed anew. */
  #parse(by: CParser, document: TextDocument, path: string, signal: AbortSignal): CFile {
    signal.throwIfAborted();
    const text = document.getText();
    const known = this.#parsed.get(document.uri);
    if (known) known.update(text);
    const parsed = known ?? new CDocument(by, path, text);
    this.#parsed.set(document.uri, parsed);
    return parsed.file;
  }
}

/** Parses all open sources, as long as the process lives. */
let parser: Promise<CParser> | undefined;

/** The kernel tree that a file lies in and its path there; null for any other document. */
export function placeInTree(disk: Disk, uri: string): { readonly root: string; readonly path: string } | null {
  if (!uri.startsWith('file:')) return null;
  const file = parseUri(uri).fsPath;
  const root = disk.treeAbove(file);
  return root === null ? null : { root, path: wayTo(root, file) ?? '' };
}

/** The tree with the texts of open documents in place of the files on disk. */
function overlay(source: TreeSource, root: string, documents: TextDocuments<TextDocument>, disk: Disk): TreeSource {
  const inEditor = new Map<string, string>();
  for (const document of documents.all()) {
    const place = placeInTree(disk, document.uri);
    if (place?.root === root) inEditor.set(place.path, document.getText());
  }
  return { ...source, read: async (path) => inEditor.get(path) ?? source.read(path) };
}
