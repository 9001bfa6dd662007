import * as vscode from 'vscode';
import type { ReviewInput, SeriesLink } from '../../server/lsp/review/address.js';
import type { SeriesOutline } from '../../server/lsp/review/tree.js';
import type { Client } from '../client.js';
import { mailFiles } from '../documents.js';
import { command, openView, Problem, tell } from '../problems.js';
import { Comments } from './comments.js';
import { openCover, openFile, openFinding, openLine, openPatch } from './diffs.js';
import { exportReview } from './export.js';
import { fromClipboard, fromDrop, fromExample, fromMessageId, pickFiles, pickFolder } from './inputs.js';
import { type Filter, filters, type OpenReview, ReviewList } from './list.js';
import { Navigation } from './navigation.js';
import type { Node } from './nodes.js';
import { openFindingById, openPage, restorePages } from './page.js';
import { ReviewProvider } from './provider.js';
import { pickRange } from './range.js';
import { saveReplies, showReplies } from './reply.js';

const viewId = 'rescuer.reviews';

const filterTexts: Readonly<Record<Filter, string>> = {
  introduced: vscode.l10n.t('What the series introduces or makes worse'),
  fixed: vscode.l10n.t('What the series fixes'),
  all: vscode.l10n.t('Everything, also what was there before'),
};

