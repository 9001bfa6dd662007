import * as vscode from 'vscode';
import type { Client } from './client.js';
import { registerCommands } from './commands.js';
import { startsServer } from './documents.js';
import { registerReviews } from './review/commands.js';
import { registerScenarioTests } from './scenarioTests.js';
import { registerTraces } from './trace/commands.js';
import { registerWhatIf } from './whatIf.js';

let client: Promise<Client> | undefined;

/**
 * Registers the commands, and starts the language server with the first document or command that needs it. The client
 * library is ten times the size of this file's bundle, so it is loaded only then.
 */
export function activate(context: vscode.ExtensionContext): void {
  const start = (): Promise<Client> => {
    client ??= import('#client').then(({ startClient }) => startClient(context));
    return client;
  };
  const startIfNeeded = async (document: vscode.TextDocument): Promise<void> => {
    if (client === undefined && (await startsServer(document))) start();
  };
  context.subscriptions.push(
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
