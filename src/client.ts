import * as vscode from 'vscode';
import {
  ConnectionError,
  DynamicFeature,
  ErrorCodes,
  type InitializeParams,
  ResponseError,
  State,
  type StaticFeature,
  TextDocumentContentRefreshRequest,
  TextDocumentContentRequest,
} from 'vscode-languageclient';
import { ServerClient } from '#server';
import { Crashes } from './crashes.js';
import { documentSelector, isScenario } from './documents.js';
import { Problem, remedy, settingRemedies, tell } from './problems.js';
import { StatusItem } from './status.js';
import type { VirtualFiles } from './virtualFiles.js';

/** What the commands need of the language client. */
export interface Client {
  /** Runs a command of the server and resolves with its result. The server opens the documents it makes itself. */
  execute(command: string, ...args: unknown[]): Promise<unknown>;
  /**
   * Asks the server something that is no command. What a dying server leaves unanswered is asked again of the one that is
   * started in its place, once: nothing that is asked changes anything.
   */
  request<T>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<T>;
  /** Ends the server, if there is one, and starts it. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** How long the library takes to notice that the server is gone, after what was asked of it has failed. */
const noticeMilliseconds = 200;

/** So often it is looked for the server that is started in its place: half a minute. */
const mostTries = 150;

function hasYamlExtension(): boolean {
  return vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
}

/**
 * The library's client, but for its messages about the connection: `Crashes` and those who start it tell of that. And but for
 * its documents of the server, which `VirtualFiles` has.
 */
class OwnClient extends ServerClient {
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if (DynamicFeature.is(feature) && feature.registrationType.method === TextDocumentContentRequest.method) return;
    super.registerFeature(feature);
  }

  override fillInitializeParams(params: InitializeParams): void {
    super.fillInitializeParams(params);
    params.capabilities.workspace = { ...params.capabilities.workspace, textDocumentContent: {} };
  }

  override error(message: string, data?: unknown, show: boolean | 'force' = true): void {
    super.error(message, data, show === 'force' ? false : show);
  }
}

/** Starts the language server over IPC and resolves when it is ready. */
export async function startClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  files: VirtualFiles,
): Promise<Client> {
  const showLog = remedy(vscode.l10n.t('Show Log'), 'rescuer.showLog');
  const status = new StatusItem((token) => client.sendNotification('window/workDoneProgress/cancel', { token }));
  const crashes = new Crashes(() => status.clear());
  const client = new OwnClient(context, {
    documentSelector,
    outputChannel: log,
    errorHandler: crashes,
    initializationFailedHandler: () => false,
    initializationOptions: () => ({ trusted: vscode.workspace.isTrusted, traces: true, problems: true }),
    // The only command that a hover of ours has; text of patches is escaped there.
    markdown: { isTrusted: { enabledCommands: ['rescuer.askWhatIf'] } },
    middleware: {
      handleWorkDoneProgress: (token, value) => status.show(token, value),
      // The YAML extension does the same for scenario files, by their schema.
      provideCompletionItem: (document, position, context, token, next) =>
        isScenario(document) && hasYamlExtension() ? null : next(document, position, context, token),
      provideHover: (document, position, token, next) =>
        isScenario(document) && hasYamlExtension() ? null : next(document, position, token),
    },
  });
  client.onRequest(TextDocumentContentRefreshRequest.type, ({ uri }) => files.refresh(vscode.Uri.parse(uri)));
  client.onNotification('rescuer/problem', ({ message, setting }: { message: string; setting?: string }) => {
    void tell(new Problem(message, ...(setting === undefined ? [showLog] : settingRemedies(setting))));
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) crashes.started();
  });
  const start = async (): Promise<void> => {
    crashes.asked();
    // The library resolves even if the server ends before it has said a word.
    await client.start().catch(() => undefined);
    if (client.state === State.Running) return;
    throw new Problem(
      vscode.l10n.t('the language server does not start'),
      remedy(vscode.l10n.t('Try Again'), 'rescuer.restartServer'),
      showLog,
    );
  };
  let restarting: Promise<void> | undefined;
  const restart = (): Promise<void> => {
    restarting ??= client
      .stop()
      // One that does not answer any more is killed.
      .catch(() => undefined)
      .then(start)
      .finally(() => {
        restarting = undefined;
      });
    return restarting;
  };
  const ask = async <T>(send: () => Promise<T>): Promise<T> => {
    await restarting;
    try {
      return await send();
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    for (let tries = 0; tries < mostTries; tries++) {
      // The library takes a moment to notice.
      await new Promise((resolve) => setTimeout(resolve, noticeMilliseconds));
      await restarting;
      if (client.state === State.Running || crashes.hasGivenUp) break;
    }
    try {
      return await send();
    } catch (error) {
      if (!isLost(error)) throw error;
      throw crashes.hasGivenUp
        ? new Problem(
            vscode.l10n.t('the language server is not running'),
            remedy(vscode.l10n.t('Start Again'), 'rescuer.restartServer'),
            showLog,
          )
        : new Problem(vscode.l10n.t('the language server ended twice at this'), showLog);
    }
  };

  try {
    await start();
  } catch (error) {
    status.dispose();
    throw error;
  }
  context.subscriptions.push(
    status,
    // A trusted workspace may run git and follow its settings; both are decided when the server starts.
    vscode.workspace.onDidGrantWorkspaceTrust(() => restart().catch(tell)),
  );
  return {
    execute: (command, ...args) =>
      ask(() => client.sendRequest('workspace/executeCommand', { command, arguments: args })),
    request: (method, params, token) =>
      ask(() => (token ? client.sendRequest(method, params, token) : client.sendRequest(method, params))),
    restart,
    stop: () => client.dispose(),
  };
}

/** Whether a request failed because there is no server, or no longer. */
function isLost(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const { PendingResponseRejected, ConnectionInactive, MessageWriteError } = ErrorCodes;
  const codes: readonly number[] = [PendingResponseRejected, ConnectionInactive, MessageWriteError];
  return error instanceof ResponseError && codes.includes(error.code);
}
