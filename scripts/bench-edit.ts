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
const server = serve(
  createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
  new URL('./simulator.mjs', import.meta.url),
);
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

/** Milliseconds by the clock, and of processor time, which says more on a busy machine. */
interface Time {
  readonly wall: number;
  readonly processor: number;
}

/** Asks for something that needs the whole analysis of the text as it is, which no pause in typing holds up. */
async function analysed(): Promise<Time> {
  const started = performance.now();
  const before = process.cpuUsage();
  await client.sendRequest('textDocument/inlayHint', {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } },
  });
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - started, processor: (user + system) / 1000 };
}

await client.sendNotification('textDocument/didOpen', {
  textDocument: { uri, languageId: 'c', version: 1, text },
});
const first = await analysed();
const times: Time[] = [];
for (let version = 2; version <= Number(edits) + 1; version++) {
  await client.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [
      { range: { start: { line, character: 0 }, end: { line, character: 0 } }, text: `\tstep(${version});\n` },
    ],
  });
  times.push(await analysed());
}
/** Fastest, median and slowest, in milliseconds. */
function spread(part: keyof Time): string {
  const sorted = times.map((time) => time[part]).sort((a, b) => a - b);
  return [0, 0.5, 1].map((share) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(0)).join(' ');
}
process.stdout.write(`${path}: opened ${first.wall.toFixed(0)} ms; ${times.length} edits (fastest median slowest): `);
process.stdout.write(`${spread('wall')} ms by the clock, ${spread('processor')} ms of the processor\n`);
await client.sendRequest('shutdown');
client.dispose();
server.dispose();
process.exit();
