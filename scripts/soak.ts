/**
 * npm run soak [-- --edits N] [--reviews N]
 *
 * One language server through a long day: edits of a C source and of a patch with a hover after each, reviews opened,
 * read and closed. Prints memory after each tenth, garbage collected; ends with 1 when it grows, or when an answer fails.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { nodeHost } from '../server/lsp/hosts/node.js';
import { serve } from '../server/lsp/server.js';

const { values } = parseArgs({
  options: { edits: { type: 'string', default: '10000' }, reviews: { type: 'string', default: '1000' } },
});
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** The heap may grow by so much after the first fifth: what caches hold differs from time to time. */
const mostGrowth = 16 * 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'rescuer-soak-'));
cpSync('examples/tree', folder, { recursive: true });
cpSync('examples/drop-rescuer.mbox', join(folder, 'drop-rescuer.mbox'));
const uriOf = (path: string): string => URI.file(join(folder, path)).toString();
const source = { uri: uriOf('drivers/md/veil.c'), text: readFileSync(join(folder, 'drivers/md/veil.c'), 'utf8') };
const patch = { uri: uriOf('drop-rescuer.mbox'), text: readFileSync(join(folder, 'drop-rescuer.mbox'), 'utf8') };

const [toServer, toClient] = [new PassThrough(), new PassThrough()];
const serving = serve(
  createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
  nodeHost(new URL('data:text/javascript,')),
);
serving.listen();
const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
let told = '';
client.onNotification('window/logMessage', ({ message }: { message: string }) => {
  told ||= message;
});
client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => ({})));
client.listen();
await client.sendRequest('initialize', {
  processId: null,
  rootUri: null,
  workspaceFolders: [{ uri: URI.file(folder).toString(), name: 'soak' }],
  initializationOptions: { trusted: true, traces: true },
  capabilities: { workspace: { configuration: true } },
});
await client.sendNotification('initialized', {});

let version = 1;
const open = async ({ uri, text }: typeof source, languageId: string): Promise<void> =>
  client.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
/** Puts a text in place of a line for one edit, and the line back with the next. */
const edit = async (uri: string, line: number, text: string, width: number): Promise<void> => {
  const range = { start: { line, character: 0 }, end: { line, character: width } };
  const textDocument = { uri, version: ++version };
  await client.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ range, text }] });
};
const hover = (uri: string, line: number): Promise<unknown> =>
  client.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character: 8 } });

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
const started = performance.now();
const columns = ['edits', 'reviews', 'heap MB', 'outside MB', 'resident MB', 'seconds'];
const row = (cells: readonly (string | number)[]): void => {
  process.stdout.write(`${cells.map((cell, at) => String(cell).padStart(columns[at]?.length ?? 8)).join('  ')}\n`);
};
const heaps: number[] = [];

function measure(edits: number, reviews: number): void {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  heaps.push(heapUsed);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  row([edits, reviews, megabytes(heapUsed), megabytes(external), megabytes(rss), seconds]);
}

/** A blank at the end of a line, and the next time the line as it was; every fifth pair of edits is of the patch. */
async function editOnce(number: number): Promise<void> {
  const pair = Math.floor(number / 2);
  const { uri, text } = pair % 5 === 0 ? patch : source;
  const lines = text.split('\n');
  const line = pair % (lines.length - 1);
  const own = lines[line] ?? '';
  const typed = `${own} `;
  await (number % 2 === 0 ? edit(uri, line, typed, own.length) : edit(uri, line, own, typed.length));
  await hover(uri, line);
}

async function reviewOnce(number: number): Promise<void> {
  const input = { files: [patch.uri] };
  await client.sendRequest('rescuer/openReview', input);
  const tree = (await client.sendRequest('rescuer/reviewTree', { input, series: 0 })) as {
    readonly counts: { readonly error: number };
  };
  if (tree.counts.error === 0) throw new Error(`review ${number} has no error any more`);
  await client.sendRequest('rescuer/closeReview', input);
}

row(columns);
await open(source, 'c');
await open(patch, 'rescuer-mail');
const [edits, reviews] = [Number(values.edits), Number(values.reviews)];
const rounds = 10;
for (let round = 1; round <= rounds; round++) {
  const from = [((round - 1) * edits) / rounds, ((round - 1) * reviews) / rounds] as const;
  const to = [(round * edits) / rounds, (round * reviews) / rounds] as const;
  for (let number = Math.round(from[0]); number < to[0]; number++) await editOnce(number);
  for (let number = Math.round(from[1]); number < to[1]; number++) await reviewOnce(number);
  measure(Math.round(to[0]), Math.round(to[1]));
}
await client.sendRequest('shutdown');
client.dispose();
serving.dispose();
rmSync(folder, { recursive: true, force: true });
const growth = Math.max(...heaps.slice(-2)) - Math.max(...heaps.slice(0, 2));
const failed = growth > mostGrowth || told !== '';
process.stdout.write(`the heap grew by ${megabytes(growth)} MB; ${told === '' ? 'no answer failed' : told}\n`);
process.exit(failed ? 1 : 0);
