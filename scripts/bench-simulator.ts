import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../server/sim/prepare.js';
import { findScenario } from '../server/sim/scenarios.js';
import { shippedScenarios } from '../server/sim/shipped.js';
import { simulate } from '../server/sim/simulate.js';
import { compilePan, runPan, type SpinAnswer } from './spin.js';

/** A simulation to be timed. */
export interface Request {
  readonly scenario: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly reduced: boolean;
  /** With the limits that a user has who sets none. */
  readonly limited?: boolean;
}

/** What it took. Seconds are of the processor, all threads of the process together. */
interface Measured {
  readonly verdict: string;
  readonly states: number;
  /** simulate(), the first time in a new process. */
  readonly seconds: number;
  /** The same by the clock. */
  readonly wall: number;
  /** The same, the fastest of five when it has run before; null if that would take long. */
  readonly again: number | null;
  /** The whole process, from its start. */
  readonly whole: number;
  /** States and their table. */
  readonly megabytes: number;
  /** The whole process at its largest. */
  readonly resident: number;
}

type Table = readonly [title: string, rows: readonly (readonly string[])[]];

const limits = { maxStates: 60_000_000, seconds: 600, megabytes: 4000 };
/** Above that a figure is of one run, below of the median of three. */
const longRun = 8;

const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Times one simulation in this process. Reading the scenario is not part of it, as little as gcc is of pan. */
export async function measureHere({ scenario, strategy, parameters, reduced, limited }: Request): Promise<Measured> {
  const read = findScenario(scenario);
  const reductions = { symmetry: reduced, chaining: reduced };
  const options = { strategy, parameters, reductions, ...(limited ? {} : { limits }) };
  const timed = async () => {
    const [before, clock] = [processor(), performance.now()];
    const result = await simulate(read, options);
    return { result, seconds: processor() - before, wall: (performance.now() - clock) / 1000 };
  };
  const { result, seconds, wall } = await timed();
  const whole = processor();
  const resident = process.resourceUsage().maxRSS / 1000;
  let again: number | null = null;
  if (seconds < 0.5) for (let run = 0; run < 5; run++) again = Math.min(again ?? seconds, (await timed()).seconds);
  const { verdict, states, megabytes } = result;
  return { verdict, states, seconds, wall, again, whole, megabytes, resident };
}