/** Registers the view Patch Review and its commands. */
export function registerReviews(context: vscode.ExtensionContext, start: () => Promise<Client>): vscode.Disposable[] {
  const storage = context.storageUri ?? context.globalStorageUri;
  const list = new ReviewList(context.workspaceState, start);
  const navigation = new Navigation((node) => {
    // Revealing would open the view. A node that a refresh has replaced is not found there any more.
    if (view.visible) view.reveal(node, { select: true, focus: false }).then(undefined, () => undefined);
  });
  const comments = new Comments(context.workspaceState, start, () => list.reviews.map(({ input }) => input));
  const tellFilter = (): void => {
    // A title that is merged with its container's shows no description.
    const isAll = list.filter === 'all';
    view.message = isAll ? '' : vscode.l10n.t('Filter: {0}', filterTexts[list.filter]);
  };
  const open = async (input: ReviewInput | undefined): Promise<void> => {
    if (!input) return;
    await vscode.commands.executeCommand(`${viewId}.focus`);
    await list.open(input);
  };
  const view = vscode.window.createTreeView<Node>(viewId, {
    treeDataProvider: new ReviewProvider(list),
    showCollapseAll: true,
    dragAndDropController: {
      dropMimeTypes: ['text/uri-list', 'files'],
      dragMimeTypes: [],
      handleDrop: async (_target, dropped) => fromDrop(storage, dropped).then(open).catch(tell),
    },
  });
  tellFilter();

  /** A command of the view: of the node it is called on, else of the one that the user is at. */
  const onNode = (name: string, run: (node: Node) => Promise<unknown>): vscode.Disposable =>
    command(name, async (clicked) => {
      const node = isNode(clicked) ? clicked : (navigation.node ?? view.selection[0]);
      if (!node) throw new Problem(vscode.l10n.t('select something in the Patch Review view first'), openView());
      await run(node);
    });

  return [
    list,
    view,
    view.onDidChangeSelection(({ selection }) => navigation.select(selection[0])),
    comments,
    ...comments.register(),
    vscode.languages.registerCodeActionsProvider([{ scheme: 'rescuer' }, ...mailFiles], {
      provideCodeActions: commentActions,
    }),
    command('rescuer.openReview', async (clicked, selected) =>
      open(await pickFiles(clicked, selected, (input) => list.has(input))),
    ),
    command('rescuer.openReviewFolder', async () => open(await pickFolder())),
    command('rescuer.openReviewRange', async () => open(await pickRange(await start()))),
    command('rescuer.openReviewClipboard', async () => open(await fromClipboard(storage))),
    command('rescuer.openReviewMessageId', async () => open(await fromMessageId(storage))),
    command('rescuer.openExample', async () => open(await fromExample(context.extensionUri, context.globalStorageUri))),
    // Reviews are of a tree.
    vscode.workspace.onDidChangeConfiguration((change) => {
      const touched = ['rescuer.tree', 'rescuer.base'].some((setting) => change.affectsConfiguration(setting));
      if (touched) list.refreshAll().catch(tell);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => list.refreshAll().catch(tell)),
    command('rescuer.refreshReview', async (clicked) => {
      const chosen = isNode(clicked) ? reviewOf(clicked) : undefined;
      await (chosen ? list.refresh(chosen.input) : list.refreshAll());
    }),
    command('rescuer.cancelReview', async () => list.cancel()),
    command('rescuer.repeatReviews', () => list.repeat()),
    command('rescuer.explainProblem', async (error) => void tell(error, () => list.repeat())),
    onNode('rescuer.closeReview', async (node) => {
      const review = reviewOf(node);
      if (review) await list.close(review.input);
    }),
    command('rescuer.filterReview', async () => {
      const items = filters.map((filter) => ({ label: filterTexts[filter], filter, picked: filter === list.filter }));
      const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Findings to show') });
      if (!picked) return;
      await list.setFilter(picked.filter);
      tellFilter();
    }),
    onNode('rescuer.chooseVersion', async (node) => {
      if (node.kind !== 'series') return;
      const items = list.versionsOf(node.review, node.series).map((version) => ({
        label: `v${version.version}`,
        description: vscode.l10n.t('{0}, {1} patches', version.subject, version.size),
        version,
      }));
      const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Version to show') });
      if (picked) list.choose(node.review, picked.version);
    }),
    onNode('rescuer.compareVersions', async (node) => {
      if (node.kind !== 'series') return;
      const others = list
        .versionsOf(node.review, node.series)
        .filter((one) => one.link.series !== node.series.link.series);
      const items = others.map((version) => ({ label: `v${version.version}`, description: version.subject, version }));
      const title = vscode.l10n.t('Version to compare v{0} with', node.series.version);
      const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title });
      if (!picked) return;
      const both = [node.series, picked.version].sort((a, b) => a.version - b.version || b.link.series - a.link.series);
      const client = await start();
      const sent = { older: both[0]?.link, newer: both[1]?.link };
      const uri = await client.request<string>('rescuer/compareVersions', sent);
      await vscode.window.showTextDocument(vscode.Uri.parse(uri), { preview: false });
    }),
    onNode('rescuer.exportReview', async (node) => {
      const series = seriesOf(node);
      if (series) await exportReview(await start(), series);
    }),
    onNode('rescuer.openReviewPage', async (node) => {
      const series = seriesOf(node);
      if (series) await openPage(await start(), series);
    }),
    restorePages(start),
    command('rescuer.openFindingById', async (link, id) =>
      openFindingById(await start(), navigation, link as SeriesLink, String(id)),
    ),
    onNode('rescuer.openPatch', async (node) => {
      if (node.kind === 'cover') await openCover(node.tree);
      if (node.kind !== 'patch') return;
      navigation.at(node.tree, node.patch.index, null);
      await openPatch(node.tree, node.patch);
    }),
    onNode('rescuer.openFileDiff', async (node) => {
      if (node.kind !== 'file') return;
      navigation.at(node.tree, node.patch.index, null);
      await openFile(node.patch, node.file);
    }),
    onNode('rescuer.openFinding', async (node) => {
      if (node.kind !== 'finding') return;
      navigation.at(node.tree, node.finding.patch, node.finding);
      await openFinding(node.tree, node.finding);
    }),
    onNode('rescuer.openMail', async (node) => {
      if (node.kind === 'patch') await openLine(node.patch.mail);
      if (node.kind === 'finding') await openLine(node.finding.mail);
    }),
    onNode('rescuer.traceFinding', async (node) => {
      if (node.kind === 'finding') await vscode.commands.executeCommand('rescuer.showTrace', node.finding.trace);
    }),
    onNode('rescuer.commentFinding', async (node) => {
      if (node.kind !== 'finding' || node.finding.place === null) return;
      const { place, message } = node.finding;
      navigation.at(node.tree, node.finding.patch, node.finding);
      await openFinding(node.tree, node.finding);
      await comments.begin(vscode.Uri.parse(place.uri), place.line, asSentence(message));
    }),
    command('rescuer.commentHere', async (uri, line, text) => {
      if (uri instanceof vscode.Uri) await comments.begin(uri, Number(line), asSentence(String(text)));
    }),
    command('rescuer.composeReply', async (node) => showReplies(await start(), commentsOn(comments, node))),
    command('rescuer.saveReply', async (node) => saveReplies(await start(), commentsOn(comments, node))),
    command('rescuer.showPlaces', async (uri, position, places) => {
      const { line, character } = position as { line: number; character: number };
      const found = (places as readonly { uri: string; range: { start: { line: number; character: number } } }[]).map(
        (place) =>
          new vscode.Location(
            vscode.Uri.parse(place.uri),
            new vscode.Position(place.range.start.line, place.range.start.character),
          ),
      );
      const at = new vscode.Position(line, character);
      await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(String(uri)), at, found);
    }),
    command('rescuer.nextFinding', () => navigation.finding(1, (finding) => list.shows(finding))),
    command('rescuer.previousFinding', () => navigation.finding(-1, (finding) => list.shows(finding))),
    command('rescuer.nextPatch', () => navigation.patch(1)),
    command('rescuer.previousPatch', () => navigation.patch(-1)),
  ];
}

