import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Checked } from './bench-check.js';
import type { EditTimes } from './bench-edit.js';
import { sampleSeries } from './sample-series.js';

/** Something that is to stay fast. Most are ratios of two times of one run, which do not depend on the machine. */
interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'x' | 's' | 'ms' | 'MB';
  readonly most: number;
}

/** The figures of an earlier run, by what they are of. Measured anew with --save. */
const baseline = 'scripts/bench-baseline.json';

const percentile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(share * times.length) - 1] ?? Number.NaN;

/** What a script of this folder prints as JSON, with nothing kept from earlier runs. */
function json<Result>(script: string, ...args: readonly string[]): Result {
  const { stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', `scripts/${script}.ts`, ...args], {
    encoding: 'utf8',
    env: { ...process.env, RESCUER_CACHE: '' },
  });
  if (!stdout.startsWith('{')) throw new Error(`${script}: ${stderr}`);
  return JSON.parse(stdout) as Result;
}

/** Milliseconds by the clock that a command takes, the least of five. */
function startOf(...args: readonly string[]): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - started;
  });
  return Math.min(...times);
}

function edits(tree: string): readonly Figure[] {
  const { edits: edited, hovers, lenses, parses } = json<EditTimes>('bench-edit', tree, 'drivers/md/dm.c');
  const parse = percentile(parses, 0.5);
  return [
    { what: 'edit of dm.c to analysis, p95 / one parse', value: percentile(edited, 0.95) / parse, unit: 'x', most: 1 },
    { what: 'hover, p95', value: percentile(hovers, 0.95), unit: 'ms', most: 50 },
    { what: 'lenses, p95', value: percentile(lenses, 0.95), unit: 'ms', most: 50 },
  ];
}

function review(tree: string): readonly Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-bench-'));
  const mbox = join(folder, 'series.mbox');
  writeFileSync(mbox, sampleSeries(tree, 30));
  const { first, complete } = json<{ first: number; complete: number }>('bench-review', tree, mbox);
  rmSync(folder, { recursive: true });
  return [
    { what: 'thirty patches, first findings', value: first, unit: 's', most: 1 },
    { what: 'thirty patches, complete', value: complete, unit: 's', most: 5 },
  ];
}

function check({ cold, again }: Checked): readonly Figure[] {
  return [
    { what: 'check block drivers/md / spatch with one rule', value: cold, unit: 'x', most: 1 },
    { what: 'the same again / spatch', value: again, unit: 'x', most: 0.1 },
  ];
}

function product(): readonly Figure[] {
  const start = startOf(resolve('dist/cli.mjs'), '--version') / startOf('-e', '0');
  const vsix = 'rescuer-0.1.0.vsix';
  const size = existsSync(vsix) ? [statSync(vsix).size / 1e6] : [];
  return [
    { what: 'rescuer --version / node -e 0', value: start, unit: 'x', most: 1.5 },
    ...size.map((value): Figure => ({ what: 'VSIX', value, unit: 'MB', most: 3 })),
  ];
}

const shown = ({ value, unit }: Pick<Figure, 'value' | 'unit'>): string =>
  `${value.toFixed(value < 10 ? 2 : 0)}${unit === 'x' ? '' : ` ${unit}`}`;

/** What is to stay fast, beside its target and the run before; `save` makes this run the one to compare with. */
export function targets(
  tree: string,
  coccinelle: Checked | null,
  save: boolean,
): readonly [title: string, rows: readonly (readonly string[])[]] {
  const figures = [...edits(tree), ...review(tree), ...(coccinelle ? check(coccinelle) : []), ...product()];
  const before = existsSync(baseline)
    ? (JSON.parse(readFileSync(baseline, 'utf8')) as Readonly<Record<string, number>>)
    : {};
  const rows = figures.map((figure) => {
    const { what, value, unit, most } = figure;
    const was = before[what];
    const compared = was === undefined ? ['', ''] : [shown({ value: was, unit }), `${(value / was).toFixed(2)}`];
    return [what, shown(figure), shown({ value: most, unit }), value <= most ? 'yes' : 'no', ...compared];
  });
  if (save) {
    const rounded = figures.map(({ what, value }) => [what, Number(value.toPrecision(3))] as const);
    writeFileSync(baseline, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`);
  }
  return ['What is to stay fast', [['', 'now', 'at most', 'holds', 'before', 'now / before'], ...rows]];
}
