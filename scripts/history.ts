/**
 * node scripts/run.mjs scripts/history.ts TREES [WORD]
 *
 * Extracts stacks from real kernel trees, with small edits of ours, simulates them, and compares with what history says
 * (scripts/history.yaml). With WORD only rows whose text has it. Prints a table; ends with 1 when a verdict is wrong.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { openParser } from '../server/c/parser.js';
import { runsOf } from '../server/review/runs.js';
import { openDirectory } from '../server/series/directory-source.js';
import type { FileImage } from '../server/series/types.js';

interface Row {
  readonly about: string;
  readonly tree: string;
  readonly stack: string;
  readonly edits?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly without?: readonly string[];
  readonly expect: string | readonly string[];
  readonly names?: readonly string[];
}

const [trees, word = ''] = process.argv.slice(2);
if (trees === undefined) throw new Error('usage: history.ts TREES [WORD]');
const rows = (parse(readFileSync('scripts/history.yaml', 'utf8')) as Row[]).filter((row) =>
  JSON.stringify(row).includes(word),
);
const parser = await openParser();
let right = 0;

for (const row of rows) {
  const root = join(trees, row.tree);
  const changed = new Map<string, string>();
  for (const [path, edits] of Object.entries(row.edits ?? {})) {
    for (const [pattern, text] of edits) {
      const before = changed.get(path) ?? readFileSync(join(root, path), 'utf8');
      const after = before.replace(new RegExp(pattern), text);
      if (after === before) throw new Error(`${row.tree}: ${path} has nothing like ${pattern}`);
      changed.set(path, after);
    }
  }
  const images = [...changed].map(([path, text]): [string, FileImage] => [
    path,
    { path, text, known: null, sections: [] },
  ]);
  const source = await openDirectory(root, 'given');
  const started = performance.now();
  const [run] = await runsOf({
    parser,
    source,
    files: new Map(images),
    stacks: [row.stack],
    supposed: (row.without ?? []).map((set) => ({ set, rescuer: false })),
  });
  const expected = [row.expect].flat();
  const verdict = run?.verdict ?? 'no such stack';
  const missing = (row.names ?? []).filter((name) => !run?.sentence.includes(name));
  const good = expected.includes(verdict) && missing.length === 0;
  if (good) right++;
  const cells = [good ? 'ok ' : 'BAD', row.tree.padEnd(10), row.stack.padEnd(12), verdict.padEnd(10), row.about];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${cells.join(' ')} (${run?.states ?? 0} states, ${seconds} s)\n`);
  if (!good)
    process.stdout.write(
      `    expected ${expected.join(' or ')}${missing.map((name) => `, naming ${name}`)}: ${run?.sentence}\n`,
    );
}
process.stdout.write(`${right} of ${rows.length} as history says\n`);
parser.close();
process.exitCode = right === rows.length ? 0 : 1;
