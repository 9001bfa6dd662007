import * as vscode from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
  type MessageTransports,
} from 'vscode-languageclient/browser';
import { answerFiles } from './files.js';
import { watchPulse } from './pulse.js';

/** The language server as a web worker, which reads files through the editor. */
export class ServerClient extends LanguageClient {
  constructor(context: vscode.ExtensionContext, options: LanguageClientOptions) {
    const tell = (why: string): void => options.outputChannel?.error(why);
    super('rescuer', 'Rescuer', () => startWorker(vscode.Uri.joinPath(context.extensionUri, 'dist'), tell), options);
    answerFiles(this);
  }
}

/**
 * Reads what a worker sends, and closes when that dies: by an exception that nobody caught, by a message that cannot be read, so
 * that an answer would be missing, or in silence.
 */
class WorkerReader extends BrowserMessageReader {
  readonly #end: () => void;

  constructor(worker: Worker, pulse: MessagePort, tell: (why: string) => void) {
    super(worker);
    const died = (why: string): void => {
      this.#end();
      tell(`the language server, a worker, ${why}`);
      this.fireClose();
    };
    const watchEnds = watchPulse(pulse, () => died('does not answer any more'));
    this.#end = () => {
      watchEnds();
      worker.terminate();
    };
    worker.addEventListener('error', ({ message }) => died(`failed: ${message}`), { once: true });
    worker.addEventListener('messageerror', () => died('sent what cannot be read'), { once: true });
  }

  override dispose(): void {
    this.#end();
    super.dispose();
  }
}

/**
 * Starts the worker. VS Code reads its program and the WebAssembly that it is given: where the extension is kept, workers can
 * neither be started from nor read everywhere.
 */
async function startWorker(dist: vscode.Uri, tell: (why: string) => void): Promise<MessageTransports> {
  const [program, runtime, grammar] = await Promise.all([
    read(dist, 'browser/server.js'),
    read(dist, 'web-tree-sitter.wasm'),
    read(dist, 'tree-sitter-c.wasm'),
  ]);
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })));
  const { port1: pulse, port2 } = new MessageChannel();
  worker.postMessage({ wasm: { runtime, grammar }, pulse: port2 }, [port2]);
  return { reader: new WorkerReader(worker, pulse, tell), writer: new BrowserMessageWriter(worker) };
}

async function read(dist: vscode.Uri, file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(dist, file)));
}
