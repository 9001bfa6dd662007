import * as vscode from 'vscode';
import type { Comparison } from '../../server/lsp/performance.js';
import type { Client } from '../client.js';
import { command } from '../problems.js';
import { linkOf } from './link.js';
import { fillPage } from './page.js';

/** Registers the command that compares the strategies of a scenario by timed runs. */
export function registerPerformance(extension: vscode.Uri, start: () => Promise<Client>): vscode.Disposable {
  return command('rescuer.comparePerformance', async (given) => {
    const link = await linkOf(given, start);
    if (!link) return;
    const client = await start();
    const comparison = await client.request<Comparison>('rescuer/performance', { link });
    const title = vscode.l10n.t('Performance: {0}', comparison.scenario);
    const panel = vscode.window.createWebviewPanel('rescuer.performance', title, vscode.ViewColumn.Active, {
      // What it shows is small, and there is nothing to restore it from.
      retainContextWhenHidden: true,
    });
    panel.webview.onDidReceiveMessage(() => panel.webview.postMessage(comparison));
    fillPage(panel.webview, extension, 'performance', vscode.l10n.t('Comparing…'));
  });
}
