import { expect, test } from 'vitest';
import { shippedScenarios } from '../../server/sim/shipped.js';
import { simulate } from '../../server/sim/simulate.js';

/**
 * All states of each proof, and those up to the end of the level that shows the violation. `npm run test:spin` compares
 * those of proofs with SPIN's `states, stored`.
 */
const counts: readonly (readonly [scenario: string, strategy: string, verdict: string, states: number])[] = [
  ['pool', 'loop', 'deadlock', 13],
  ['pool', 'rescuer', 'proved', 126],
  ['pool', 'offload', 'proved', 152],
  ['pool', 'flag-dropped', 'deadlock', 17],
  ['pool', 'flag-and-guard-dropped', 'deadlock', 17],
  ['pool', 'depth-first', 'proved', 125],
  ['pool', 'wrong-remainder', 'proved', 119],
  ['pool', 'queue-punt', 'proved', 125],
  ['pool', 'no-bio-split', 'proved', 126],
  ['pool', 'multi-alloc', 'deadlock', 35],
  ['split', 'loop', 'deadlock', 385],
  ['split', 'rescuer', 'proved', 10011],
  ['split', 'wrong-remainder', 'deadlock', 383],
  ['split', 'queue-punt', 'proved', 9767],
  ['split', 'no-bio-split', 'crash', 26],
  ['snapshot', 'loop', 'deadlock', 57],
  ['snapshot', 'rescuer', 'deadlock', 57],
  ['snapshot', 'offload', 'proved', 171],
  ['snapshot', 'flag-dropped', 'deadlock', 77],
  ['snapshot', 'flag-and-guard-dropped', 'crash', 77],
  ['snapshot', 'depth-first', 'proved', 228],
  ['snapshot', 'queue-punt', 'proved', 149],
  ['snapshot', 'lock-dropped', 'proved', 143],
  ['stacked-split', 'loop', 'deadlock', 13],
  ['stacked-split', 'rescuer', 'proved', 266],
  ['stacked-split', 'two-lists', 'proved', 158],
  ['stacked-split', 'remainder-first', 'proved', 158],
  ['stack', 'loop', 'proved', 92],
  ['stack', 'rescuer', 'proved', 251],
  ['stack', 'depth-first', 'proved', 333],
  ['flush', 'loop', 'deadlock', 309],
  ['flush', 'rescuer', 'proved', 40107],
  ['flush', 'multi-alloc', 'proved', 12045],
  ['flush', 'nowait-retry', 'livelock', 14216],
  ['crypt', 'no-mutex', 'deadlock', 1506],
  ['crypt', 'mutex', 'proved', 19595],
  ['barrier', 'escape', 'proved', 168],
  ['barrier', 'no-escape', 'deadlock', 80],
  ['freeze', 'flush', 'proved', 38744],
  ['freeze', 'no-flush', 'deadlock', 19839],
  ['freeze', 'no-extra', 'deadlock', 8080],
  ['bcache', 'loop', 'deadlock', 25],
  ['bcache', 'rescuer', 'proved', 1353],
  ['shared-set', 'shared', 'deadlock', 33],
  ['shared-set', 'shared-rescuer', 'deadlock', 33],
  ['shared-set', 'private', 'proved', 586],
  ['second-list', 'rescuer', 'proved', 40],
  ['second-list', 'first-list', 'deadlock', 15],
  ['second-list', 'no-rescuer', 'deadlock', 13],
  ['worker-memory', 'system-wq', 'deadlock', 6],
  ['worker-memory', 'mem-reclaim', 'proved', 25],
  ['workqueue', 'ordered', 'deadlock', 4],
  ['workqueue', 'max-active', 'proved', 14],
  ['workqueue', 'separate', 'proved', 9],
  ['bounce', 'private-set', 'proved', 994],
  ['bounce', 'shared-set', 'deadlock', 33],
  ['percpu-cache', 'cache', 'deadlock', 32],
  ['percpu-cache', 'no-cache', 'proved', 44],
  ['percpu-cache', 'saturated-only', 'proved', 44],
  ['reclaim', 'gfp-kernel', 'deadlock', 186],
  ['reclaim', 'gfp-noio', 'proved', 147],
  ['superblock', 'one-set', 'deadlock', 122],
  ['superblock', 'sync-set', 'proved', 133],
  ['atomic', 'gfp-noio', 'crash', 40],
  ['atomic', 'gfp-nowait', 'proved', 433],
];

test.each(counts)(
  '%s / %s is %s after exactly %i states without reductions',
  async (scenario, strategy, verdict, states) => {
    const result = await simulate(scenario, { strategy, reductions: { symmetry: false, chaining: false } });
    expect([result.verdict, result.states]).toEqual([verdict, states]);
  },
);

test('no shipped strategy is missing', () => {
  expect(counts.map(([scenario, strategy]) => `${scenario} / ${strategy}`)).toEqual(
    shippedScenarios().flatMap(({ name, strategies }) =>
      [...strategies.keys()].map((strategy) => `${name} / ${strategy}`),
    ),
  );
});
