import { type Connection, type InitializeParams, MessageType, ShowMessageNotification } from 'vscode-languageserver';
import type { Host } from './host.js';
import { wayBetween, wayTo } from './paths.js';
import type { Remedy } from './problems.js';
import { defaultSettings, readSettings, type Settings } from './settings.js';
import { parseUri } from './uri.js';

/** What the client said about itself when it connected, and the questions that only it can answer. */
export class Workspace {
  readonly host: Host;
  /** File-system paths of the open folders. */
  readonly folders: readonly string[];
  /** Whether git may run and the folder's own settings count. */
  readonly trusted: boolean;
  /** Whether the client can show `rescuer:` documents (LSP 3.18 `workspace/textDocumentContent`). */
  readonly showsVirtualDocuments: boolean;
  /** Whether the client has a panel and a debugger for traces. */
  readonly showsTraces: boolean;
  /** Whether the client shows problems itself, with what helps (`rescuer/problem`). */
  readonly #showsProblems: boolean;
  readonly #folders: readonly string[];
  readonly #connection: Connection;
  readonly #asksForSettings: boolean;

  constructor(connection: Connection, host: Host, params: InitializeParams) {
    this.host = host;
    this.#connection = connection;
    const uris = params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : []);
    this.#folders = uris;
    this.folders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => parseUri(uri).fsPath);
    // A client that knows nothing of trust was started by its user in a folder of his choice.
    this.trusted = params.initializationOptions?.trusted !== false;
    this.showsTraces = params.initializationOptions?.traces === true;
    this.#showsProblems = params.initializationOptions?.problems === true;
    const { workspace, window } = params.capabilities;
    this.showsVirtualDocuments = workspace?.textDocumentContent !== undefined && window?.showDocument?.support === true;
    this.#asksForSettings = workspace?.configuration === true;
  }

  async settings(uri: string): Promise<Settings> {
    if (!this.#asksForSettings) return defaultSettings;
    return readSettings(await this.#connection.workspace.getConfiguration({ scopeUri: uri, section: 'rescuer' }));
  }

  /** Tells the user that something failed, and the client what may help. */
  tell(message: string, remedy: Remedy): void {
    if (this.#showsProblems) this.#connection.sendNotification('rescuer/problem', { message, ...remedy });
    // VS Code makes links of `[text](command:…)` in notifications; a name is no place for one. As a request the message would
    // need an answer, which not every client gives.
    else
      this.#connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: `Rescuer: ${message.replaceAll('](', '] (')}`,
      });
  }

  /** The kernel tree that a document belongs to or is reviewed against; null when none is in sight. */
  async treeOf(uri: string): Promise<string | null> {
    const { disk } = this.host;
    const path = uri.startsWith('file:') ? parseUri(uri).fsPath : null;
    const folder = this.folders.find((candidate) => path !== null && wayTo(candidate, path)) ?? this.folders[0];
    const { tree } = await this.settings(uri);
    if (tree !== '') return disk.resolve(folder ?? '.', tree);
    return (path === null ? null : disk.treeAbove(path)) ?? this.folders.find(disk.isKernelTree) ?? null;
  }

  /** The name that reports show for a file: relative to the workspace folder where that is possible. */
  displayName(uri: string): string {
    for (const folder of this.#folders) {
      const way = wayBetween(folder, uri);
      if (way !== null) return way;
    }
    return uri.startsWith('file:') ? parseUri(uri).fsPath : uri;
  }
}
