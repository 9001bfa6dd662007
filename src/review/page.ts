import * as vscode from 'vscode';
import type { SeriesLink } from '../../server/lsp/review/address.js';
import type { FindingNode, ReviewTree, SeriesOutline } from '../../server/lsp/review/tree.js';
import type { Client } from '../client.js';
import { Problem, refresh, tell } from '../problems.js';
import { makeNonce } from '../trace/markup.js';
import { wording } from '../trace/page.js';
import { openFinding } from './diffs.js';
import type { Navigation } from './navigation.js';

/** The command of the links on the page. */
const openCommand = 'rescuer.openFindingById';
/** The type of the webview, by which VS Code restores it. */
const viewType = 'rescuer.review';

/** Opens the page of a whole review, and fills in the timed runs when they are done. */
export async function openPage(client: Client, { link, subject }: SeriesOutline): Promise<void> {
  const panel = vscode.window.createWebviewPanel(viewType, subject, vscode.ViewColumn.Active, {
    enableFindWidget: true,
  });
  await fill(panel, client, link);
}

/** Brings pages back after a restart: the series is reviewed again. */
export function restorePages(start: () => Promise<Client>): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state) {
      const { link } = (state ?? {}) as { readonly link?: SeriesLink };
      const attempt = async (): Promise<void> => {
        try {
          if (link) await fill(panel, await start(), link);
          else panel.dispose();
        } catch (error) {
          panel.webview.html = pageWith(vscode.l10n.t('There is no review to show.'));
          void tell(error, attempt);
        }
      };
      // VS Code shows the page only when this is done, and a review may take minutes.
      void attempt();
    },
  });
}

async function fill(panel: vscode.WebviewPanel, client: Client, link: SeriesLink): Promise<void> {
  const { webview } = panel;
  // The page's policy lets one script run: that which keeps the link.
  webview.options = { enableScripts: true, enableCommandUris: [openCommand], localResourceRoots: [] };
  webview.html = pageWith(vscode.l10n.t('Reviewing…'));
  const nonce = makeNonce();
  let isOpen = true;
  panel.onDidDispose(() => {
    isOpen = false;
  });
  for (const performance of [false, true]) {
    const html = await client.request<string>('rescuer/reviewPage', { link, performance, nonce, ...wording() });
    if (isOpen && html !== webview.html) webview.html = html;
  }
}

/** What is shown until there is a page, or instead of one; a text of ours, with nothing in it that HTML would take for markup. */
function pageWith(text: string): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
  return `<!doctype html><html><head>${policy}<title>Rescuer</title></head><body><p>${text}</p></body></html>`;
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
