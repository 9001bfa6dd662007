import * as vscode from 'vscode';
import type { Client } from './client.js';
import { isSeries } from './documents.js';
import { command, needTrust, Problem, remedy } from './problems.js';
import { pickSimulation } from './simulation.js';

/** Registers the commands of the manifest. Each gathers what the server needs to know and hands it over. */
export function registerCommands(start: () => Promise<Client>): vscode.Disposable[] {
  const withClient = (name: string, run: (client: Client, ...args: unknown[]) => Promise<unknown>): vscode.Disposable =>
    command(name, async (...args) => run(await start(), ...args));

  return [
    withClient('rescuer.reviewSeries', async (client, clicked, selected) => {
      const uris = await seriesToReview(clicked, selected);
      if (uris.length > 0) await client.execute('rescuer.review', uris.map(String));
    }),
    withClient('rescuer.reviewRange', async (client) => {
      const folder = await pickWorkspaceFolder();
      const range = folder && (await askForRange());
      if (folder && range) await client.execute('rescuer.range', folder.toString(), range);
    }),
    command('rescuer.chooseTree', chooseTree),
    withClient('rescuer.showInventory', async (client, clicked) => {
      const folder = clicked instanceof vscode.Uri ? clicked : await pickWorkspaceFolder();
      if (folder) await client.execute('rescuer.sets', folder.toString());
    }),
    withClient('rescuer.runSimulation', async (client) => {
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
  if (folders.length === 0) {
    throw new Problem(
      vscode.l10n.t('open the folder of a kernel tree first'),
      remedy(vscode.l10n.t('Open Folder…'), 'workbench.action.files.openFolder'),
    );
  }
  if (folders.length === 1) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri;
}

/** Asks for the folder of a kernel tree and puts it into the settings, of the workspace if there is one. */
async function chooseTree(): Promise<void> {
  needTrust(vscode.l10n.t('the workspace is not trusted, so its setting of the tree does not count'));
  const [tree] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Kernel tree that patches apply to'),
      openLabel: vscode.l10n.t('Choose Tree'),
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (!tree) return;
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('rescuer').update('tree', tree.fsPath, target);
}

async function askForRange(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Review Git Range'),
    prompt: vscode.l10n.t('Commits to review'),
    placeHolder: 'v6.12..HEAD',
    validateInput: (text) =>
      /^[^-\s]\S*\.\.[^-\s]\S*$/.test(text) ? null : vscode.l10n.t('Two revisions, as in v6.12..HEAD'),
  });
}
