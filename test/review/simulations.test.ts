import { expect, test } from 'vitest';
import { nullWorkqueueRun, poolRun } from '../../server/review/rules/simulations.js';
import type { ScenarioLink } from '../../server/review/types.js';
import { simulate } from '../../server/sim/simulate.js';

const verdictOf = async ({ scenario, strategy, parameters }: ScenarioLink): Promise<string> =>
  (await simulate(scenario, { strategy, parameters })).verdict;

test.each([1, 2, 16, null])(
  'the run that a dropped flag names ends in a deadlock, with a reserve of %s',
  async (reserve) => {
    expect(await verdictOf(poolRun('flag-dropped', reserve))).toBe('deadlock');
    expect(await verdictOf(poolRun('loop', reserve))).toBe('deadlock');
  },
);

test('the same run with the flag kept is proved', async () => {
  expect(await verdictOf({ ...poolRun('flag-dropped', 2), strategy: 'rescuer' })).toBe('proved');
});

test('the run that a dropped guard names ends in a crash', async () => {
  expect(await verdictOf(nullWorkqueueRun)).toBe('crash');
});