/** Times one simulation in a process of its own, so that nothing is compiled or warm. */
function measure(request: Request): Measured {
  const args = ['--max-old-space-size=4096', process.argv[1] ?? '', '--measure', JSON.stringify(request)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (!stdout) throw new Error(`${request.scenario}: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

/** Runs again if that is quick, and gives the run with the median time. */
function median<T extends { readonly seconds: number }>(run: () => T): T {
  const first = run();
  if (first.seconds > longRun) return first;
  const runs = [first, run(), run()].sort((left, right) => left.seconds - right.seconds);
  return runs[1] ?? first;
}

/** A long command shows what it is at. */
function progress(what: string): void {
  process.stderr.write(`${what}\n`);
}

type Case = readonly [scenario: string, strategy: string, parameters: Readonly<Record<string, number>>];

const quickCase: Case = ['pool', 'rescuer', { reserve: 3, pieces: 3, tasks: 3 }];
const largeCase: Case = ['shared-set', 'private', { tasks: 5, reserve: 3 }];
/** Models of about a million states and more, but for the largest that snapshot has. All have three alike tasks or bios. */
const cases: readonly Case[] = [
  quickCase,
  ['pool', 'rescuer', { reserve: 4, pieces: 5, tasks: 2 }],
  ['pool', 'rescuer', { reserve: 6, pieces: 4, tasks: 2 }],
  ['split', 'rescuer', { splitReserve: 3, pieces: 3, tasks: 3 }],
  ['stack', 'rescuer', { tasks: 3 }],
  ['stack', 'depth-first', { tasks: 3 }],
  ['snapshot', 'depth-first', { reserve: 12, splitReserve: 12, pieces: 8 }],
  ['barrier', 'escape', { tasks: 3, pieces: 2 }],
  ['barrier', 'escape', { tasks: 2, pieces: 4 }],
  ['bounce', 'private-set', { tasks: 4, pagePool: 5, reserve: 3 }],
  ['crypt', 'mutex', { tasks: 3, pool: 3 }],
  ['shared-set', 'shared', { tasks: 4, reserve: 5 }],
  // With a violation.
  ['shared-set', 'shared', { tasks: 4, reserve: 4 }],
  ['barrier', 'no-escape', { tasks: 3, pieces: 2 }],
  ['superblock', 'one-set', { tasks: 3, pieces: 3, reserve: 4 }],
  ['pool', 'loop', { tasks: 3, pieces: 3, reserve: 5 }],
];

const list = (parameters: Readonly<Record<string, number>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
const ratio = (value: number): string => value.toFixed(value < 0.1 ? 3 : 2);
const perSecond = (states: number, seconds: number): string => (states / seconds / 1e6).toFixed(2);

/** Both ways to run pan: with and without its own partial-order reduction. */
function pans(label: Case, folder: string, states: number): { plain: SpinAnswer; fastest: SpinAnswer } {
  const [scenario, strategy, parameters] = label;
  const { machine } = prepare(findScenario(scenario), { strategy, parameters }).model;
  // A hash table with about two places for each state is where pan is fastest.
  const size = [`-w${Math.min(Math.ceil(Math.log2(states)) + 1, 26)}`, '-m100000'];
  const optimised = ['-O3', '-DSAFETY', '-DNOBOUNDCHECK', '-DMEMLIM=12000'];
  compilePan(machine, folder, [...optimised, '-DNOREDUCE']);
  const plain = median(() => runPan(folder, [...size, '-c0']));
  const whole = plain.verdict === 'clean' ? plain : median(() => runPan(folder, size));
  compilePan(machine, folder, optimised);
  const partial = median(() => runPan(folder, size));
  return { plain, fastest: partial.seconds < whole.seconds ? partial : whole };
}

/** What to compare: one model, also the one that takes minutes, or those of some scenarios. */
interface Choice {
  readonly quick: boolean;
  readonly large: boolean;
  readonly only: readonly string[];
}

/** Our search beside pan's on models of a million states and more. */
export function versusPan({ quick, large, only }: Choice): Table {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-bench-'));
  for (const name of only) findScenario(name);
  const wanted = cases.filter(([scenario]) => only.length === 0 || only.includes(scenario));
  const chosen = [...(quick ? [quickCase] : wanted), ...(large ? [largeCase] : [])];
  const rows = chosen.map((label) => {
    const [scenario, strategy, parameters] = label;
    const plain = median(() => measure({ scenario, strategy, parameters, reduced: false }));
    const reduced = median(() => measure({ scenario, strategy, parameters, reduced: true }));
    const pan = pans(label, folder, plain.states);
    const row = [
      `${scenario}/${strategy} ${list(parameters)}`,
      plain.verdict,
      (plain.states / 1e6).toFixed(2),
      (pan.plain.states / 1e6).toFixed(2),
      perSecond(plain.states, plain.seconds),
      perSecond(pan.plain.states, pan.plain.seconds),
      // A search that ends early says little about speed.
      plain.verdict === 'proved' ? ratio(plain.states / plain.seconds / (pan.plain.states / pan.plain.seconds)) : '',
      ratio(plain.megabytes / pan.plain.megabytes),
      ratio(plain.resident / pan.plain.megabytes),
      String(reduced.states),
      reduced.seconds.toFixed(3),
      pan.fastest.seconds.toFixed(2),
      ratio(reduced.seconds / pan.fastest.seconds),
      ratio(reduced.whole / pan.fastest.seconds),
    ];
    progress(row.join(' '));
    return row;
  });
  rmSync(folder, { recursive: true });
  const title = [
    "Beside SPIN's pan -O3: seconds of the processor, each in a process of its own, medians of three.",
    '"M" is millions; "mem" our states and their table, "process" the whole process, against what pan reports.',
    '"reduced" and "verdict" are our default. pan\'s time to the first error, or to the end, is the better one of with and',
    'without its partial-order reduction. With a violation, the states of pan are those of its whole search (-c0), ours',
    'end at the distance of the violation.',
  ].join('\n');
  const heading = ['model', '', 'M states', 'pan', 'M/s', 'pan', 'M/s : pan', 'mem : pan', 'process : pan'];
  return [title, [[...heading, 'reduced', 'verdict s', 'pan s', 's : pan', 'process s : pan'], ...rows]];
}

/** Every shipped scenario as it is, beside pan; those where we are furthest behind come first. */
export function shipped(): Table {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-bench-'));
  const rows = shippedScenarios().flatMap(({ name: scenario, strategies }) =>
    [...strategies.keys()].map((strategy) => {
      const here = median(() => measure({ scenario, strategy, parameters: {}, reduced: true }));
      // These models are too small for -O3 to matter, and it takes long.
      compilePan(prepare(findScenario(scenario), { strategy }).model.machine, folder, ['-O1', '-DSAFETY']);
      const pan = median(() => runPan(folder, ['-m100000']));
      const milliseconds = [here.seconds, here.again ?? here.seconds, pan.seconds].map((seconds) => seconds * 1000);
      const cells = [`${scenario}/${strategy}`, String(pan.states), ...milliseconds.map((time) => time.toFixed(1))];
      progress(cells.join(' '));
      return { cells, behind: here.seconds / pan.seconds };
    }),
  );
  rmSync(folder, { recursive: true });
  const title = [
    'Shipped scenarios as they are: milliseconds of the processor. "first": simulate() in a new process, its own code not yet',
    'compiled; "again": in the same process; pan: its process from start to end.',
  ].join('\n');
  const sorted = rows.sort((left, right) => right.behind - left.behind).map(({ cells }) => cells);
  return [title, [['scenario', 'states of pan', 'first', 'again', 'pan'], ...sorted]];
}

/** The shipped scenarios that take longest. */
export function slowest(): Table {
  const rows = shippedScenarios().flatMap(({ name: scenario, strategies }) =>
    [...strategies.keys()].map((strategy) => {
      return { name: `${scenario}/${strategy}`, ...measure({ scenario, strategy, parameters: {}, reduced: true }) };
    }),
  );
  const cells = rows
    .sort((left, right) => right.wall - left.wall)
    .slice(0, 3)
    .map((row) => [row.name, row.verdict, String(row.states), row.wall.toFixed(3), row.whole.toFixed(2)]);
  const title = `The slowest of ${rows.length} shipped scenarios and strategies, as they are`;
  return [title, [['scenario', 'verdict', 'states', 'seconds by the clock', 'process, s'], ...cells]];
}

/** States and time against tasks, pieces and reserve, up to the limits that a search has by default. */
export function growth(): Table {
  const tasks = [1, 2, 3, 4, 5, 6];
  const rows = [2, 3, 4].flatMap((pieces) =>
    [2, 4, 6].map((reserve) => [
      String(pieces),
      String(reserve),
      ...tasks.map((count) => {
        const parameters = { tasks: count, pieces, reserve };
        const request = { scenario: 'pool', strategy: 'rescuer', parameters, reduced: true, limited: true };
        const { verdict, states, seconds } = measure(request);
        return `${states}, ${seconds.toFixed(2)} s${verdict === 'proved' ? '' : ` ${verdict}`}`;
      }),
    ]),
  );
  const title = 'Growth of pool/rescuer with reductions: states and seconds of the processor';
  return [title, [['pieces', 'reserve', ...tasks.map((count) => `${count} tasks`)], ...rows]];
}
