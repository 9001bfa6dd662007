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
import { mask } from '../server/c/mask.js';
import { openParser } from '../server/c/parser.js';
import { nodeHost } from '../server/lsp/hosts/node.js';
import { serve } from '../server/lsp/server.js';

/** What it prints, as JSON: milliseconds by the clock. */
export interface EditTimes {
  readonly opened: number;
  readonly edits: readonly number[];
  readonly hovers: readonly number[];
  readonly lenses: readonly number[];
  /** tree-sitter over the whole text. */
  readonly parses: readonly number[];
}

/**
 * Times edits of a kernel source: node scripts/run.mjs scripts/bench-edit.ts TREE PATH [EDITS]. Prints how long the language
 * server takes from an edit to the analysis of the new text, which is what follows the pause in typing when diagnostics are
 * due, and what a hover and the lenses take then.
 */
const [tree = '', path = '', edits = '40'] = process.argv.slice(2);
const file = join(resolve(tree), path);
const uri = URI.file(file).toString();
const text = readFileSync(file, 'utf8');
const line = text.slice(0, text.lastIndexOf('\treturn')).split('\n').length - 1;

const [toServer, toClient] = [new PassThrough(), new PassThrough()];
const server = serve(
  createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
  nodeHost(new URL('./simulator.mjs', import.meta.url)),
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

/** Milliseconds that a request takes. */
async function timed(method: string, more: object): Promise<number> {
  const started = performance.now();
  await client.sendRequest(method, { textDocument: { uri }, ...more });
  return performance.now() - started;
}

/** Asks for something that needs the whole analysis of the text as it is, which no pause in typing holds up. */
const analysed = (): Promise<number> =>
  timed('textDocument/inlayHint', { range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } } });

async function repeated(times: number, run: (number: number) => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let number = 0; number < times; number++) taken.push(await run(number));
  return taken;
}

await client.sendNotification('textDocument/didOpen', {
  textDocument: { uri, languageId: 'c', version: 1, text },
});
const opened = await analysed();
const edited = await repeated(Number(edits), async (number) => {
  await client.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: number + 2 },
    contentChanges: [
      { range: { start: { line, character: 0 }, end: { line, character: 0 } }, text: `\tstep(${number});\n` },
    ],
  });
  return analysed();
});
const at = text.split('\n').findIndex((one) => one.includes('bio_alloc') || one.includes('bioset_'));
const character = text.split('\n')[at]?.search(/bio_?set_|bio_alloc/) ?? 0;
const hovers = await repeated(40, () => timed('textDocument/hover', { position: { line: at, character } }));
const lenses = await repeated(40, () => timed('textDocument/codeLens', {}));
const parser = await openParser();
const masked = mask(text);
const parses = await repeated(20, async () => {
  const started = performance.now();
  parser.parseTree(masked).delete();
  return performance.now() - started;
});
process.stdout.write(`${JSON.stringify({ opened, edits: edited, hovers, lenses, parses } satisfies EditTimes)}\n`);
await client.sendRequest('shutdown');
client.dispose();
server.dispose();
process.exit();