/** A message with a capital letter, unless it begins with a name from the code. */
function asSentence(message: string): string {
  return /^[a-z]+ /.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
}

/** The comments on what a command was called on; on everything when it was called on nothing. */
function commentsOn(comments: Comments, node: unknown): Comments['all'] {
  if (!isNode(node)) return comments.all;
  const isIn = (address: string | null, uri: string): boolean =>
    address !== null && vscode.Uri.parse(address).query === vscode.Uri.parse(uri).query;
  if (node.kind === 'patch' || node.kind === 'cover') {
    const message = node.kind === 'patch' ? node.patch.message : (node.tree.cover?.message ?? null);
    const number = node.kind === 'patch' ? node.patch.index : 0;
    return comments.all.filter(
      ({ uri }) => isIn(message, uri) && vscode.Uri.parse(uri).authority.endsWith(`-${number}`),
    );
  }
  if (node.kind !== 'series') return comments.all;
  return comments.all.filter(({ uri }) => isOfSeries(uri, node.series.link.series, node.review.input));
}

function isOfSeries(uri: string, series: number, input: ReviewInput): boolean {
  const query = new URLSearchParams(vscode.Uri.parse(uri).query);
  if (query.get('series') !== String(series)) return false;
  if ('range' in input) return query.get('range') === input.range && query.get('folder') === input.folder;
  return query.getAll('file').join('\n') === input.files.join('\n');
}

/** For each finding at the cursor of a review's document: an action that begins a comment with it. */
function commentActions(
  { uri }: vscode.TextDocument,
  _range: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  return diagnostics
    .filter(({ source }) => source === 'rescuer')
    .map(({ message, range }) => {
      const action = new vscode.CodeAction(vscode.l10n.t('Comment on this finding'), vscode.CodeActionKind.QuickFix);
      action.command = {
        title: action.title,
        command: 'rescuer.commentHere',
        arguments: [uri, range.start.line + 1, message],
      };
      return action;
    });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && !(value instanceof vscode.Uri);
}

/** The series that a node belongs to. */
function seriesOf(node: Node): SeriesOutline | null {
  if (node.kind === 'series') return node.series;
  return 'tree' in node ? node.tree : null;
}

function reviewOf(node: Node): OpenReview | undefined {
  return 'review' in node ? node.review : undefined;
}
