import * as vscode from 'vscode';
import type { TraceLink } from '../../server/lsp/traces.js';
import type { Client } from '../client.js';
import { isCancelled, messageOf } from '../commands.js';
import { registerDebugger } from './debug.js';
import { linkOf } from './link.js';
import { TracePanel, viewType } from './panel.js';
import { registerPerformance } from './performance.js';

/** Registers the trace panel and the debugger, and what opens them. */
export function registerTraces(context: vscode.ExtensionContext, start: () => Promise<Client>): vscode.Disposable[] {
  const panels = new Map<string, TracePanel>();
  const report = (error: unknown): void => {
    if (!isCancelled(error)) vscode.window.showErrorMessage(`Rescuer: ${messageOf(error)}`);
  };
  const surroundings = { extension: context.extensionUri, start, report };
  const add = (panel: vscode.WebviewPanel, link: TraceLink): void => {
    const key = JSON.stringify(link);
    const made = new TracePanel(panel, link, surroundings);
    panels.set(key, made);
    made.onDidDispose(() => {
      if (panels.get(key) === made) panels.delete(key);
    });
  };
  const show = (link: TraceLink): void => {
    const known = panels.get(JSON.stringify(link));
    if (known) {
      known.reveal();
      return;
    }
    add(vscode.window.createWebviewPanel(viewType, 'Trace', vscode.ViewColumn.Active), link);
  };
  return [
    ...registerDebugger(start, report, (link, step) => panels.get(JSON.stringify(link))?.go(step)),
    registerPerformance(context.extensionUri, start, report),
    vscode.commands.registerCommand('rescuer.showTrace', async (given?: unknown) => {
      try {
        const link = await linkOf(given, start);
        if (link) show(link);
      } catch (error) {
        report(error);
      }
    }),
    vscode.window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(panel, state) {
        const link = (state as { readonly link?: TraceLink } | undefined)?.link;
        if (link) add(panel, link);
        else panel.dispose();
      },
    }),
  ];
}
