import * as vscode from 'vscode';
import type { Beside } from '../../media/trace/messages.js';
import type { TraceLink } from '../../server/lsp/traces.js';
import type { Client } from '../client.js';
import { command } from '../problems.js';
import { registerDebugger } from './debug.js';
import { linkOf } from './link.js';
import { TracePanel, viewType } from './panel.js';
import { registerPerformance } from './performance.js';

/** Registers the trace panel and the debugger, and what opens them. */
export function registerTraces(context: vscode.ExtensionContext, start: () => Promise<Client>): vscode.Disposable[] {
  const panels = new Map<string, TracePanel>();
  const surroundings = { extension: context.extensionUri, start };
  const add = (panel: vscode.WebviewPanel, link: TraceLink, beside: Beside | null): void => {
    const key = JSON.stringify([link, beside]);
    const made = new TracePanel(panel, link, beside, surroundings);
    panels.set(key, made);
    made.onDidDispose(() => {
      if (panels.get(key) === made) panels.delete(key);
    });
  };
  const show = (link: TraceLink, beside: Beside | null): void => {
    const known = panels.get(JSON.stringify([link, beside]));
    if (known) {
      known.reveal();
      return;
    }
    add(vscode.window.createWebviewPanel(viewType, vscode.l10n.t('Trace'), vscode.ViewColumn.Active), link, beside);
  };
  return [
    ...registerDebugger(start, (link, step) => panels.get(JSON.stringify([link, null]))?.go(step)),
    registerPerformance(context.extensionUri, start),
    command('rescuer.showTrace', async (given, beside) => {
      const link = await linkOf(given, start);
      if (link) show(link, isBeside(beside) ? beside : null);
    }),
    vscode.window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(panel, state) {
        const { link, beside } = (state ?? {}) as { readonly link?: TraceLink; readonly beside?: unknown };
        if (link) add(panel, link, isBeside(beside) ? beside : null);
        else panel.dispose();
      },
    }),
  ];
}

/** The second argument of the command: a run to show beside the first. Buttons of editors give something else there. */
function isBeside(given: unknown): given is Beside {
  return typeof given === 'object' && given !== null && 'link' in given && 'title' in given;
}
