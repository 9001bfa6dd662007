import * as vscode from 'vscode';
import type { Trace, TraceLink } from '../../server/lsp/traces.js';
import type { Client } from '../client.js';
import { isCancelled, messageOf } from '../commands.js';
import { pickSimulation } from '../simulation.js';
import { TracePanel, viewType } from './panel.js';

/** Registers the trace panel and what opens it. */
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

/** What to show: the link of a lens, the simulation in the active editor, else what the user picks. */
export async function linkOf(given: unknown, start: () => Promise<Client>): Promise<TraceLink | undefined> {
  // The button of an editor's title gives the editor's address.
  const address = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  if (given !== undefined && !(given instanceof vscode.Uri)) return given as TraceLink;
  const client = await start();
  if (address?.scheme === 'rescuer' && address.path.startsWith('/rescuer/simulation/')) {
    const asked = { link: { report: address.toString() } };
    return (await client.request<Trace>('rescuer/trace', asked)).link;
  }
  return pickSimulation(client);
}
