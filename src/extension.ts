import * as vscode from 'vscode';
import type { Client } from './client.js';
import { registerCommands } from './commands.js';
import { startsServer } from './documents.js';
import { command, tell } from './problems.js';
import { registerReviews } from './review/commands.js';
import { registerScenarioTests } from './scenarioTests.js';
import { registerTraces } from './trace/commands.js';
import { VirtualFiles } from './virtualFiles.js';
import { registerWhatIf } from './whatIf.js';

let client: Promise<Client> | undefined;

/**
 * Registers the commands, and starts the language server with the first document or command that needs it. The client
 * library is ten times the size of this file's bundle, so it is loaded only then.
 */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Rescuer', { log: true });
  const start = (): Promise<Client> => {
    client ??= import('#client')
      .then(({ startClient }) => startClient(context, log, files))
      .catch((error: unknown) => {
        client = undefined;
        throw error;
      });
    return client;
  };
  const files = new VirtualFiles(start);
  // Once: that it does not start need not be told with every document.
  let wasWanted = false;
  const startIfNeeded = async (document: vscode.TextDocument): Promise<void> => {
    if (wasWanted || !(await startsServer(document))) return;
    wasWanted = true;
    start().catch(tell);
  };
  context.subscriptions.push(
    log,
    files.register(),
    command('rescuer.showLog', () => log.show()),
    command('rescuer.restartServer', async () => {
      await ((await client)?.restart() ?? start());
      await vscode.commands.executeCommand('rescuer.repeatReviews');
    }),
    ...registerCommands(start),
    ...registerTraces(context, start),
    ...registerScenarioTests(start),
    ...registerReviews(context, start),
    registerWhatIf(start),
    vscode.workspace.onDidOpenTextDocument(startIfNeeded),
  );
  vscode.workspace.textDocuments.forEach(startIfNeeded);
}

export async function deactivate(): Promise<void> {
  await (await client)?.stop();
}
