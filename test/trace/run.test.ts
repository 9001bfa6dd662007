import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFromPanel, readToPanel } from '../../media/trace/messages.js';
import { everything, Run } from '../../media/trace/run.js';
import { play } from '../../server/sim/play.js';
import type { CellValue } from '../../server/sim/playback.js';
import { findScenario } from '../../server/sim/scenarios.js';
import { simulate } from '../../server/sim/simulate.js';

async function runOf(scenario: string, strategy: string): Promise<Run> {
  return new Run(play(await simulate(scenario, { strategy }), findScenario(scenario)));
}

test('a state far into a run is that of all changes up to it', async () => {
  const { playback } = await runOf('pool', 'loop');
  // The same steps over and over, as in a long run.
  const steps = Array.from({ length: 300 }, (_, index) => {
    const step = playback.steps[index % playback.steps.length];
    if (!step) throw new Error('no steps');
    return step;
  });
  const long = new Run({ ...playback, steps });
  for (const at of [0, 1, 63, 64, 65, 200, 300]) {
    const values: CellValue[] = [...playback.initial];
    for (const { changes } of steps.slice(0, at)) for (const [cell, value] of changes) values[cell] = value;
    expect(long.at(at)).toEqual(values);
  }
});

test('a filter leaves the steps of a lane, or those that change a resource', async () => {
  const run = await runOf('snapshot', 'rescuer');
  const { steps, lanes } = run.playback;
  expect(run.rows(everything)).toHaveLength(steps.length + 1);
  const own = run.rows({ kind: 'lane', name: 'kcopyd' });
  expect(own.slice(1).map((step) => lanes[steps[step - 1]?.lane ?? -1]?.name)).toEqual(
    own.slice(1).map(() => 'kcopyd'),
  );
  const locking = run.rows({ kind: 'resource', name: 'lock s->lock' });
  expect(locking.slice(1).map((step) => steps[step - 1]?.action)).toContain('takes s->lock');
  expect(locking.length).toBeLessThan(steps.length);
});

test('lanes sleep where the state says so', async () => {
  const run = await runOf('pool', 'loop');
  expect([0, 1].map((lane) => run.statusOf(lane, 0))).toEqual(['runs', 'rests']);
  expect([0, 1].map((lane) => run.statusOf(lane, run.length))).toEqual(['sleeps', 'rests']);
});

test('two runs are the same up to where they part', async () => {
  const [loop, rescuer] = [await runOf('pool', 'loop'), await runOf('pool', 'rescuer')];
  const same = loop.sameAs(rescuer);
  expect(same).toBe(rescuer.sameAs(loop));
  expect(same).toBeGreaterThan(0);
  expect(same).toBeLessThan(loop.length + 1);
  expect(loop.sameAs(loop)).toBe(loop.length);
});

test('messages of any other shape are not taken', () => {
  fc.assert(
    fc.property(fc.anything(), (sent) => {
      expect(readFromPanel(sent)).toBeNull();
      expect(readToPanel(sent)).toBeNull();
    }),
  );
});

test.each([
  [{ kind: 'open', side: 'main', spot: -1 }],
  [{ kind: 'open', side: 'left', spot: 1 }],
  [{ kind: 'export', format: 'html' }],
  [{ kind: 'compare', other: 1.5 }],
  [{ kind: 'cursor' }],
])('%j is no message of the panel', (sent) => {
  expect(readFromPanel(sent)).toBeNull();
});

test('fields that a message does not have are left out', () => {
  expect(readFromPanel({ kind: 'debug', command: 'x' })).toEqual({ kind: 'debug' });
  expect(readToPanel({ kind: 'mark', side: 'main', spots: [1, 'x', -1] })).toEqual({
    kind: 'mark',
    side: 'main',
    spots: [1],
  });
});
