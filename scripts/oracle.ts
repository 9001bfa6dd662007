import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from '../server/model/scenario.js';
import type { Machine } from '../server/sim/machine.js';
import { prepare } from '../server/sim/prepare.js';
import { promela } from '../server/sim/promela.js';
import { simulate } from '../server/sim/simulate.js';
import type { Limits, Simulation } from '../server/sim/types.js';
import { UserError } from '../server/text.js';

/** What SPIN finds first on a breadth-first search: the gravest of what comes at the least depth. */
interface Safety {
  readonly kind: 'clean' | 'leak' | 'deadlock' | 'crash';
  /** Steps that lead there. */
  readonly depth: number;
  /** Of the whole search if it is clean. */
  readonly states: number;
}

/** A scenario judged here, with and without reductions, and by SPIN. */
export interface Comparison {
  /** `refused`: a value of the scenario leaves its range. */
  readonly verdict: Simulation['verdict'] | 'refused';
  readonly states: number;
  /** What does not agree, one line each. */
  readonly faults: readonly string[];
}

/** TinyCC takes a thirtieth of the time that gcc takes for a pan. */
const compiler = existsSync('/usr/bin/tcc') ? ['tcc'] : ['gcc', '-O0'];

function run(folder: string, command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}; Debian has spin, tcc and gcc`)));
    child.on('close', () => resolve(Buffer.concat(parts).toString()));
  });
}

/** Runs pan, and fails unless it has searched. */
async function pan(folder: string, name: string, options: readonly string[]): Promise<string> {
  const text = await run(folder, `./${name}`, options);
  if (!/states, stored/.test(text) || /out of memory|max search depth too small/.test(text))
    throw new Error(`${name} ${options.join(' ')} did not finish:\n${text.slice(0, 500)}`);
  return text;
}

async function compile(folder: string, name: string, flags: readonly string[]): Promise<void> {
  const [command = '', ...first] = compiler;
  const text = await run(folder, command, [
    ...first,
    '-w',
    '-DNOREDUCE',
    '-DVECTORSZ=8192',
    ...flags,
    '-o',
    name,
    'pan.c',
  ]);
  if (text) throw new Error(`${command}: ${text.slice(0, 500)}`);
}

const gravity = ['clean', 'leak', 'deadlock', 'crash'] as const;

function readErrors(text: string): Safety {
  const states = Number(/(\d+) states, stored/.exec(text)?.[1] ?? 0);
  const errors = [...text.matchAll(/^pan:\d+: (.*) \(at depth (\d+)\)/gm)].map(([, what = '', at = '0']): Safety => {
    const depth = Number(at);
    if (what.startsWith('invalid end state')) return { kind: 'deadlock', depth, states };
    // The monitor has made a step of its own; a crash happens in the step that follows.
    if (what === 'assertion violated 0') return { kind: 'leak', depth: depth - 1, states };
    if (what.startsWith('assertion violated')) return { kind: 'crash', depth: depth + 1, states };
    throw new Error(`pan says ${what}: ${text.slice(0, 300)}`);
  });
  const depth = Math.min(...errors.map((error) => error.depth));
  return errors
    .filter((error) => error.depth === depth)
    .reduce<Safety>((worst, error) => (gravity.indexOf(error.kind) > gravity.indexOf(worst.kind) ? error : worst), {
      kind: 'clean',
      depth: 0,
      states,
    });
}

/** What SPIN says about standstills and crashes. `here` is asked for again at the same depth if SPIN meets another first. */
async function safety(folder: string, here: Safety['kind']): Promise<Safety> {
  await compile(folder, 'pan', ['-DSAFETY', '-DBFS']);
  const first = readErrors(await pan(folder, 'pan', ['-w18', '-m1000000']));
  if (first.kind === here || first.kind === 'clean') return first;
  return readErrors(await run(folder, './pan', ['-w18', '-c0', `-m${first.depth + 1}`]));
}

/** Whether SPIN finds a non-progress cycle under weak fairness, in a model of so many states. */
async function cycles(folder: string, states: number): Promise<boolean> {
  await compile(folder, 'round', ['-DNP', '-DNFAIR=4']);
  const text = await pan(folder, 'round', ['-l', '-f', '-w18', `-m${10_000 + 30 * states}`]);
  return /^pan:1: non-progress cycle/m.test(text);
}

const combinations = [
  { name: 'chaining', reductions: { symmetry: false, chaining: true } },
  { name: 'symmetry', reductions: { symmetry: true, chaining: false } },
  { name: 'both reductions', reductions: { symmetry: true, chaining: true } },
];

/** Judges a scenario under one strategy here and by SPIN. `incomplete` within the limits is not compared. */
export async function compareWithSpin(
  scenario: Scenario,
  strategy: string,
  limits: Partial<Limits>,
): Promise<Comparison> {
  const reductions = { symmetry: false, chaining: false };
  const plain = await simulate(scenario, { strategy, limits, reductions }).catch((error: unknown) => {
    if (error instanceof UserError) return null;
    throw error;
  });
  if (!plain) return { verdict: 'refused', states: 0, faults: [] };
  const { verdict, states } = plain;
  if (verdict === 'incomplete') return { verdict, states, faults: [] };
  const faults: string[] = [];
  for (const { name, reductions } of combinations) {
    const reduced = await simulate(scenario, { strategy, limits, reductions });
    if (reduced.verdict !== verdict) faults.push(`${verdict} here, ${reduced.verdict} with ${name}`);
    else if (reduced.trace.length !== plain.trace.length)
      faults.push(`${plain.trace.length} steps here, ${reduced.trace.length} with ${name}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'rescuer-spin-'));
  try {
    const { machine } = prepare(scenario, { strategy }).model;
    faults.push(...(await spinFaults(machine, plain, folder)));
  } finally {
    await rm(folder, { recursive: true });
  }
  return { verdict, states, faults };
}

async function spinFaults(machine: Machine, here: Simulation, folder: string): Promise<string[]> {
  await writeFile(join(folder, 'model.pml'), promela(machine, { visible: true }));
  const complaint = await run(folder, 'spin', ['-a', 'model.pml']);
  if (/rror/.test(complaint)) throw new Error(`spin: ${complaint.slice(0, 500)}`);
  const goesRound = here.verdict === 'livelock' || here.sentence.includes('can go round for ever');
  const kind = goesRound || here.verdict === 'proved' ? 'clean' : (here.verdict as Safety['kind']);
  const there = await safety(folder, kind);
  if (there.kind !== kind) return [`${here.verdict} here, SPIN says ${there.kind} after ${there.depth} steps`];
  const faults: string[] = [];
  if (kind !== 'clean' && there.depth !== here.trace.length)
    faults.push(`${here.trace.length} steps here, ${there.depth} in SPIN`);
  if (kind === 'clean' && there.states !== here.states)
    faults.push(`${here.states} states here, ${there.states} in SPIN`);
  // Only a machine with loops can have any.
  if (kind === 'clean' && machine.loops && (await cycles(folder, there.states)) !== goesRound)
    faults.push(`${here.verdict} here, SPIN finds ${goesRound ? 'no' : 'a'} cycle`);
  return faults;
}
