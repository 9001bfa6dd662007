import type { ExtensionContext } from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';

/** The language server as a process, asked over IPC. In a browser `server.browser.ts` takes the place of this file. */
export class ServerClient extends LanguageClient {
  constructor(context: ExtensionContext, options: LanguageClientOptions) {
    const server = { module: context.asAbsolutePath('dist/server.mjs'), transport: TransportKind.ipc };
    const debug = { ...server, options: { execArgv: ['--inspect=6009', '--enable-source-maps'] } };
    super('rescuer', 'Rescuer', { run: server, debug }, options);
  }
}
