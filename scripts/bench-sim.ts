// Speed against SPIN's pan -O3, in one run: states per second without reductions, time to verdict with them, and growth.
// node scripts/run.mjs scripts/bench-sim.ts [quick]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../server/sim/prepare.js';
import { findScenario } from '../server/sim/scenarios.js';
import { simulate } from '../server/sim/simulate.js';
import { spin } from './spin.js';

interface Case {
  readonly scenario: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, number>>;
}

const cases: readonly Case[] = [
  { scenario: 'pool', strategy: 'rescuer', parameters: { reserve: 3, pieces: 2, tasks: 3 } },
  { scenario: 'pool', strategy: 'rescuer', parameters: { reserve: 4, pieces: 5, tasks: 2 } },
  { scenario: 'pool', strategy: 'rescuer', parameters: { reserve: 3, pieces: 3, tasks: 3 } },
  { scenario: 'shared-set', strategy: 'private', parameters: { reserve: 3, tasks: 5 } },
];
const folder = mkdtempSync(join(tmpdir(), 'rescuer-bench-'));
const limits = { maxStates: 40_000_000, seconds: 600, megabytes: 8000 };
const out = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** A simulation and the processor time it took. */
async function timed({ scenario, strategy, parameters }: Case, reduced: boolean) {
  const before = process.cpuUsage();
  const reductions = { symmetry: reduced, chaining: reduced };
  const result = await simulate(scenario, { strategy, parameters, limits, reductions });
  const { user, system } = process.cpuUsage(before);
  return { ...result, cpu: (user + system) / 1e6 };
}

const rate = (states: number, seconds: number): string => `${Math.round(states / Math.max(seconds, 0.001) / 1000)} k/s`;

for (const one of process.argv[2] === 'quick' ? cases.slice(0, 1) : cases) {
  const { scenario, strategy, parameters } = one;
  const { machine } = prepare(findScenario(scenario), { strategy, parameters }).model;
  const plain = await timed(one, false);
  const reduced = await timed(one, true);
  const pan = spin(machine, folder, ['-O3', '-DSAFETY', '-DNOREDUCE', '-DNOBOUNDCHECK'], ['-w24']);
  const partial = spin(machine, folder, ['-O3', '-DSAFETY', '-DNOBOUNDCHECK'], ['-w24']);
  out(`${scenario}/${strategy} ${JSON.stringify(parameters)}`);
  out(
    `  plain   ${plain.verdict} ${plain.states} states ${plain.cpu.toFixed(2)} s ${rate(plain.states, plain.cpu)} ${Math.round(plain.megabytes)} MB`,
  );
  out(
    `  pan     ${pan.verdict} ${pan.states} states ${pan.seconds.toFixed(2)} s ${rate(pan.states, pan.seconds)} ${pan.megabytes} MB`,
  );
  out(`  pan por ${partial.verdict} ${partial.states} states ${partial.seconds.toFixed(2)} s`);
  out(`  reduced ${reduced.verdict} ${reduced.states} states ${reduced.cpu.toFixed(2)} s`);
  const speed = plain.states / plain.cpu / (pan.states / pan.seconds);
  out(
    `  here : pan  states/s ${speed.toFixed(2)}, memory ${(plain.megabytes / pan.megabytes).toFixed(2)}, time to verdict ${(reduced.cpu / Math.min(pan.seconds, partial.seconds)).toFixed(3)}`,
  );
}
rmSync(folder, { recursive: true });

if (process.argv[2] === undefined) {
  out('growth of pool/rescuer with reductions: tasks pieces reserve states seconds');
  for (let tasks = 1; tasks <= 4; tasks++)
    for (const pieces of [2, 3, 4])
      for (const reserve of [2, 4]) {
        const result = await simulate('pool', {
          strategy: 'rescuer',
          parameters: { tasks, pieces, reserve },
          limits: { ...limits, seconds: 20 },
        });
        out(`  ${tasks} ${pieces} ${reserve}  ${result.states} ${result.seconds} ${result.verdict}`);
      }
}
