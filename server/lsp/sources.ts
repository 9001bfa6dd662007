import { relative, sep } from 'node:path';
import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import type { CFile } from '../c/types.js';
import type { StateFacts } from '../review/rules/rule.js';
import { checkSources } from '../review/session.js';
import type { Report } from '../review/types.js';
import { openDirectory } from '../series/directory-source.js';
import { treeAbove } from '../series/tree-root.js';
import type { TreeSource } from '../series/types.js';

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

/** Analyses open C sources of kernel trees, each version once; what lies in another editor wins over the disk. */
export class Sources {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #entries = new Map<string, Entry>();

  constructor(documents: TextDocuments<TextDocument>) {
    this.#documents = documents;
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

  forget(uri: string): void {
    this.#entries.get(uri)?.controller.abort();
    this.#entries.delete(uri);
  }

  async #analyse(document: TextDocument, signal: AbortSignal): Promise<SourceFacts | null> {
    const place = placeInTree(document.uri);
    if (place === null) return null;
    const { root, path } = place;
    const source = overlay(await openDirectory(root, 'the tree that the file lies in'), root, this.#documents);
    const { report, states } = await checkSources({ source, paths: [path], signal });
    const [facts] = states;
    const file = facts?.index.files.find((candidate) => candidate.path === path);
    return facts === undefined || file === undefined ? null : { ...facts, root, path, file, report };
  }
}

/** The kernel tree that a file lies in and its path there; null for any other document. */
function placeInTree(uri: string): { readonly root: string; readonly path: string } | null {
  if (!uri.startsWith('file:')) return null;
  const file = URI.parse(uri).fsPath;
  const root = treeAbove(file);
  return root === null ? null : { root, path: relative(root, file).split(sep).join('/') };
}

/** The tree with the texts of open documents in place of the files on disk. */
function overlay(source: TreeSource, root: string, documents: TextDocuments<TextDocument>): TreeSource {
  const inEditor = new Map<string, string>();
  for (const document of documents.all()) {
    const place = placeInTree(document.uri);
    if (place?.root === root) inEditor.set(place.path, document.getText());
  }
  return { ...source, read: async (path) => inEditor.get(path) ?? source.read(path) };
}
