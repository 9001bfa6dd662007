import { expect, test } from 'vitest';
import { shippedScenarios } from '../../server/sim/shipped.js';
import { expectedVerdict, simulate } from '../../server/sim/simulate.js';

const runs = shippedScenarios.flatMap((scenario) =>
  [...scenario.strategies.keys()].map((strategy) => ({ scenario, strategy, label: `${scenario.name} / ${strategy}` })),
);

test.each(runs)('$label gives the verdict that its file expects', async ({ scenario, strategy }) => {
  const { verdict } = await simulate(scenario, { strategy });
  expect(verdict).toBe(expectedVerdict(scenario, strategy, {}));
});

const grid = (...sizes: number[]): number[][] =>
  sizes.reduce<number[][]>(
    (rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, index) => [...row, index + 1])),
    [[]],
  );

test.each(grid(4, 4, 2))(
  'pool of reserve %i, %i pieces, %i tasks: without rescuer a deadlock exactly when T(N-1) >= R, with it none',
  async (reserve, pieces, tasks) => {
    const parameters = { reserve, pieces, tasks };
    expect((await simulate('pool', { strategy: 'loop', parameters })).verdict).toBe(
      tasks * (pieces - 1) >= reserve ? 'deadlock' : 'proved',
    );
    expect((await simulate('pool', { strategy: 'rescuer', parameters })).verdict).toBe('proved');
  },
);

test.each(grid(3, 4, 2))(
  'pool of reserve %i, %i pieces, %i tasks: depth first never deadlocks',
  async (reserve, pieces, tasks) => {
    expect((await simulate('pool', { strategy: 'depth-first', parameters: { reserve, pieces, tasks } })).verdict).toBe(
      'proved',
    );
  },
);

test.each(grid(4, 6))(
  'pool with split reserve %i, %i pieces, wrong remainder: a deadlock exactly when N-1 > S',
  async (splitReserve, pieces) => {
    const { verdict } = await simulate('pool', { strategy: 'wrong-remainder', parameters: { splitReserve, pieces } });
    expect(verdict).toBe(pieces - 1 > splitReserve ? 'deadlock' : 'proved');
  },
);
