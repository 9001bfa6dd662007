import * as vscode from 'vscode';
import type { Client } from './client.js';
import { isSeries } from './documents.js';
import { pickSimulation } from './simulation.js';

/** Registers the commands of the manifest. Each gathers what the server needs to know and hands it over. */
export function registerCommands(start: () => Promise<Client>): vscode.Disposable[] {
  const command = (name: string, run: (client: Client, ...args: unknown[]) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (...args: unknown[]) => {
      try {
        await run(await start(), ...args);
      } catch (error) {
        if (!isCancelled(error)) vscode.window.showErrorMessage(`Rescuer: ${messageOf(error)}`);
      }
    });

  return [
    command('rescuer.reviewSeries', async (client, clicked, selected) => {
      const uris = await seriesToReview(clicked, selected);
      if (uris.length > 0) await client.execute('rescuer.review', uris.map(String));
    }),
    command('rescuer.reviewRange', async (client) => {
      const folder = await pickWorkspaceFolder();
      const range = folder && (await askForRange());
      if (folder && range) await client.execute('rescuer.range', folder.toString(), range);
    }),
    command('rescuer.showInventory', async (client, clicked) => {
      const folder = clicked instanceof vscode.Uri ? clicked : await pickWorkspaceFolder();
      if (folder) await client.execute('rescuer.sets', folder.toString());
    }),
    command('rescuer.runSimulation', async (client) => {
      const link = await pickSimulation(client);
      if (link) await client.execute('rescuer.simulate', link);
    }),
  ];
}

/** What was clicked in the explorer, else the series in the active editor, else what the user picks. */
async function seriesToReview(clicked: unknown, selected: unknown): Promise<readonly vscode.Uri[]> {
  if (Array.isArray(selected) && selected.length > 0) return selected.filter((uri) => uri instanceof vscode.Uri);
  if (clicked instanceof vscode.Uri) return [clicked];
  const active = vscode.window.activeTextEditor?.document;
  if (active && isSeries(active)) return [active.uri];
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Patch series to review'),
    openLabel: vscode.l10n.t('Review'),
    canSelectMany: true,
    filters: {
      [vscode.l10n.t('Patches and mail')]: ['patch', 'diff', 'mbox', 'mbx', 'eml'],
      [vscode.l10n.t('All files')]: ['*'],
    },
  });
  return picked ?? [];
}

export async function pickWorkspaceFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error(vscode.l10n.t('Open the folder of a kernel tree first.'));
  if (folders.length === 1) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri;
}

async function askForRange(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Review Git Range'),
    prompt: vscode.l10n.t('Commits to review'),
    placeHolder: 'v6.12..HEAD',
    validateInput: (text) => (/^[^-\s]\S*\.\.[^-\s]\S*$/.test(text) ? null : 'Two revisions, as in v6.12..HEAD'),
  });
}

/**
 * What an error says, for a notification. VS Code makes links of `[text](command:…)` there, and names from patches are part
 * of messages: they stay text.
 */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll('](', '] (');
}

/** The server answers a cancelled request with LSP's RequestCancelled or ServerCancelled. */
export function isCancelled(error: unknown): boolean {
  return error instanceof vscode.CancellationError || [-32800, -32802].includes((error as { code?: number }).code ?? 0);
}
