import * as vscode from 'vscode';
import type { FindingNode, ReviewTree } from '../../server/lsp/review/tree.js';
import { openView, Problem } from '../problems.js';
import { openFinding, openPatch } from './diffs.js';
import type { Node } from './nodes.js';

/** Where the user is in a review, to go on from there. */
export class Navigation {
  #tree: ReviewTree | null = null;
  #patch: number | null = null;
  #finding: FindingNode | null = null;
  #node: Node | undefined;
  readonly #reveal: (node: Node) => void;

  /** `reveal` shows in the view where the keys have led. */
  constructor(reveal: (node: Node) => void) {
    this.#reveal = reveal;
  }

  /** What a command is about that is called on nothing: where the keys led, or what was selected since. */
  get node(): Node | undefined {
    return this.#node;
  }

  select(node: Node | undefined): void {
    this.#node = node;
  }

  at(tree: ReviewTree, patch: number | null, finding: FindingNode | null): void {
    this.#tree = tree;
    this.#patch = patch;
    this.#finding = finding;
    const own = tree.patches.find(({ index }) => index === patch);
    if (finding) this.#node = { kind: 'finding', tree, finding };
    else if (own) this.#node = { kind: 'patch', tree, patch: own };
  }

  /** Opens the patch `step` places on; the review ends at its last and first. */
  async patch(step: 1 | -1): Promise<void> {
    const tree = this.#needTree();
    const here = tree.patches.findIndex(({ index }) => index === this.#patch);
    const next = tree.patches[here < 0 ? 0 : here + step];
    if (!next) {
      vscode.window.setStatusBarMessage(
        step > 0 ? vscode.l10n.t('This is the last patch.') : vscode.l10n.t('This is the first patch.'),
        3000,
      );
      return;
    }
    this.at(tree, next.index, null);
    this.#show();
    await openPatch(tree, next);
  }

  /** Opens the finding `step` places on, in the order of the view; from a patch, its first one or the last before it. */
  async finding(step: 1 | -1, shows: (finding: FindingNode) => boolean): Promise<void> {
    const tree = this.#needTree();
    const all = tree.patches.flatMap(({ files, elsewhere }) => [
      ...files.flatMap((file) => file.findings),
      ...elsewhere,
    ]);
    const shown = [...all, ...tree.before].filter(shows);
    const next = shown[this.#place(tree, shown) + step];
    if (!next) {
      vscode.window.setStatusBarMessage(
        step > 0 ? vscode.l10n.t('No more findings.') : vscode.l10n.t('No finding before this one.'),
        3000,
      );
      return;
    }
    this.at(tree, next.patch ?? this.#patch, next);
    this.#show();
    await openFinding(tree, next);
  }

  #show(): void {
    if (this.#node) this.#reveal(this.#node);
  }

  /** The place of the current finding; on a patch, right before its first one. */
  #place(tree: ReviewTree, shown: readonly FindingNode[]): number {
    const own = shown.findIndex(({ id }) => id === this.#finding?.id);
    if (own >= 0 || this.#patch === null) return own;
    const order = tree.patches.map(({ index }) => index);
    const from = order.indexOf(this.#patch);
    const first = shown.findIndex(({ patch }) => patch === null || order.indexOf(patch) >= from);
    return (first < 0 ? shown.length : first) - 1;
  }

  #needTree(): ReviewTree {
    if (this.#tree === null)
      throw new Problem(vscode.l10n.t('open a patch in the Patch Review view first'), openView());
    return this.#tree;
  }
}
