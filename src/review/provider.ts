import * as vscode from 'vscode';
import type { PatchNode, ReviewTree } from '../../server/lsp/review/tree.js';
import { isCancelled, messageOf, tell } from '../problems.js';
import type { ReviewList } from './list.js';
import {
  describeCounts,
  describeLevel,
  describePatch,
  describeSeries,
  describeStatus,
  iconOf,
  iconOfSeries,
  type Node,
  verdictOfFinding,
} from './nodes.js';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** Feeds the view: series, their patches, the files of each, the findings there. A series is reviewed when it is unfolded. */
export class ReviewProvider implements vscode.TreeDataProvider<Node> {
  readonly #list: ReviewList;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(list: ReviewList) {
    this.#list = list;
    list.onDidChange(() => this.#changed.fire(undefined));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = this.#itemOf(node);
    item.contextValue ??= node.kind;
    return item;
  }

  async getChildren(node?: Node): Promise<readonly Node[] & Node[]> {
    if (node === undefined) {
      this.#list.load().catch(tell);
      return this.#list.reviews.flatMap((review): Node[] => {
        const shown = this.#list.shownOf(review);
        return shown.length === 0
          ? [{ kind: 'review', review }]
          : shown.map((series) => ({ kind: 'series', review, series }));
      });
    }
    switch (node.kind) {
      case 'series': {
        const outcome = this.#list.outcomeOf(node.series);
        if (outcome === undefined) void this.#list.review(node.series);
        if (outcome === undefined || 'isRunning' in outcome) {
          const { subjects, size } = node.series;
          return subjects.map(({ index, subject }) => ({
            kind: 'note',
            text: `${index}/${size} ${subject}`,
            icon: 'loading~spin',
          }));
        }
        return 'tree' in outcome ? this.#ofSeries(outcome.tree) : [{ kind: 'problem', error: outcome.error }];
      }
      case 'patch':
        return this.#ofPatch(node.tree, node.patch);
      case 'file':
        return this.#findings(node.tree, node.file.findings);
      case 'before':
        return this.#findings(node.tree, node.tree.before);
      case 'coverage':
        return node.tree.coverage.map((text) => ({ kind: 'note', text, icon: 'dash' }));
      default:
        return [];
    }
  }

  /** By which VS Code finds a node to reveal. */
  getParent(node: Node): Node | undefined {
    switch (node.kind) {
      case 'finding': {
        const { tree, finding } = node;
        const patch = tree.patches.find(({ index }) => index === finding.patch);
        if (!patch) return { kind: 'before', tree };
        const file = patch.files.find(({ findings }) => findings.includes(finding));
        return file ? { kind: 'file', tree, patch, file } : { kind: 'patch', tree, patch };
      }
      case 'file':
        return { kind: 'patch', tree: node.tree, patch: node.patch };
      case 'patch':
      case 'cover':
      case 'before':
      case 'coverage': {
        const review = this.#list.reviewOf(node.tree.link);
        return review && { kind: 'series', review, series: node.tree };
      }
      default:
        return undefined;
    }
  }

  #ofSeries(tree: ReviewTree): Node[] {
    const { cover, patches, before, coverage } = tree;
    return [
      ...(cover ? [{ kind: 'cover', tree } as const] : []),
      ...patches.map((patch) => ({ kind: 'patch', tree, patch }) as const),
      ...(this.#list.filter === 'all' && before.length > 0 ? [{ kind: 'before', tree } as const] : []),
      ...(coverage.length > 0 ? [{ kind: 'coverage', tree } as const] : []),
    ];
  }

  #ofPatch(tree: ReviewTree, patch: PatchNode): Node[] {
    return [
      ...patch.problems.map((text) => ({ kind: 'note', text, icon: 'warning' }) as const),
      ...patch.files.map((file) => ({ kind: 'file', tree, patch, file }) as const),
      ...this.#findings(tree, patch.elsewhere),
    ];
  }

  #findings(tree: ReviewTree, findings: ReviewTree['before']): Node[] {
    return findings
      .filter((finding) => this.#list.shows(finding))
      .map((finding) => ({ kind: 'finding', tree, finding }));
  }

  #itemOf(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'review': {
        const { error } = node.review;
        if (error !== undefined) return problemItem(error);
        const item = new vscode.TreeItem(vscode.l10n.t('Reading…'), None);
        item.iconPath = new vscode.ThemeIcon('loading~spin');
        return item;
      }
      case 'series':
        return this.#seriesItem(node);
      case 'cover': {
        const item = new vscode.TreeItem(vscode.l10n.t('Cover letter'), None);
        item.iconPath = new vscode.ThemeIcon('mail');
        item.command = commandFor('rescuer.openPatch', node);
        return item;
      }
      case 'patch': {
        const { index, subject, verdict, author, problems } = node.patch;
        const isBad = verdict === 'error' || verdict === 'warning';
        const item = new vscode.TreeItem(`${index}/${node.tree.size} ${subject}`, isBad ? Expanded : Collapsed);
        // The row that stood here while it was reviewed was another: it had nothing to unfold.
        item.id = JSON.stringify([node.tree.link, index]);
        const isClean = verdict === 'clean';
        // Single functions show nothing; simulations may.
        const isWaiting = isClean && this.#list.isWorkingOn(node.tree);
        item.description = isWaiting ? vscode.l10n.t('simulating…') : describePatch(node.patch);
        if (isWaiting) item.iconPath = new vscode.ThemeIcon('loading~spin');
        else item.iconPath = isClean && problems.length > 0 ? new vscode.ThemeIcon('question') : iconOf(verdict);
        item.tooltip = `${subject}\n${author}\n${item.description}`;
        item.accessibilityInformation = {
          label: vscode.l10n.t('Patch {0}, {1}, {2}', index, subject, item.description),
        };
        item.command = commandFor('rescuer.openPatch', node);
        if (node.patch.mail) item.contextValue = 'patch mail';
        return item;
      }
      case 'file': {
        const { path, change, findings } = node.file;
        const shown = findings.filter((finding) => this.#list.shows(finding)).length;
        const item = new vscode.TreeItem(path.slice(path.lastIndexOf('/') + 1), shown === 0 ? None : Expanded);
        const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
        item.description = [folder, change === 'modify' ? '' : change].filter(Boolean).join(' · ');
        item.iconPath = vscode.ThemeIcon.File;
        item.resourceUri = vscode.Uri.from({ scheme: 'rescuer-file', path: `/${path}` });
        item.tooltip = path;
        item.command = commandFor('rescuer.openFileDiff', node);
        return item;
      }
      case 'finding': {
        const { message, rule, level, status, path, line, mail, trace, place } = node.finding;
        const item = new vscode.TreeItem(message, None);
        item.description = vscode.l10n.t('{0} · line {1}', rule, line);
        item.iconPath = iconOf(verdictOfFinding(node.finding));
        item.tooltip = `${message}\n${path}:${line} · ${rule}, ${describeStatus(status)}`;
        item.accessibilityInformation = {
          label: `${status === 'fixed' ? describeStatus(status) : describeLevel(level)}: ${message}`,
        };
        item.command = commandFor('rescuer.openFinding', node);
        item.contextValue = ['finding', mail && 'mail', trace && 'trace', place && 'place'].filter(Boolean).join(' ');
        return item;
      }
      case 'before': {
        const item = new vscode.TreeItem(vscode.l10n.t('There before the series'), Collapsed);
        item.description = String(node.tree.before.length);
        item.iconPath = new vscode.ThemeIcon('history');
        return item;
      }
      case 'coverage': {
        const item = new vscode.TreeItem(vscode.l10n.t('Not covered'), Collapsed);
        item.description = String(node.tree.coverage.length);
        item.iconPath = new vscode.ThemeIcon('question');
        return item;
      }
      case 'problem':
        return problemItem(node.error);
      case 'note': {
        const item = new vscode.TreeItem(node.text, None);
        item.iconPath = new vscode.ThemeIcon(node.icon);
        item.tooltip = node.text;
        return item;
      }
    }
  }

  #seriesItem({ review, series }: Extract<Node, { kind: 'series' }>): vscode.TreeItem {
    const outcome = this.#list.outcomeOf(series);
    const tree = outcome && 'tree' in outcome ? outcome.tree : null;
    const isWorking = this.#list.isWorkingOn(series);
    const versions = this.#list.versionsOf(review, series);
    const alone = this.#list.shownOf(review).length === 1;
    const item = new vscode.TreeItem(series.subject, alone ? Expanded : Collapsed);
    item.id = JSON.stringify(series.link);
    const version = versions.length > 1 || series.version > 1 ? `v${series.version}` : '';
    const found = tree && (isWorking ? describeCounts(tree.counts) : describeSeries(tree));
    const still = tree && isWorking ? vscode.l10n.t('simulating…') : '';
    item.description = [version, found, still].filter(Boolean).join(' · ');
    if (isWorking) item.iconPath = new vscode.ThemeIcon('loading~spin');
    else item.iconPath = tree ? iconOfSeries(tree) : new vscode.ThemeIcon('git-commit');
    const about = tree ? [vscode.l10n.t('Base: {0}', tree.base)] : [];
    item.tooltip = [
      series.subject,
      vscode.l10n.t('{0}, {1} patches', review.outline?.title ?? '', series.size),
      ...about,
    ].join('\n');
    item.contextValue = versions.length > 1 ? 'series versions' : 'series';
    return item;
  }
}

/** What failed; a click offers what helps. */
function problemItem(error: unknown): vscode.TreeItem {
  const text = isCancelled(error) ? vscode.l10n.t('Cancelled. A click begins anew.') : messageOf(error);
  const item = new vscode.TreeItem(text, None);
  item.iconPath = new vscode.ThemeIcon('warning');
  item.tooltip = text;
  item.command = isCancelled(error)
    ? { command: 'rescuer.repeatReviews', title: text }
    : { command: 'rescuer.explainProblem', title: text, arguments: [error] };
  return item;
}

function commandFor(command: string, node: Node): vscode.Command {
  return { command, title: vscode.l10n.t('Open'), arguments: [node] };
}
