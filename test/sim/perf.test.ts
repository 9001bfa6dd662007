import { expect, test } from 'vitest';
import { measure } from '../../server/sim/perf.js';
import { compare, renderComparison } from '../../server/sim/perf-table.js';
import { findScenario } from '../../server/sim/scenarios.js';

const pool = findScenario('pool');

test('the same seed gives the same figures, another seed others', async () => {
  const options = { strategy: 'rescuer', rounds: 20, seed: 7 };
  expect(await measure(pool, options)).toEqual(await measure(pool, options));
  expect((await measure(pool, { ...options, seed: 8 })).p99).not.toBe((await measure(pool, options)).p99);
});

test('with a large reserve the rescuer costs a thread and is never woken', async () => {
  const { wakeups, punts, threads, stuck } = await measure(pool, {
    strategy: 'rescuer',
    parameters: { reserve: 16 },
    rounds: 20,
  });
  expect({ wakeups, punts, threads, stuck }).toEqual({ wakeups: 0, punts: 0, threads: 1, stuck: false });
});

test('with a small reserve every request is punted once', async () => {
  const { wakeups, punts } = await measure(pool, { strategy: 'rescuer', rounds: 20 });
  expect({ wakeups, punts }).toEqual({ wakeups: 1, punts: 1 });
});

test('a request takes at least the time of its device', async () => {
  const { p50 } = await measure(pool, { strategy: 'depth-first', rounds: 20, costs: { io: 50_000, jitter: 0 } });
  expect(p50).toBeGreaterThan(50);
});

test('the table shows a strategy that gets stuck, compares the others, and states its assumptions', async () => {
  const text = renderComparison(await compare(pool, { rounds: 5 }));
  expect(text).toMatch(/^loop +stuck.* -$/m);
  expect(text).toMatch(/^rescuer .* 1\.00\.\.1\.00$/m);
  expect(text).toMatch(/^depth-first .* \d+\.\d\d\.\.\d+\.\d\d$/m);
  expect(text).toContain('"relative" is req/s against rescuer, the first strategy that does not get stuck,');
  expect(text).toContain('Assumed, in ns: step 40, alloc 120, switch 2000, wake 4000, io 20000, jitter 0.25.');
});
