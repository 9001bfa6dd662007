import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareWithSpin } from '../../scripts/oracle.js';
import { readScenario } from '../../server/model/read.js';
import { shippedScenarios } from '../../server/sim/shipped.js';
import { scenarioText } from '../sim/scenario-arbitrary.js';

const shipped = shippedScenarios().flatMap((scenario) =>
  [...scenario.strategies.keys()].map((strategy) => ({ scenario, strategy, label: `${scenario.name} / ${strategy}` })),
);
const random = fc.sample(scenarioText, { numRuns: 45, seed: 1 }).map((text, index) => ({ index, text }));

describe.concurrent('SPIN gives the same verdict, shortest length and number of states', () => {
  test.each(shipped)('$label', async ({ scenario, strategy }) => {
    const { verdict, faults } = await compareWithSpin(scenario, strategy, { maxStates: 100_000 });
    expect(faults).toEqual([]);
    expect(verdict).not.toBe('incomplete');
  });

  test.for(random)('random scenario $index', async ({ text }, { skip }) => {
    const { verdict, faults } = await compareWithSpin(readScenario('random.yaml', text), 'only', { maxStates: 30_000 });
    skip(verdict === 'incomplete' || verdict === 'refused', `it is ${verdict}`);
    expect({ text, faults }).toEqual({ text, faults: [] });
  });
});
