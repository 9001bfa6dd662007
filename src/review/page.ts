import * as vscode from 'vscode';
import type { SeriesLink } from '../../server/lsp/review/address.js';
import type { FindingNode, ReviewTree, SeriesOutline } from '../../server/lsp/review/tree.js';
import type { Client } from '../client.js';
import { Problem, refresh } from '../problems.js';
import { openFinding } from './diffs.js';
import type { Navigation } from './navigation.js';

/** The command of the links on the page. */
const openCommand = 'rescuer.openFindingById';

/** Opens the page of a whole review, and fills in the timed runs when they are done. */
export async function openPage(client: Client, { link, subject }: SeriesOutline): Promise<void> {
  const panel = vscode.window.createWebviewPanel('rescuer.review', subject, vscode.ViewColumn.Active, {
    enableScripts: false,
    enableCommandUris: [openCommand],
    localResourceRoots: [],
    enableFindWidget: true,
  });
  let isOpen = true;
  panel.onDidDispose(() => {
    isOpen = false;
  });
  for (const performance of [false, true]) {
    const html = await client.request<string>('rescuer/reviewPage', { link, performance });
    if (isOpen && html !== panel.webview.html) panel.webview.html = html;
  }
}

/** Opens the finding that a link of the page names. */
export async function openFindingById(client: Client, navigation: Navigation, link: SeriesLink, id: string) {
  const tree = await client.request<ReviewTree>('rescuer/reviewTree', link);
  const finding = findingsOf(tree).find((one) => one.id === id);
  if (!finding) throw new Problem(vscode.l10n.t('the review has no such finding any more'), refresh());
  navigation.at(tree, finding.patch, finding);
  await openFinding(tree, finding);
}

function findingsOf({ patches, before }: ReviewTree): readonly FindingNode[] {
  const own = patches.flatMap(({ files, elsewhere }) => [...files.flatMap(({ findings }) => findings), ...elsewhere]);
  return [...own, ...before];
}
