// Judges random scenarios, and every shipped one under every strategy, here and by SPIN: verdict, length of the shortest
// trace, number of states without reductions, cycles under weak fairness.
// node scripts/run.mjs scripts/spin-compare.ts [COUNT [SEED]]
import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { readScenario } from '../server/model/read.js';
import type { Scenario } from '../server/model/scenario.js';
import { shippedScenarios } from '../server/sim/shipped.js';
import { scenarioText } from '../test/sim/scenario-arbitrary.js';
import { twinsText } from '../test/sim/twins-arbitrary.js';
import { compareWithSpin } from './oracle.js';

const count = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? 1);
const limits = { maxStates: 100_000, seconds: 60 };

interface Case {
  readonly label: string;
  readonly scenario: Scenario;
  readonly strategy: string;
  /** Shown if SPIN does not agree. */
  readonly text: string;
}

const anyText = fc.oneof({ weight: 12, arbitrary: scenarioText }, { weight: 1, arbitrary: twinsText });

/** Random scenarios without end. */
function* random(): Generator<Case> {
  for (let batch = 0; ; batch++)
    for (const [index, text] of fc.sample(anyText, { numRuns: 50, seed: seed + batch }).entries()) {
      const label = `random ${index} of seed ${seed + batch}`;
      yield { label, scenario: readScenario('random.yaml', text), strategy: 'only', text };
    }
}

function* shipped(): Generator<Case> {
  for (const scenario of shippedScenarios())
    for (const strategy of scenario.strategies.keys())
      yield { label: `${scenario.name}/${strategy}`, scenario, strategy, text: '' };
}

/** Compares until `wanted` cases are, a few at a time; returns how many do not agree. */
async function compareAll(what: string, cases: Generator<Case>, wanted: number): Promise<number> {
  const tally: Record<string, number> = {};
  let compared = 0;
  let wrong = 0;
  let states = 0;
  const started = performance.now();
  const summary = (): string => {
    const parts = Object.entries(tally)
      .sort()
      .map(([verdict, times]) => `${times} ${verdict}`);
    const seconds = Math.round((performance.now() - started) / 1000);
    return `${what}: ${compared} compared, ${wrong} disagree (${parts.join(', ')}), ${states} states, ${seconds} s\n`;
  };
  const worker = async (): Promise<void> => {
    for (const { label, scenario, strategy, text } of cases) {
      if (compared >= wanted) return;
      const { verdict, faults, ...result } = await compareWithSpin(scenario, strategy, limits);
      const outcome = verdict === 'incomplete' ? 'too large' : verdict;
      tally[outcome] = (tally[outcome] ?? 0) + 1;
      if (verdict === 'incomplete' || verdict === 'refused') continue;
      compared++;
      states += result.states;
      if (faults.length > 0) {
        wrong++;
        process.stdout.write(`${label}: ${faults.join('; ')}\n${text}`);
      }
      if (compared % 100 === 0) process.stdout.write(summary());
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  process.stdout.write(summary());
  return wrong;
}

let wrong = await compareAll('shipped', shipped(), Number.POSITIVE_INFINITY);
wrong += await compareAll('random', random(), count);
process.exitCode = wrong === 0 ? 0 : 1;
