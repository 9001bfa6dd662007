/**
 * node scripts/run.mjs scripts/core.ts TREE…
 *
 * Runs the core functions of each kernel tree on the probes of server/model/core and compares what they do with the
 * semantics that the simulator has for that version. Prints a table; ends with 1 when something differs or is not understood.
 */
import { basename } from 'node:path';
import { openParser } from '../server/c/parser.js';
import { compareCore } from '../server/model/core/rules.js';
import { describe } from '../server/model/core/semantics.js';
import { versionOf } from '../server/model/era.js';
import { readCore } from '../server/review/core.js';
import { takeCode } from '../server/review/stacks.js';
import { openDirectory } from '../server/series/directory-source.js';

const trees = process.argv.slice(2);
if (trees.length === 0) throw new Error('usage: core.ts TREE…');
const parser = await openParser();
let wrong = 0;
for (const tree of trees) {
  const source = await openDirectory(tree, 'given');
  const { inventory } = await takeCode({ parser, source, paths: [] }, {});
  const version = versionOf(inventory.era);
  const started = performance.now();
  const core = await readCore(parser, source, new Map());
  const compared = compareCore(core, version);
  const odd = compared.filter(({ status }) => status === 'different' || status === 'not understood');
  wrong += odd.length;
  const cells = Object.entries(core).flatMap(([part, found]) =>
    found.kind === 'not in view' ? [] : [`${part}: ${found.kind === 'seen' ? describe(found.value) : '?'}`],
  );
  const verdict = odd.length === 0 ? 'agrees' : 'DIFFERS';
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${basename(tree).padEnd(10)} ${version.padEnd(9)} ${verdict} (${seconds} s) ${cells.join(' | ')}\n`,
  );
  for (const { text } of odd) process.stdout.write(`    ${text}\n`);
}
parser.close();
process.stdout.write(`${trees.length} trees, ${wrong} differences\n`);
process.exitCode = wrong === 0 ? 0 : 1;
