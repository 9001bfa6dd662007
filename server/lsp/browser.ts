import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { openParser, type Wasm } from '../c/parser.js';
import type { SimulationRequest } from '../sim/request.js';
import { answerRequest } from '../sim/search-program.js';
import { browserHost } from './hosts/browser.js';
import { serve } from './server.js';

/** What a worker is to be, said by its first message: the language server, or the search of one simulation. */
type First = { readonly wasm: Wasm; readonly pulse: MessagePort } | { readonly simulate: SimulationRequest };

/** The program of a web worker. */
self.onmessage = ({ data }: MessageEvent<First>) => {
  if ('simulate' in data) void answerRequest(data.simulate, (message) => self.postMessage(message));
  else listen(data);
};

function listen({ wasm, pulse }: Extract<First, { wasm: Wasm }>): void {
  // By what comes back, the client knows that this worker lives.
  pulse.onmessage = () => pulse.postMessage(null);
  // Who needs a parser later finds this one. That it cannot be loaded he is told then.
  openParser(wasm).catch(() => undefined);
  const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
  connection.onExit(() => self.close());
  serve(connection, browserHost(connection)).listen();
}
