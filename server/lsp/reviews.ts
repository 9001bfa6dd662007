import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { Utils } from 'vscode-uri';
import type { StateFacts } from '../review/rules/rule.js';
import { reviewSeries } from '../review/session.js';
import type { Report } from '../review/types.js';
import { readSeries } from '../series/read.js';
import type { ApplyProblem, Document, Reading, Series, Stack, TreeSource } from '../series/types.js';
import { UserError } from '../text.js';
import { useAnnotations } from './annotations/inUse.js';
import { withProgress } from './courtesy.js';
import { withPolicy } from './policy.js';
import { SettingError } from './problems.js';
import { parseUri } from './uri.js';
import type { Workspace } from './workspace.js';

/** A patch document, read: the series that its patches belong to. */
export interface SeriesText {
  /** The document's name in `reading`. */
  readonly name: string;
  readonly reading: Reading;
  /** null when the document holds no patch. */
  readonly series: Series | null;
  /** The URI of each document that `reading` was made of, by its name there. */
  readonly uris: ReadonlyMap<string, string>;
}

/** A patch document, reviewed. */
export interface SeriesReview extends SeriesText {
  readonly series: Series;
  readonly source: TreeSource;
  readonly report: Report;
  /** Facts of the base, then of what each patch leaves. */
  readonly states: readonly StateFacts[];
  /** The files in each of these states; null where there are none to show. */
  readonly stack: Stack | null;
  readonly problems: readonly ApplyProblem[];
}

interface Entry {
  readonly version: number;
  readonly controller: AbortController;
  text?: Promise<SeriesText>;
  review?: Promise<SeriesReview | null>;
}

const maxSiblings = 200;
const maxSiblingBytes = 4 * 1024 * 1024;

/** Reads and reviews the open patch documents, each version once, and drops work on versions that are gone. */
export class Reviews {
  readonly #connection: Connection;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #workspace: Workspace;
  readonly #entries = new Map<string, Entry>();

  constructor(connection: Connection, documents: TextDocuments<TextDocument>, workspace: Workspace) {
    this.#connection = connection;
    this.#documents = documents;
    this.#workspace = workspace;
  }

  /** The series in an open document. Quick: nothing is applied or parsed as C. */
  read(document: TextDocument): Promise<SeriesText> {
    const entry = this.#entryOf(document);
    entry.text ??= this.#read(document);
    return entry.text;
  }

  /** The review of the whole series that an open document belongs to; null when it holds no patch. */
  review(document: TextDocument): Promise<SeriesReview | null> {
    const entry = this.#entryOf(document);
    entry.review ??= this.#review(document, entry.controller.signal);
    return entry.review;
  }

  /** Stops and forgets the work on a document, or on all. */
  forget(uri?: string): void {
    for (const [key, entry] of this.#entries) {
      if (uri !== undefined && key !== uri) continue;
      entry.controller.abort();
      this.#entries.delete(key);
    }
  }

