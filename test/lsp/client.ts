import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import {
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  FileChangeType,
  type InitializeParams,
  type Position,
  type ProgressToken,
  type ProtocolConnection,
  type RegistrationParams,
  type RelativePattern,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
  WorkDoneProgress,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { browserHost } from '../../server/lsp/hosts/browser.js';
import { nodeHost } from '../../server/lsp/hosts/node.js';
import { serve } from '../../server/lsp/server.js';
import { searchThread } from '../search-thread.js';

/** What an editor of these tests can do; as much as VS Code where it matters. */
const capabilities = {
  textDocument: { publishDiagnostics: { relatedInformation: true } },
  window: { showDocument: { support: true }, workDoneProgress: true },
  workspace: { configuration: true, textDocumentContent: { dynamicRegistration: false } },
} satisfies InitializeParams['capabilities'];

const languages: Readonly<Record<string, string>> = {
  '.patch': 'diff',
  '.diff': 'diff',
  '.c': 'c',
  '.h': 'c',
  '.yaml': 'yaml',
};

interface Options {
  /** Files on disk by their path in the workspace folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** The section `rescuer` of the settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trusted?: boolean;
  /** Whether the client shows traces, as the extension does. */
  readonly traces?: boolean;
  /** Whether the client shows problems itself, with what helps, as the extension does. */
  readonly problems?: boolean;
  /** Whether the client reports changes of files, as VS Code does. */
  readonly watches?: boolean;
  /** Files by their URIs that only the client can read: the server is then one of a browser. */
  readonly virtual?: Readonly<Record<string, string>>;
}

/** A client connected to the real server over memory, with a workspace folder that goes away with the test. */
export class TestClient {
  readonly folder: string;
  /** Documents that the server asked to show. */
  readonly shown: string[] = [];
  /** Documents of the server whose content is to be fetched again. */
  readonly refreshed: string[] = [];
  /** Messages for the user. */
  readonly told: string[] = [];
  /** Problems that the client is to show, with what helps. */
  readonly problems: unknown[] = [];
  /** What the server asked to be told changes of: folder and pattern. */
  readonly watched: string[] = [];
  /** Called with every progress message. */
  onProgress: (token: ProgressToken, value: { readonly kind: string }) => void = () => undefined;
  readonly #connection: ProtocolConnection;
  readonly #published = new Map<string, Diagnostic[]>();
  readonly #waiting = new Map<string, (diagnostics: Diagnostic[]) => void>();

  static async start(options: Options = {}): Promise<TestClient> {
    const client = new TestClient(options, await searchThread());
    const { watches = true } = options;
    const didChangeWatchedFiles = { dynamicRegistration: watches, relativePatternSupport: watches };
    await client.#connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      workspaceFolders: [{ uri: URI.file(client.folder).toString(), name: 'test' }],
      initializationOptions: {
        trusted: options.trusted ?? true,
        traces: options.traces ?? false,
        problems: options.problems ?? false,
      },
      capabilities: { ...capabilities, workspace: { ...capabilities.workspace, didChangeWatchedFiles } },
    });
    await client.#connection.sendNotification('initialized', {});
    return client;
  }

  private constructor({ files = {}, settings = {}, virtual }: Options, simulator: URL) {
    this.folder = mkdtempSync(join(tmpdir(), 'rescuer-lsp-'));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    const server = serve(connection, virtual ? browserHost(connection) : nodeHost(simulator));
    server.listen();
    this.#connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    if (virtual) answerFiles(this.#connection, virtual);
    this.#connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => settings),
    );
    this.#connection.onRequest('window/workDoneProgress/create', ({ token }: { token: ProgressToken }) => {
      this.#connection.onProgress(WorkDoneProgress.type, token, (value) => this.onProgress(token, value));
      return null;
    });
    this.#connection.onRequest('workspace/textDocumentContent/refresh', ({ uri }: { uri: string }) => {
      this.refreshed.push(uri);
      return null;
    });
    this.#connection.onRequest('window/showDocument', ({ uri }: { uri: string }) => {
      this.shown.push(uri);
      return { success: true };
    });
    this.#connection.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
      for (const { registerOptions } of registrations) {
        const { watchers = [] } = registerOptions as { watchers?: { globPattern: RelativePattern }[] };
        for (const { globPattern } of watchers) this.watched.push(`${globPattern.baseUri} ${globPattern.pattern}`);
      }
      return null;
    });
    this.#connection.onNotification('window/showMessage', ({ message }: { message: string }) => {
      this.told.push(message);
    });
    this.#connection.onNotification('rescuer/problem', (problem: unknown) => {
      this.problems.push(problem);
    });
    this.#connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
        this.#published.set(uri, diagnostics);
        this.#waiting.get(uri)?.(diagnostics);
      },
    );
    this.#connection.listen();
    onTestFinished(async () => {
      await this.#connection.sendRequest('shutdown');
      this.#connection.dispose();
      server.dispose();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  uri(path: string): string {
    return URI.file(join(this.folder, path)).toString();
  }

  /** Opens a text under a path of the workspace folder; the language follows from the path as in VS Code. */
  open(path: string, text: string): TestDocument {
    const uri = this.uri(path);
    return this.openAs(languages[/\.\w+$/.exec(path)?.[0] ?? ''] ?? 'rescuer-mail', uri, text);
  }

  openAs(languageId: string, uri: string, text: string): TestDocument {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
    return new TestDocument(this, uri, text);
  }

  /** Writes a file of the workspace folder as another program would: the server is not told. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Tells the server that files changed on disk. */
  tellOfChange(...paths: readonly string[]): void {
    const changes = paths.map((path) => ({ uri: this.uri(path), type: FileChangeType.Changed }));
    this.notify('workspace/didChangeWatchedFiles', { changes });
  }

  notify(method: string, params: unknown): void {
    this.#connection.sendNotification(method, params);
  }

  /** Waits for the next diagnostics of a document, whatever has been published so far. */
  expectNew(uri: string): void {
    this.#published.delete(uri);
  }

  /** The diagnostics published for a document since it was opened or changed; waits for the first. */
  diagnostics(uri: string): Promise<Diagnostic[]> {
    const published = this.#published.get(uri);
    if (published) return Promise.resolve(published);
    return new Promise((resolve) => {
      this.#waiting.set(uri, resolve);
    });
  }

  request<T>(method: string, params: unknown): Promise<T> {
    return this.#connection.sendRequest(method, params);
  }

  execute<T>(command: string, ...args: unknown[]): Promise<T> {
    return this.request('workspace/executeCommand', { command, arguments: args });
  }
}

/** An open document. */
export class TestDocument {
  readonly uri: string;
  readonly #client: TestClient;
  #text: string;
  #version = 1;

  constructor(client: TestClient, uri: string, text: string) {
    this.#client = client;
    this.uri = uri;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** Replaces the whole text. */
  change(text: string): void {
    this.#text = text;
    this.#send({ text });
  }

  /** Inserts text as typing does. */
  edit(position: Position, text: string): void {
    const range = { start: position, end: position };
    const before = TextDocument.create(this.uri, 'c', this.#version, this.#text);
    this.#text = TextDocument.applyEdits(before, [{ range, newText: text }]);
    this.#send({ range, text });
  }

  #send(change: TextDocumentContentChangeEvent): void {
    this.#version += 1;
    this.#client.expectNew(this.uri);
    this.#client.notify('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.#version },
      contentChanges: [change],
    });
  }

  close(): void {
    this.#client.expectNew(this.uri);
    this.#client.notify('textDocument/didClose', { textDocument: { uri: this.uri } });
  }

  diagnostics(): Promise<Diagnostic[]> {
    return this.#client.diagnostics(this.uri);
  }

  /** The Markdown of the hover at a position; the empty string when there is none. */
  async hover(position: Position): Promise<string> {
    const hover = await this.ask<{ contents: { value: string } } | null>('textDocument/hover', position);
    return hover === null ? '' : hover.contents.value;
  }

  /** A request about the document, at a position if one is given. */
  ask<T>(method: string, position?: Position, more: object = {}): Promise<T> {
    return this.#client.request(method, { textDocument: { uri: this.uri }, position, ...more });
  }
}

/** Reads files for a server in a browser, as `src/files.ts` does. */
function answerFiles(connection: ProtocolConnection, files: Readonly<Record<string, string>>): void {
  const below = (folder: string): string[] =>
    Object.keys(files).flatMap((uri) => (uri.startsWith(`${folder}/`) ? uri.slice(folder.length + 1) : []));
  connection.onRequest('rescuer/stat', ({ uri }: { uri: string }) => {
    const text = files[uri];
    if (text !== undefined) return { kind: 'file', size: text.length };
    return below(uri).length > 0 ? { kind: 'folder', size: 0 } : null;
  });
  // JSON, which carries these messages here, has no bytes.
  connection.onRequest('rescuer/read', ({ uri }: { uri: string }) => [...new TextEncoder().encode(files[uri] ?? '')]);
  connection.onRequest('rescuer/list', ({ uri }: { uri: string }) => [
    ...new Set(below(uri).map((path) => path.split('/')[0] ?? '')),
  ]);
}
