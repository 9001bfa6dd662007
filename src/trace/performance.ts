import * as vscode from 'vscode';
import type { Comparison } from '../../server/lsp/performance.js';
import type { Client } from '../client.js';
import { linkOf } from './link.js';
import { fillPage } from './page.js';

/** Registers the command that compares the strategies of a scenario by timed runs. */
export function registerPerformance(
  extension: vscode.Uri,
  start: () => Promise<Client>,
  report: (error: unknown) => void,
): vscode.Disposable {
  return vscode.commands.registerCommand('rescuer.comparePerformance', async (given?: unknown) => {
    try {
      const link = await linkOf(given, start);
      if (!link) return;
      const client = await start();
      const comparison = await client.request<Comparison>('rescuer/performance', { link });
      const title = `Performance: ${comparison.scenario}`;
      const panel = vscode.window.createWebviewPanel('rescuer.performance', title, vscode.ViewColumn.Active, {
        // What it shows is small, and there is nothing to restore it from.
        retainContextWhenHidden: true,
      });
      panel.webview.onDidReceiveMessage(() => panel.webview.postMessage(comparison));
      fillPage(panel.webview, extension, 'performance', 'Comparing…');
    } catch (error) {
      report(error);
    }
  });
}
