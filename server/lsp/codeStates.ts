import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { StateFacts } from '../review/rules/rule.js';
import type { CodeState } from '../review/what-if.js';
import { UserError } from '../text.js';
import { useAnnotations } from './annotations/inUse.js';
import { isSeries } from './documents.js';
import { seriesLinkOf } from './review/address.js';
import type { Sessions } from './review/sessions.js';
import type { Reviews, SeriesReview } from './reviews.js';
import type { Sources } from './sources.js';
import type { Workspace } from './workspace.js';

/** The code that a stack is simulated from. */
export interface ShownState extends CodeState {
  readonly facts: StateFacts;
  /** `after patch 2`. */
  readonly title: string;
  /** The review that the state is one of; null for a source as it stands in the editor. */
  readonly review: SeriesReview | null;
}

/** Finds the state of the code that a document and a number name: patches by their order, 0 for the base. */
export class CodeStates {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #workspace: Workspace;
  readonly #reviews: Reviews;
  readonly #sessions: Sessions;
  readonly #sources: Sources;

  constructor(
    documents: TextDocuments<TextDocument>,
    workspace: Workspace,
    reviews: Reviews,
    sessions: Sessions,
    sources: Sources,
  ) {
    this.#documents = documents;
    this.#workspace = workspace;
    this.#reviews = reviews;
    this.#sessions = sessions;
    this.#sources = sources;
  }

  /** Rejects with UserError when the document is neither open nor one of a review. */
  async of(uri: string, state: number): Promise<ShownState> {
    // Programs of it are made next; what another tree says of its functions is not said here.
    await useAnnotations(this.#workspace, uri);
    const document = this.#documents.get(uri);
    if (document !== undefined && seriesLinkOf(uri) === null && !isSeries(document)) return this.#ofSource(document);
    const review = await this.reviewOf(uri);
    const facts = review.states[state];
    if (facts === undefined) throw new UserError(`the review has no patch number ${state} any more`);
    const { index, inventory } = facts;
    const files = review.stack?.states[state]?.files ?? new Map();
    const title = titleOf(review, state);
    return { source: review.source, files, index, inventory, facts, title, review };
  }

  /** The review of a patch document that is open, or the one that a document of it belongs to. Rejects with UserError. */
  async reviewOf(uri: string): Promise<SeriesReview> {
    const browsed = seriesLinkOf(uri);
    if (browsed !== null) return this.#sessions.review(browsed);
    const document = this.#documents.get(uri);
    const review = document && isSeries(document) ? await this.#reviews.review(document) : null;
    if (review) return review;
    throw new UserError(`open ${this.#workspace.displayName(uri)} first: the trace is of its review`);
  }

  async #ofSource(document: TextDocument): Promise<ShownState> {
    const facts = await this.#sources.facts(document);
    if (facts === null) throw new UserError(`${this.#workspace.displayName(document.uri)} is in no kernel tree`);
    const { index, inventory } = facts;
    const source = await this.#sources.source(facts.root);
    return { source, files: new Map(), index, inventory, facts, title: 'in the editor', review: null };
  }
}

/** What to call a state of a review. */
export function titleOf({ series }: Pick<SeriesReview, 'series'>, state: number): string {
  return state === 0 ? 'base' : `after patch ${series.patches[state - 1]?.index}`;
}
