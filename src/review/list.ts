import * as vscode from 'vscode';
import type { ReviewInput, SeriesLink } from '../../server/lsp/review/address.js';
import type { FindingNode, ReviewOutline, ReviewTree, SeriesOutline } from '../../server/lsp/review/tree.js';
import type { Client } from '../client.js';

/** Which findings the view shows. */
export const filters = ['introduced', 'fixed', 'all'] as const;
export type Filter = (typeof filters)[number];

/** What came of the review of a version of a series. */
export type Outcome =
  /** What single functions show, while stacks are still simulated, or all. */
  { readonly tree: ReviewTree; readonly isFirst: boolean } | { readonly error: unknown } | { readonly isRunning: true };

/** An input that the user opened. */
export interface OpenReview {
  readonly input: ReviewInput;
  /** Null while it is read, or if that failed. */
  readonly outline: ReviewOutline | null;
  /** Why it could not be read. */
  readonly error?: unknown;
}

const inputsKey = 'rescuer.reviews';
const filterKey = 'rescuer.reviewFilter';

/** The open reviews. Which they are is remembered with the workspace, so a restart brings them back. */
export class ReviewList implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #start: () => Promise<Client>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #outcomes = new Map<string, Outcome>();
  /** The version that the user chose of a series, by the key of its newest. */
  readonly #chosen = new Map<string, SeriesOutline>();
  #reviews: readonly OpenReview[];
  #loaded = false;
  #running = new Set<vscode.CancellationTokenSource>();

  readonly onDidChange = this.#changed.event;

  constructor(memento: vscode.Memento, start: () => Promise<Client>) {
    this.#memento = memento;
    this.#start = start;
    const inputs = memento.get<readonly ReviewInput[]>(inputsKey, []);
    this.#reviews = inputs.map((input) => ({ input, outline: null }));
    this.#tellOpen();
  }

  get reviews(): readonly OpenReview[] {
    return this.#reviews;
  }

  has(input: ReviewInput): boolean {
    return this.#find(input) !== undefined;
  }

  /** The open review that a series is of. */
  reviewOf({ input }: SeriesLink): OpenReview | undefined {
    return this.#find(input);
  }

  get filter(): Filter {
    const kept = this.#memento.get<Filter>(filterKey, 'all');
    return filters.includes(kept) ? kept : 'all';
  }

  async setFilter(filter: Filter): Promise<void> {
    await this.#memento.update(filterKey, filter);
    this.#changed.fire();
  }

  /** Whether the filter lets a finding through. */
  shows({ status }: FindingNode): boolean {
    if (this.filter === 'all') return true;
    return this.filter === 'fixed' ? status === 'fixed' : status === 'introduced' || status === 'worsened';
  }

  /** Reads what an earlier session had open, once. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    this.#loaded = true;
    await Promise.all(this.#reviews.map(({ input }) => this.#read(input)));
  }

  /** Opens an input, or reads it again when it is open; rejects when there is nothing to review in it. */
  async open(input: ReviewInput): Promise<OpenReview> {
    if (!this.#find(input)) this.#set([{ input, outline: null }, ...this.#reviews]);
    await this.refresh(input);
    const opened = this.#find(input);
    if (opened?.outline) return opened;
    await this.close(input);
    throw opened?.error ?? new vscode.CancellationError();
  }

  async close(input: ReviewInput): Promise<void> {
    this.#set(this.#reviews.filter((review) => keyOf(review.input) !== keyOf(input)));
    this.#forget(input);
    const client = await this.#start();
    await client.request('rescuer/closeReview', input);
  }

  /** Reads and reviews an input again. */
  async refresh(input: ReviewInput): Promise<void> {
    this.#forget(input);
    const client = await this.#start();
    await client.request('rescuer/closeReview', input);
    await this.#read(input);
  }

  /** Reads and reviews everything again that has been looked at. */
  async refreshAll(): Promise<void> {
    if (this.#loaded) await Promise.all(this.#reviews.map(({ input }) => this.refresh(input)));
  }

  /** Begins anew with what failed. */
  async repeat(): Promise<void> {
    for (const [key, outcome] of this.#outcomes) if ('error' in outcome) this.#outcomes.delete(key);
    this.#changed.fire();
    await Promise.all(this.#reviews.filter((one) => 'error' in one).map(({ input }) => this.#read(input)));
  }

  /** Stops all that is being read or reviewed. */
  cancel(): void {
    for (const source of this.#running) source.cancel();
  }

  /** The versions of the series that `newest` is the newest of. */
  versionsOf({ outline }: OpenReview, { newest }: SeriesOutline): readonly SeriesOutline[] {
    return outline?.series.filter((one) => one.newest === newest) ?? [];
  }

  /** One version of each series of an input: what the user chose, else the newest. */
  shownOf(review: OpenReview): readonly SeriesOutline[] {
    const newest = review.outline?.series.filter(({ newest, link }) => newest === link.series) ?? [];
    return newest.map((one) => this.#chosen.get(keyOf(one.link)) ?? one);
  }

  choose({ outline }: OpenReview, version: SeriesOutline): void {
    const newest = outline?.series[version.newest];
    if (newest) this.#chosen.set(keyOf(newest.link), version);
    this.#changed.fire();
  }

  /** What is known of the review of a series; undefined when it was never asked for. */
  outcomeOf({ link }: SeriesOutline): Outcome | undefined {
    return this.#outcomes.get(keyOf(link));
  }

  /** Whether the review of a series is under way: nothing is known, or only what single functions show. */
  isWorkingOn(series: SeriesOutline): boolean {
    const outcome = this.outcomeOf(series);
    return outcome !== undefined && ('isRunning' in outcome || ('tree' in outcome && outcome.isFirst));
  }

  /** Reviews a series, unless that was done or is under way. The view tells what comes of it. */
  async review({ link }: SeriesOutline): Promise<void> {
    const key = keyOf(link);
    if (this.#outcomes.has(key)) return;
    let known: Outcome = { isRunning: true };
    this.#outcomes.set(key, known);
    this.#changed.fire();
    // What single functions show is there in seconds; simulations may take minutes.
    for (const first of [true, false]) {
      const outcome = await this.#attempt<ReviewTree>('rescuer/reviewTree', { ...link, first });
      // A refresh in the meantime has begun anew.
      if (this.#outcomes.get(key) !== known) return;
      known = 'result' in outcome ? { tree: outcome.result, isFirst: first } : outcome;
      this.#outcomes.set(key, known);
      this.#changed.fire();
      if ('error' in outcome) return;
    }
  }

  dispose(): void {
    this.cancel();
    this.#changed.dispose();
  }

  async #read(input: ReviewInput): Promise<void> {
    const outcome = await this.#attempt<ReviewOutline>('rescuer/openReview', input);
    const read = 'result' in outcome ? { outline: outcome.result } : { outline: null, ...outcome };
    this.#set(this.#reviews.map((one) => (keyOf(one.input) === keyOf(input) ? { input, ...read } : one)));
  }

  /** Asks the server under the progress bar of the view. */
  async #attempt<T>(method: string, sent: unknown): Promise<{ readonly result: T } | { readonly error: unknown }> {
    const source = new vscode.CancellationTokenSource();
    this.#running.add(source);
    this.#tellRunning();
    try {
      const ask = async (): Promise<T> => (await this.#start()).request<T>(method, sent, source.token);
      return { result: await vscode.window.withProgress({ location: { viewId: 'rescuer.reviews' } }, ask) };
    } catch (error) {
      return { error };
    } finally {
      this.#running.delete(source);
      source.dispose();
      this.#tellRunning();
    }
  }

  #tellRunning(): void {
    void vscode.commands.executeCommand('setContext', 'rescuer.reviewing', this.#running.size > 0);
  }

  #find(input: ReviewInput): OpenReview | undefined {
    return this.#reviews.find((review) => keyOf(review.input) === keyOf(input));
  }

  #forget(input: ReviewInput): void {
    for (const key of this.#outcomes.keys()) {
      if (key.startsWith(`{"input":${keyOf(input)},`)) this.#outcomes.delete(key);
    }
  }

  #set(reviews: readonly OpenReview[]): void {
    this.#reviews = reviews;
    const inputs = reviews.map(({ input }) => input);
    void this.#memento.update(inputsKey, inputs);
    this.#tellOpen();
    this.#changed.fire();
  }

  #tellOpen(): void {
    void vscode.commands.executeCommand('setContext', 'rescuer.hasReviews', this.#reviews.length > 0);
  }
}

function keyOf(value: unknown): string {
  return JSON.stringify(value);
}
