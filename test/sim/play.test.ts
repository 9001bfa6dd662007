import { expect, test } from 'vitest';
import { play } from '../../server/sim/play.js';
import type { CellValue, Playback } from '../../server/sim/playback.js';
import { findScenario, listScenarios } from '../../server/sim/scenarios.js';
import { simulate } from '../../server/sim/simulate.js';

async function played(scenario: string, strategy: string, like: readonly string[] = []): Promise<Playback> {
  return play(await simulate(scenario, { strategy }), findScenario(scenario), like);
}

/** Values of the cells after some steps, as `owner label: value`. */
function after({ cells, initial, steps }: Playback, count: number): Record<string, CellValue> {
  const values = [...initial];
  for (const { changes } of steps.slice(0, count)) for (const [cell, value] of changes) values[cell] = value;
  return Object.fromEntries(cells.map(({ owner, label }, index) => [`${owner} ${label}`, values[index] ?? '']));
}

test('the state at the end of a deadlock has lists, reserve and waiters', async () => {
  const playback = await played('pool', 'loop');
  expect(playback.kind).toBe('counterexample');
  expect(after(playback, playback.steps.length)).toMatchObject({
    'bs reserve': 0,
    'bs waiters': ['T'],
    'T bio_list[0]': ['bs#1', 'bs#2'],
    'T bio_list[1]': [],
    'T status': 'sleeps in alloc_tio(), waits for an element of bs',
  });
});

test('a step says its function, the line of the scenario, what it changes, and where its task then stands', async () => {
  const playback = await played('pool', 'loop');
  const step = playback.steps.find(({ action }) => action === 'allocates clone from bs');
  const spot = playback.spots[step?.spot ?? -1];
  expect(spot?.path).toBeNull();
  expect(spot?.line).toBeGreaterThan(1);
  expect(step).toMatchObject({ source: 'alloc_tio()', afterwards: 'runs' });
  const named = step?.changes.map(([cell, value]) => [playback.cells[cell]?.label, value]);
  expect(named).toEqual([
    ['clone', 'bs#1'],
    ['reserve', 1],
  ]);
  expect(step?.stack.map(({ name }) => name)).toEqual([
    expect.any(String),
    '->submit_bio() of dm',
    'generic_make_request()',
    'submit_bio()',
  ]);
});

test('locks have holders and waiters', async () => {
  const playback = await played('snapshot', 'rescuer');
  const end = after(playback, playback.steps.length);
  expect(end['s->lock held by']).toEqual(['kcopyd']);
  expect(end['s->lock waiters']).toEqual(['A']);
});

test('a proved strategy plays a run to its end, in the order of tasks of another', async () => {
  const loop = await played('pool', 'loop');
  const order = loop.steps.map(({ lane }) => loop.lanes[lane]?.name ?? '');
  const sample = await played('pool', 'rescuer', order);
  expect(sample).toMatchObject({ kind: 'sample', verdict: 'proved', replay: '' });
  const names = sample.steps.map(({ lane }) => sample.lanes[lane]?.name);
  expect(names.slice(0, 5)).toEqual(order.slice(0, 5));
  const end = after(sample, sample.steps.length);
  expect(end['T status']).toBe('at rest');
  expect(end['bs reserve']).toBe(2);
});

test('lanes are told apart by what they are', async () => {
  const { lanes } = await played('pool', 'rescuer');
  expect(lanes).toEqual([
    { name: 'T', kind: 'task' },
    { name: 'bs rescuer', kind: 'rescuer' },
    { name: 'disk', kind: 'device' },
  ]);
});

test.each(listScenarios().map(({ name, strategies }) => [name, strategies[0]?.name ?? '']))(
  'the changes of the steps of %s lead from each state to the next',
  async (name, strategy) => {
    const playback = await played(name, strategy);
    const { lanes, cells, initial, stacks, steps } = playback;
    expect(initial).toHaveLength(cells.length);
    expect(stacks).toHaveLength(lanes.length);
    expect(steps.length).toBeGreaterThan(0);
    const ends = after(playback, steps.length);
    for (const { label, owner, kind, size } of cells) {
      if (kind !== 'reserve') continue;
      expect(ends[`${owner} ${label}`]).toBeLessThanOrEqual(size);
    }
    for (const { stack } of steps) expect(stack.length).toBeGreaterThan(0);
  },
);
