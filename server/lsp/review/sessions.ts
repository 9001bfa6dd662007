import type { Connection } from 'vscode-languageserver';
import { Utils } from 'vscode-uri';
import { readSeries } from '../../series/read.js';
import type { Document, Reading, TreeSource } from '../../series/types.js';
import { type Courtesy, UserError } from '../../text.js';
import { reviewText, type SeriesReview } from '../reviews.js';
import { placeInTree } from '../sources.js';
import { parseUri } from '../uri.js';
import type { Workspace } from '../workspace.js';
import { keyOf, patchFileOf, type ReviewInput, type SeriesLink } from './address.js';
import { imageIn } from './image.js';

/** An input, read. */
export interface Opened {
  readonly input: ReviewInput;
  readonly reading: Reading;
  /** The mails and diffs it was read from; none for a git range. */
  readonly documents: readonly Document[];
  /** The URI of each document that can be opened, by its name. */
  readonly uris: ReadonlyMap<string, string>;
}

interface Kept<T> {
  readonly controller: AbortController;
  readonly value: Promise<T>;
}

/** How many reviews are kept; each holds the files of its states. One that is gone is made again when it is asked for. */
const mostReviews = 16;
const mostOpened = 24;

/** The reviews that a client browses, whether their documents are open in an editor or not. */
export class Sessions {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #opened = new Map<string, Kept<Opened>>();
  readonly #reviews = new Map<string, Kept<SeriesReview>>();

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  /** Reads an input, once. Rejects with UserError when there is nothing to review. */
  open(input: ReviewInput, signal?: AbortSignal): Promise<Opened> {
    return keep(this.#opened, mostOpened, keyOf(input), signal, (own) => this.#read(input, { signal: own }));
  }

  /** Reviews a series of an input, once. Rejects with UserError, and with the abort reason when `signal` fires. */
  review(link: SeriesLink, signal?: AbortSignal): Promise<SeriesReview> {
    const key = `${link.series} ${keyOf(link.input)}`;
    return keep(this.#reviews, mostReviews, key, signal, (own) => this.#review(link, own, true));
  }

  /** The same without simulations, which take most of the time: the states of the files, and what rules see in single functions. */
  firstLook(link: SeriesLink, signal?: AbortSignal): Promise<SeriesReview> {
    const key = `first ${link.series} ${keyOf(link.input)}`;
    return keep(this.#reviews, mostReviews, key, signal, (own) => this.#review(link, own, false));
  }

  /** The tree that an open file is part of, with the files of its patch if it is one of a review. Rejects with UserError. */
  async treeAt(uri: string): Promise<{ readonly source: TreeSource; readonly path: string }> {
    const file = patchFileOf(uri);
    if (file !== null) {
      const { source, stack } = await this.review(file);
      const read = (path: string): string | null =>
        (stack && imageIn(stack, file.patch, file.side, path)?.text) ?? null;
      return { source: { ...source, read: async (path) => read(path) ?? source.read(path) }, path: file.path };
    }
    const { disk } = this.#workspace.host;
    const place = placeInTree(disk, uri);
    if (place === null) throw new UserError(`${this.#workspace.displayName(uri)} is in no kernel tree`);
    return { source: await disk.openDirectory(place.root, 'the tree of the file'), path: place.path };
  }

  /** Stops and forgets what was read and reviewed of an input. */
  forget(input: ReviewInput): void {
    const key = keyOf(input);
    for (const [kept, { controller }] of this.#reviews) {
      if (!kept.endsWith(` ${key}`)) continue;
      controller.abort();
      this.#reviews.delete(kept);
    }
    this.#opened.get(key)?.controller.abort();
    this.#opened.delete(key);
  }

  /** Stops all work. */
  stop(): void {
    for (const { controller } of [...this.#reviews.values(), ...this.#opened.values()]) controller.abort();
    this.#reviews.clear();
    this.#opened.clear();
  }

  async #read(input: ReviewInput, courtesy: Courtesy): Promise<Opened> {
    if ('range' in input) {
      if (!this.#workspace.trusted) throw new UserError('the workspace is not trusted, so git is not run in it');
      const reading = await this.#workspace.host.disk.range(parseUri(input.folder).fsPath, input.range, courtesy);
      return { input, reading, documents: [], uris: new Map() };
    }
    const loaded = await this.#workspace.host.files.documents(input.files);
    const named = loaded.map((document) => {
      const uri = document.name;
      return { uri, document: { ...document, name: this.#workspace.displayName(uri) } };
    });
    const documents = named.map(({ document }) => document);
    const reading = await readSeries(documents);
    if (reading.series.length === 0) throw new UserError(`no patch found in ${titleOf(input)}`);
    return { input, reading, documents, uris: new Map(named.map(({ uri, document }) => [document.name, uri])) };
  }

  async #review({ input, series: number }: SeriesLink, signal: AbortSignal, simulate: boolean): Promise<SeriesReview> {
    const { reading, uris } = await this.open(input, signal);
    const series = reading.series[number];
    if (series === undefined) throw new UserError(`${titleOf(input)} has no series number ${number + 1} any more`);
    const name = series.patches[0]?.document ?? '';
    const text = { name, reading, series, uris };
    return reviewText(this.#connection, this.#workspace, text, await this.#placeOf(input), signal, simulate);
  }

  /** The document by which the tree is found: a file of the input; of a folder one inside it, there need not be such. */
  async #placeOf(input: ReviewInput): Promise<string> {
    const place = 'range' in input ? input.folder : (input.files[0] ?? '');
    const isFolder = (await this.#workspace.host.files.stat(place))?.kind === 'folder';
    return isFolder ? Utils.joinPath(parseUri(place), 'patches').toString() : place;
  }
}

/** What to call an input: the name of its file or folder, or the range. */
export function titleOf(input: ReviewInput): string {
  if ('range' in input) return input.range;
  const [first = ''] = input.files;
  const name = parseUri(first).path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return input.files.length === 1 ? name : `${name} and ${input.files.length - 1} more`;
}

/** What is known under a key, or is made now. What fails is not kept; of the others the youngest `most` are. */
async function keep<T>(
  known: Map<string, Kept<T>>,
  most: number,
  key: string,
  signal: AbortSignal | undefined,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const entry = known.get(key) ?? begin(make);
  known.delete(key);
  known.set(key, entry);
  for (const [oldest, { controller }] of known) {
    if (known.size <= most) break;
    controller.abort();
    known.delete(oldest);
  }
  const stop = (): void => entry.controller.abort();
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    return await entry.value;
  } catch (error) {
    if (known.get(key) === entry) known.delete(key);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function begin<T>(make: (signal: AbortSignal) => Promise<T>): Kept<T> {
  const controller = new AbortController();
  return { controller, value: make(controller.signal) };
}
