// Compares verdicts and state counts with SPIN: every shipped scenario under every strategy, then random scenarios.
// node scripts/run.mjs scripts/spin-compare.ts [COUNT [SEED]]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readScenario } from '../server/model/read.js';
import type { Scenario } from '../server/model/scenario.js';
import { prepare } from '../server/sim/prepare.js';
import { shippedScenarios } from '../server/sim/shipped.js';
import { simulate } from '../server/sim/simulate.js';
import { scenarioText } from '../test/sim/scenario-arbitrary.js';
import { spin } from './spin.js';

const count = Number(process.argv[2] ?? 20);
const seed = Number(process.argv[3] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'rescuer-spin-'));
const flags = ['-O0', '-DSAFETY', '-DNOREDUCE'];
const limits = { maxStates: 300_000, seconds: 60 };
const plain = { symmetry: false, chaining: false };
const tally: Record<string, number> = {};
let wrong = 0;

/** Our verdict with and without reductions, and SPIN's; a line about what differs. */
async function compare(label: string, scenario: Scenario, strategy: string): Promise<void> {
  const here = await simulate(scenario, { strategy, reductions: plain, limits });
  if (here.verdict === 'incomplete') {
    tally['not compared'] = (tally['not compared'] ?? 0) + 1;
    return;
  }
  const reduced = await simulate(scenario, { strategy, limits });
  const { machine } = prepare(scenario, { strategy }).model;
  const there = spin(machine, folder, flags);
  const expected = here.verdict === 'deadlock' || here.verdict === 'crash' ? here.verdict : 'clean';
  // Non-progress cycles under weak fairness; only a machine with loops can have any.
  const cycles =
    machine.loops && expected === 'clean'
      ? spin(machine, folder, ['-O0', '-DNP', '-DNFAIR=4', '-DNOREDUCE'], ['-l', '-f'])
      : null;
  const faults = [
    // With both a crash and a deadlock in it, SPIN reports what its depth-first search meets first.
    expected === 'clean' || there.verdict === 'clean'
      ? expected === there.verdict
        ? ''
        : `SPIN says ${there.verdict}`
      : '',
    expected === 'clean' && here.states !== there.states ? `${here.states} states here, ${there.states} there` : '',
    cycles && (cycles.verdict === 'livelock') !== (here.verdict === 'livelock')
      ? `SPIN says ${cycles.verdict} about cycles`
      : '',
    reduced.verdict === here.verdict ? '' : `${reduced.verdict} with reductions`,
    reduced.trace.length === here.trace.length
      ? ''
      : `${here.trace.length} steps plain, ${reduced.trace.length} with reductions`,
  ].filter((fault) => fault !== '');
  tally[here.verdict] = (tally[here.verdict] ?? 0) + 1;
  if (faults.length === 0) return;
  wrong++;
  process.stdout.write(`${label}: ${here.verdict}: ${faults.join('; ')}\n`);
}

for (const scenario of shippedScenarios())
  for (const strategy of scenario.strategies.keys()) await compare(`${scenario.name}/${strategy}`, scenario, strategy);
const shipped = { ...tally };
const texts = fc.sample(scenarioText, { numRuns: count, seed });
for (const [index, text] of texts.entries()) {
  const before = wrong;
  await compare(`random ${index}, seed ${seed}`, readScenario(`random-${index}.yaml`, text), 'only');
  if (wrong > before) process.stdout.write(`${text}\n`);
}
process.stdout.write(`shipped ${JSON.stringify(shipped)}\nall     ${JSON.stringify(tally)}\n${wrong} disagree\n`);
rmSync(folder, { recursive: true });
process.exitCode = wrong === 0 ? 0 : 1;
