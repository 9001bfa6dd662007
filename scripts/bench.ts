// Every figure of speed in the documentation: npm run bench -- [--quick] [--large] [--shipped] [--tree KERNEL] [SCENARIO...]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { versusCoccinelle } from './bench-check.js';
import { growth, measureHere, type Request, shipped, slowest, versusPan } from './bench-simulator.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'string' },
    shipped: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    measure: { type: 'string' },
  },
});
const out = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const installed = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;

/** Prints rows with their columns one below the other; the first row is the heading. */
function table(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  out(`\n${title}\n\n${rows.map(line).toSpliced(1, 0, rule).join('\n')}`);
}

/** How long the language server takes for an edit of a kernel source. */
function edits(tree: string): void {
  out('\nEdits of a kernel source, from the edit to the analysis of the new text\n');
  for (const path of ['drivers/md/dm.c', 'drivers/md/raid10.c', 'block/bio.c'])
    if (existsSync(join(tree, path)))
      spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/bench-edit.ts', tree, path], { stdio: 'inherit' });
}

if (values.measure !== undefined) out(JSON.stringify(await measureHere(JSON.parse(values.measure) as Request)));
else {
  const pan = installed('spin') && installed('gcc');
  if (!pan) out('No comparison with SPIN: the packages spin and gcc are needed.');
  else if (values.shipped) table(...shipped());
  else table(...versusPan({ quick: values.quick, large: values.large, only: positionals }));
  if (!values.quick && !values.shipped && positionals.length === 0) {
    table(...slowest());
    table(...growth());
  }
  if (values.tree === undefined) out('\nNo check and no edits timed: give a kernel tree with --tree.');
  else {
    if (installed('spatch')) table(...versusCoccinelle(values.tree));
    else out('\nNo comparison with Coccinelle: the package coccinelle is needed.');
    edits(values.tree);
  }
}
