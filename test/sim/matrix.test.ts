import { expect, test } from 'vitest';
import { shippedScenarios } from '../../server/sim/shipped.js';
import { expectedVerdict, simulate } from '../../server/sim/simulate.js';

const runs = shippedScenarios().flatMap((scenario) =>
  [...scenario.strategies.keys()].map((strategy) => ({ scenario, strategy, label: `${scenario.name} / ${strategy}` })),
);

/** Everything from 1 up to each size. */
const grid = (...sizes: number[]): number[][] =>
  sizes.reduce<number[][]>(
    (rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, index) => [...row, index + 1])),
    [[]],
  );

const verdict = async (
  scenario: string,
  strategy: string,
  parameters: Record<string, number>,
  era?: string,
): Promise<string> =>
  (await simulate(scenario, { strategy, parameters, ...(era === undefined ? {} : { era }) })).verdict;

test.each(runs)('$label gives the verdict that its file expects', async ({ scenario, strategy }) => {
  const expected = expectedVerdict(scenario, strategy, {});
  expect(expected).not.toBeNull();
  expect((await simulate(scenario, { strategy })).verdict).toBe(expected);
});

test('the snapshot cycle under every strategy that the thread named', async () => {
  const strategies = [
    'rescuer',
    'offload',
    'flag-dropped',
    'flag-and-guard-dropped',
    'depth-first',
    'queue-punt',
    'lock-dropped',
  ];
  const verdicts = await Promise.all(strategies.map((strategy) => verdict('snapshot', strategy, {})));
  expect(verdicts).toEqual(['deadlock', 'proved', 'deadlock', 'crash', 'proved', 'proved', 'proved']);
});

test.each(grid(4, 3, 2))(
  'pool of reserve %i, %i pieces, %i tasks: a deadlock exactly when T(N-1) >= R, none with a rescuer',
  async (reserve, pieces, tasks) => {
    const parameters = { reserve, pieces, tasks };
    expect(await verdict('pool', 'loop', parameters)).toBe(tasks * (pieces - 1) >= reserve ? 'deadlock' : 'proved');
    expect(await verdict('pool', 'rescuer', parameters)).toBe('proved');
  },
);

test.each(grid(2, 3, 2))(
  'pool of reserve %i, %i pieces, %i tasks: depth first never deadlocks',
  async (reserve, pieces, tasks) => {
    expect(await verdict('pool', 'depth-first', { reserve, pieces, tasks })).toBe('proved');
  },
);

test.each(grid(3, 5))(
  'split reserve %i, %i pieces, wrong remainder: a deadlock exactly when N-1 > S',
  async (splitReserve, pieces) => {
    const expected = pieces - 1 > splitReserve ? 'deadlock' : 'proved';
    expect(await verdict('pool', 'wrong-remainder', { splitReserve, pieces })).toBe(expected);
    expect(await verdict('split', 'wrong-remainder', { splitReserve, pieces, tasks: 1 })).toBe(expected);
  },
);

test.each(grid(3, 4, 2))(
  'split reserve %i, %i pieces, %i tasks: one list deadlocks exactly when N >= 3 and T >= S, two lists never',
  async (splitReserve, pieces, tasks) => {
    const parameters = { splitReserve, pieces, tasks };
    expect(await verdict('split', 'loop', parameters, '4.10')).toBe(
      pieces >= 3 && tasks >= splitReserve ? 'deadlock' : 'proved',
    );
    expect(await verdict('split', 'loop', parameters, '4.11')).toBe('proved');
  },
);

test('the reserve of split is its split reserve unless that is set', async () => {
  expect(await verdict('split', 'loop', { reserve: 3, pieces: 3, tasks: 2 })).toBe('proved');
  expect(await verdict('split', 'loop', { reserve: 3, splitReserve: 2, pieces: 3, tasks: 2 })).toBe('deadlock');
});

test('several clones at once need a pool that is large enough', async () => {
  expect(await verdict('pool', 'multi-alloc', { reserve: 2, pieces: 3, tasks: 2 })).toBe('deadlock');
  expect(await verdict('pool', 'multi-alloc', { reserve: 3, pieces: 3, tasks: 2 })).toBe('proved');
});
