import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { documentSelector, isScenario } from './documents.js';
import { StatusItem } from './status.js';

/** What the commands need of the language client. */
export interface Client {
  /** Runs a command of the server and resolves with its result. The server opens the documents it makes itself. */
  execute(command: string, ...args: unknown[]): Promise<unknown>;
  /** Asks the server something that is no command. */
  request<T>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<T>;
  stop(): Promise<void>;
}

function hasYamlExtension(): boolean {
  return vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
}

/** Starts the language server over IPC and resolves when it is ready. */
export async function startClient(context: vscode.ExtensionContext): Promise<Client> {
  const module = context.asAbsolutePath('dist/server.mjs');
  const server = { module, transport: TransportKind.ipc };
  const status = new StatusItem((token) => client.sendNotification('window/workDoneProgress/cancel', { token }));
  const client = new LanguageClient(
    'rescuer',
    'Rescuer',
    { run: server, debug: { ...server, options: { execArgv: ['--inspect=6009', '--enable-source-maps'] } } },
    {
      documentSelector,
      initializationOptions: () => ({ trusted: vscode.workspace.isTrusted, traces: true }),
      // The only command that a hover of ours has; text of patches is escaped there.
      markdown: { isTrusted: { enabledCommands: ['rescuer.askWhatIf'] } },
      middleware: {
        handleWorkDoneProgress: (token, value) => status.show(token, value),
        // The YAML extension does the same for scenario files, by their schema.
        provideCompletionItem: (document, position, context, token, next) =>
          hasYamlExtension() ? null : next(document, position, context, token),
        provideHover: (document, position, token, next) =>
          isScenario(document) && hasYamlExtension() ? null : next(document, position, token),
      },
    },
  );
  context.subscriptions.push(
    status,
    // A trusted workspace may run git and follow its settings; both are decided when the server starts.
    vscode.workspace.onDidGrantWorkspaceTrust(() => client.restart()),
  );
  await client.start();
  return {
    execute: (command, ...args) => client.sendRequest('workspace/executeCommand', { command, arguments: args }),
    request: (method, params, token) =>
      token ? client.sendRequest(method, params, token) : client.sendRequest(method, params),
    stop: () => client.dispose(),
  };
}
