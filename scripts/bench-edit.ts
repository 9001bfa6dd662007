import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { serve } from '../server/lsp/server.js';

/**
 * Times edits of a kernel source: node scripts/run.mjs scripts/bench-edit.ts TREE PATH [EDITS]. Prints how long the language
 * server takes from an edit to the analysis of the new text; what follows the pause in typing when diagnostics are due.
 */
const [tree = '', path = '', edits = '20'] = process.argv.slice(2);
const file = join(resolve(tree), path);
const uri = URI.file(file).toString();
const text = readFileSync(file, 'utf8');
const line = text.slice(0, text.lastIndexOf('\treturn')).split('\n').length - 1;

const [toServer, toClient] = [new PassThrough(), new PassThrough()];
const server = serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)));
server.listen();
const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
client.onRequest('client/registerCapability', () => null);
client.listen();
await client.sendRequest('initialize', {
  processId: null,
  rootUri: null,
  workspaceFolders: null,
  capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } } },
});
await client.sendNotification('initialized', {});

/** Asks for something that needs the whole analysis of the text as it is, which no pause in typing holds up. */
async function analysed(): Promise<number> {
  const started = performance.now();
  await client.sendRequest('textDocument/inlayHint', {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } },
  });
  return performance.now() - started;
}

await client.sendNotification('textDocument/didOpen', {
  textDocument: { uri, languageId: 'c', version: 1, text },
});
const first = await analysed();
const times: number[] = [];
for (let version = 2; version <= Number(edits) + 1; version++) {
  await client.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [
      { range: { start: { line, character: 0 }, end: { line, character: 0 } }, text: `\tstep(${version});\n` },
    ],
  });
  times.push(await analysed());
}
times.sort((a, b) => a - b);
const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
process.stdout.write(`${path}: opened ${first.toFixed(0)} ms; ${times.length} edits, median ${at(0.5)} ms, `);
process.stdout.write(`fastest ${at(0)} ms, slowest ${at(1)} ms\n`);
await client.sendRequest('shutdown');
client.dispose();
server.dispose();
process.exit();
