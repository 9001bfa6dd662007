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

/**
 * Starts the worker. VS Code reads its program and the WebAssembly that it is given: where the extension is kept, workers can
 * neither be started from nor read everywhere.
 */
async function startWorker(dist: vscode.Uri): Promise<MessageTransports> {
  const [program, runtime, grammar] = await Promise.all([
    read(dist, 'browser/server.js'),
    read(dist, 'web-tree-sitter.wasm'),
    read(dist, 'tree-sitter-c.wasm'),
  ]);
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })));
  worker.postMessage({ wasm: { runtime, grammar } });
  return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
}

async function read(dist: vscode.Uri, file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(dist, file)));
}
