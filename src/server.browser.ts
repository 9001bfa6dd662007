import * as vscode from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
  type MessageTransports,
} from 'vscode-languageclient/browser';
import { answerFiles } from './files.js';

/** The language server as a web worker, which reads files through the editor. */
export class ServerClient extends LanguageClient {
  constructor(context: vscode.ExtensionContext, options: LanguageClientOptions) {
    super('rescuer', 'Rescuer', () => startWorker(vscode.Uri.joinPath(context.extensionUri, 'dist')), options);
    answerFiles(this);
  }
}

/** Starts the worker with the bytes of its WebAssembly, which it could not find: VS Code runs its script from a blob. */
async function startWorker(dist: vscode.Uri): Promise<MessageTransports> {
  const [runtime, grammar] = await Promise.all(
    ['web-tree-sitter.wasm', 'tree-sitter-c.wasm'].map((name) =>
      vscode.workspace.fs.readFile(vscode.Uri.joinPath(dist, name)),
    ),
  );
  const worker = new Worker(vscode.Uri.joinPath(dist, 'browser/server.js').toString(true));
  worker.postMessage({ wasm: { runtime, grammar } });
  return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
}
