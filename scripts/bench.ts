// Every figure of speed in the documentation:
// npm run bench -- [--quick] [--large] [--shipped] [--targets] [--tree KERNEL [--save]] [SCENARIO...]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { versusCoccinelle } from './bench-check.js';
import { growth, measureHere, type Request, shipped, slowest, versusPan } from './bench-simulator.js';
import { targets } from './bench-targets.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'string' },
    shipped: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    /** Only what --tree asks for. */
    targets: { type: 'boolean', default: false },
    /** Makes this run the one that later ones are compared with. */
    save: { type: 'boolean', default: false },
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

/** What is asked of a tree: beside Coccinelle if it is installed, and what is to stay fast. */
function onTree(tree: string, save: boolean): void {
  const coccinelle = installed('spatch') ? versusCoccinelle(tree) : null;
  if (coccinelle) table(...coccinelle.table);
  else out('\nNo comparison with Coccinelle: the package coccinelle is needed.');
  table(...targets(tree, coccinelle?.checked ?? null, save));
}

/** The simulator beside SPIN, and how it grows. */
function simulator(): void {
  const { quick, large } = values;
  const pan = installed('spin') && installed('gcc');
  if (!pan) out('No comparison with SPIN: the packages spin and gcc are needed.');
  else if (values.shipped) table(...shipped());
  else table(...versusPan({ quick, large, only: positionals }));
  if (quick || values.shipped || positionals.length > 0) return;
  table(...slowest());
  table(...growth());
}

if (values.measure !== undefined) out(JSON.stringify(await measureHere(JSON.parse(values.measure) as Request)));
else {
  if (!values.targets) simulator();
  if (values.tree === undefined) out('\nNo check and no edits timed: give a kernel tree with --tree.');
  else onTree(values.tree, values.save);
}