  #entryOf(document: TextDocument): Entry {
    const known = this.#entries.get(document.uri);
    if (known?.version === document.version) return known;
    known?.controller.abort();
    const entry = { version: document.version, controller: new AbortController() };
    this.#entries.set(document.uri, entry);
    return entry;
  }

  async #read(document: TextDocument): Promise<SeriesText> {
    const name = this.#workspace.displayName(document.uri);
    const own = { name, bytes: new TextEncoder().encode(document.getText()) };
    const uris = new Map([[name, document.uri]]);
    const alone = await readSeries([own]);
    const text = { name, reading: alone, series: seriesOf(alone, name), uris };
    if (text.series === null || text.series.missing.length === 0) return text;

    const siblings = await this.#siblingsOf(document.uri, uris);
    if (siblings.length === 0) return text;
    const together = await readSeries([own, ...siblings]);
    return { name, reading: together, series: seriesOf(together, name), uris };
  }

  /** The other mails of the folder: `git format-patch` writes one file for each patch of a series. */
  async #siblingsOf(uri: string, uris: Map<string, string>): Promise<readonly Document[]> {
    const { files } = this.#workspace.host;
    if (!files.canRead(uri)) return [];
    const folder = Utils.dirname(parseUri(uri));
    const all = await files.list(folder.toString());
    const names = all.filter((name) => /\.(patch|diff|eml|mbox)$/.test(name)).sort();
    const found: Document[] = [];
    for (const sibling of names.slice(0, maxSiblings).map((name) => Utils.joinPath(folder, name).toString())) {
      if (sibling === uri) continue;
      const open = this.#documents.get(sibling);
      const info = open ? null : await files.stat(sibling);
      if (!open && (info?.kind !== 'file' || info.size > maxSiblingBytes)) continue;
      const name = this.#workspace.displayName(sibling);
      uris.set(name, sibling);
      found.push({ name, bytes: open ? new TextEncoder().encode(open.getText()) : await files.read(sibling) });
    }
    return found;
  }

  async #review(document: TextDocument, signal: AbortSignal): Promise<SeriesReview | null> {
    const text = await this.read(document);
    const { series } = text;
    if (series === null) return null;
    return reviewText(this.#connection, this.#workspace, { ...text, series }, document.uri, signal);
  }
}

/** Reviews a series that was read, on the tree that belongs to `uri`, with or without simulations. Progress is shown under the subject. */
export async function reviewText(
  connection: Connection,
  workspace: Workspace,
  text: SeriesText & { readonly series: Series },
  uri: string,
  signal: AbortSignal,
  simulate = true,
): Promise<SeriesReview> {
  const { series } = text;
  const source = await openSeriesSource(workspace, uri, series);
  const {
    report: found,
    stack,
    states,
  } = await withProgress(connection, series.subject, signal, (courtesy) => {
    const review = () => reviewSeries({ series, source, simulate, ...courtesy });
    const annotated = async () => {
      await useAnnotations(workspace, uri);
      return review();
    };
    return simulate ? inTurn(annotated, signal) : review();
  });
  const report = await withPolicy(connection, source, found);
  // Applying may have moved hunks: the line numbers of the stack are those of the findings.
  return { ...text, series: stack?.series ?? series, source, report, states, stack, problems: stack?.problems ?? [] };
}

let turn: Promise<void> = Promise.resolve();

/**
 * Does work that takes long after what was asked for earlier. A series that is open as mail and in the view is reviewed twice:
 * one after the other, the second finds the runs of the first.
 */
async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const before = turn;
  let done = (): void => undefined;
  turn = new Promise((resolve) => {
    done = resolve;
  });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([before, aborted]);
    signal.throwIfAborted();
    return await work();
  } finally {
    before.then(done);
  }
}

/** Opens the tree that the settings or the place of the document name, for a series. */
export async function openSeriesSource(workspace: Workspace, uri: string, series: Series): Promise<TreeSource> {
  const tree = await workspace.treeOf(uri);
  const settings = await workspace.settings(uri);
  const base = workspace.trusted ? settings.base : '';
  try {
    return await workspace.host.disk.openSource({
      ...(tree === null ? {} : { tree }),
      ...(base === '' ? {} : { base }),
      series,
      trusted: workspace.trusted,
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // What it says of options of the command line helps nobody here.
    if (base === '' && settings.tree !== '')
      throw new SettingError('rescuer.tree', `the setting rescuer.tree names ${tree}, and there is no such directory`);
    if (base !== '' && tree === null)
      throw new SettingError('rescuer.tree', `the setting rescuer.base names ${base}, but no repository is known`);
    if (base !== '') throw new SettingError('rescuer.base', `the setting rescuer.base: ${error.message}`);
    throw error;
  }
}

/** The series of a document: the newest that has a patch there, else whatever there is. */
function seriesOf({ series }: Reading, name: string): Series | null {
  const own = series.filter(({ patches }) => patches.some((patch) => patch.document === name));
  return own.find(({ newest }) => newest) ?? own[0] ?? series[0] ?? null;
}
