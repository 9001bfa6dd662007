import * as vscode from 'vscode';
import type { Client } from './client.js';

/**
 * The documents that only the server has, as files that can be read. VS Code restores editors of files, and activates the
 * extension for them (`onFileSystem:rescuer`); of other virtual documents it forgets the editors.
 */
export class VirtualFiles implements vscode.FileSystemProvider {
  readonly #start: () => Promise<Client>;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  /** When the server made a document anew; most it makes once. */
  readonly #times = new Map<string, number>();

  readonly onDidChangeFile = this.#changed.event;

  constructor(start: () => Promise<Client>) {
    this.#start = start;
  }

  register(): vscode.Disposable {
    const isReadonly = new vscode.MarkdownString(vscode.l10n.t('Rescuer makes this document of the patches.'));
    const registered = vscode.workspace.registerFileSystemProvider('rescuer', this, { isReadonly });
    return vscode.Disposable.from(registered, this.#changed);
  }

  /** The server has made a document anew: where it is open, it is read again. */
  refresh(uri: vscode.Uri): void {
    this.#times.set(uri.toString(), Date.now());
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const mtime = this.#times.get(uri.toString()) ?? 0;
    // How long it is only the server could say.
    return { type: vscode.FileType.File, ctime: 0, mtime, size: 0, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const client = await this.#start();
    const sent = { uri: uri.toString() };
    const { text } = await client.request<{ readonly text: string }>('workspace/textDocumentContent', sent);
    return new TextEncoder().encode(text);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}
