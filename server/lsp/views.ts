import type { Location as LspLocation } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Place } from '../kernel/types.js';
import type { StateFacts } from '../review/rules/rule.js';
import { treeUri } from './placement.js';
import { toLspRange } from './positions.js';
import { type PatchFile, patchFileOf, patchFileUri } from './review/address.js';
import type { Sessions } from './review/sessions.js';
import type { SeriesReview } from './reviews.js';
import type { Sources } from './sources.js';

/** A whole C file in an editor and the state of the tree that it is part of: a source as it is edited, or a file of a patch. */
export interface FileView {
  readonly facts: StateFacts;
  /** Path of the file in the tree. */
  readonly path: string;
  /** What the file is part of, if that is a review. */
  readonly reviewed: { readonly review: SeriesReview; readonly file: PatchFile } | null;
  /** Where a place of the same state can be opened; null where it cannot. */
  locate(place: Place): LspLocation | null;
}

/** Finds the view that an open document is; null when there is none. */
export class Views {
  readonly #sources: Sources;
  readonly #sessions: Sessions;

  constructor(sources: Sources, sessions: Sessions) {
    this.#sources = sources;
    this.#sessions = sessions;
  }

  async of(document: TextDocument): Promise<FileView | null> {
    const file = patchFileOf(document.uri);
    if (file !== null) return this.#ofReview(file);
    const facts = await this.#sources.facts(document);
    if (facts === null) return null;
    const locate = ({ path, range }: Place): LspLocation => ({
      uri: treeUri(facts.root, path),
      range: toLspRange(range),
    });
    return { facts, path: facts.path, reviewed: null, locate };
  }

  async #ofReview(file: PatchFile): Promise<FileView | null> {
    const review = await this.#sessions.review(file);
    const before = review.series.patches.findIndex(({ index }) => index === file.patch);
    const state = file.side === 'old' ? before : before + 1;
    const facts = review.states[state];
    if (before < 0 || facts === undefined) return null;
    const files = review.stack?.states[state]?.files;
    const { root } = review.source;
    const locate = ({ path, range }: Place): LspLocation | null => {
      if (files?.has(path)) return { uri: patchFileUri({ ...file, path }), range: toLspRange(range) };
      return root === null ? null : { uri: treeUri(root, path), range: toLspRange(range) };
    };
    return { facts, path: file.path, reviewed: { review, file }, locate };
  }
}

/** The number of the state of its review that a view is of; null for a source. */
export function stateOf({ reviewed }: FileView): number | null {
  if (reviewed === null) return null;
  const { review, file } = reviewed;
  const place = review.series.patches.findIndex(({ index }) => index === file.patch);
  return file.side === 'old' ? place : place + 1;
}
