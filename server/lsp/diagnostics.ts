import type { Connection, Diagnostic, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { UserError } from '../text.js';
import type { Annotations } from './annotations/annotations.js';
import { isAbort } from './courtesy.js';
import { isAnnotations, isScenario, isSeries } from './documents.js';
import { reviewDiagnostics } from './features/reviewDiagnostics.js';
import { seriesDiagnostics } from './features/seriesDiagnostics.js';
import { sourceDiagnostics } from './features/sourceDiagnostics.js';
import { remedyOf } from './problems.js';
import { keyOf, patchFileOf, type ReviewInput, seriesLinkOf } from './review/address.js';
import type { Reviews } from './reviews.js';
import { scenarioDiagnostics } from './scenarios/diagnostics.js';
import type { Simulations } from './simulations.js';
import type { Sources } from './sources.js';
import type { Views } from './views.js';
import type { Workspace } from './workspace.js';

/** How long the text must rest before it is looked at again. */
const restMilliseconds = 300;

/** Publishes the diagnostics of open documents, again after each change, and clears them when a document closes. */
export class DiagnosticsPublisher {
  readonly #connection: Connection;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #workspace: Workspace;
  readonly #reviews: Reviews;
  readonly #sources: Sources;
  readonly #views: Views;
  readonly #simulations: Simulations;
  readonly #annotations: Annotations;
  readonly #seen = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(
    connection: Connection,
    documents: TextDocuments<TextDocument>,
    workspace: Workspace,
    reviews: Reviews,
    sources: Sources,
    views: Views,
    simulations: Simulations,
    annotations: Annotations,
  ) {
    this.#connection = connection;
    this.#documents = documents;
    this.#workspace = workspace;
    this.#reviews = reviews;
    this.#sources = sources;
    this.#views = views;
    this.#simulations = simulations;
    this.#annotations = annotations;
    documents.onDidChangeContent(({ document }) => this.#changed(document));
    documents.onDidClose(({ document }) => this.#closed(document));
    documents.onDidSave(({ document }) => {
      if (isAnnotations(document)) this.refresh();
    });
    simulations.onRan((uri) => this.#schedule({ uri }, 0));
    connection.onDidChangeConfiguration(() => this.refresh());
    connection.onDidChangeWatchedFiles(({ changes }) => this.#filesChanged(changes.map(({ uri }) => uri)));
  }

  /** Forgets all reviews and looks at every open document again. */
  refresh(): void {
    this.#reviews.forget();
    for (const document of this.#documents.all()) this.#schedule(document, 0);
  }

  /** Looks again at the open documents of a review, which was read anew: work on them may have been dropped for that. */
  refreshReview(input: ReviewInput): void {
    for (const document of this.#documents.all()) {
      const link = seriesLinkOf(document.uri);
      if (link !== null && keyOf(link.input) === keyOf(input)) this.#schedule(document, 0);
    }
  }

  /** Nothing is published or reported from now on. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#reviews.forget();
  }

  #changed(document: TextDocument): void {
    const wait = this.#seen.has(document.uri) ? restMilliseconds : 0;
    this.#seen.add(document.uri);
    this.#schedule(document, wait);
    if (isAnnotations(document)) {
      // What is said of a function, without being saved yet, is told of no more where it is called.
      const others = this.#documents.all().filter((other) => !isSeries(other) && !isAnnotations(other));
      for (const other of others) this.#schedule(other, restMilliseconds);
    }
    if (wait === 0 || !isSeries(document)) return;
    // The patches of one series often lie in one folder, a file each.
    const folder = folderOf(document);
    for (const other of this.#documents.all()) {
      if (other.uri === document.uri || !isSeries(other) || folderOf(other) !== folder) continue;
      this.#reviews.forget(other.uri);
      this.#schedule(other, restMilliseconds);
    }
  }

  #closed(document: TextDocument): void {
    clearTimeout(this.#timers.get(document.uri));
    this.#timers.delete(document.uri);
    this.#seen.delete(document.uri);
    this.#reviews.forget(document.uri);
    this.#sources.close(document.uri);
    this.#connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  }

  /** Other sources may include or call what changed. A checkout reports its files bit by bit, so they rest as well. */
  #filesChanged(uris: readonly string[]): void {
    for (const uri of this.#sources.filesChanged(uris)) this.#schedule({ uri }, restMilliseconds);
  }

  #schedule({ uri }: { readonly uri: string }, wait: number): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri);
        this.#publish(uri);
      }, wait),
    );
  }

  async #publish(uri: string): Promise<void> {
    const document = this.#documents.get(uri);
    if (document === undefined) return;
    const { version } = document;
    try {
      const diagnostics = await this.#compute(document);
      if (this.#documents.get(uri)?.version === version) {
        this.#connection.sendDiagnostics({ uri, version, diagnostics });
      }
    } catch (error) {
      this.#report(document, error);
    }
  }

  async #compute(document: TextDocument): Promise<Diagnostic[]> {
    if (isScenario(document)) {
      const file = this.#workspace.displayName(document.uri);
      return scenarioDiagnostics(document, file, this.#simulations.runsOf(document));
    }
    if (isAnnotations(document)) return this.#annotations.inFile(document);
    if (patchFileOf(document.uri) !== null) {
      const view = await this.#views.of(document);
      return view === null ? [] : reviewDiagnostics(view, document.uri, this.#workspace.showsVirtualDocuments);
    }
    const settings = await this.#workspace.settings(document.uri);
    const linksToVirtual = this.#workspace.showsVirtualDocuments;
    if (!isSeries(document)) {
      if (!settings.checkSources) return [];
      const findings = await sourceDiagnostics(this.#sources, document, linksToVirtual);
      return [...findings, ...(await this.#annotations.inSource(document))];
    }
    const review = await this.#reviews.review(document);
    if (review === null) return [];
    return seriesDiagnostics(review, document, settings, linksToVirtual);
  }

  #report(document: TextDocument, error: unknown): void {
    if (this.#stopped || isAbort(error)) return;
    const name = this.#workspace.displayName(document.uri);
    const forUser = error instanceof UserError ? error.message : `${name} could not be reviewed, see the output.`;
    this.#workspace.tell(forUser, remedyOf(error));
    this.#connection.console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  }
}

function folderOf({ uri }: TextDocument): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}
