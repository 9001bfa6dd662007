import { expect, test } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import { renderDot, renderMarkdown, renderText } from '../../server/sim/render.js';
import { simulate } from '../../server/sim/simulate.js';

test('the snapshot deadlock is told as the cycle of lock and parked bio', async () => {
  const { sentence, cycle } = await simulate('snapshot', { strategy: 'rescuer' });
  expect(sentence).toBe(
    "A sleeps in snapshot_map() waiting for s->lock, but kcopyd holds s->lock; kcopyd sleeps in __check_for_conflicting_io() waiting for no reader of chunk 0, but md_bs#1 is parked on A's current->bio_list: all of them wait, so none goes on.",
  );
  expect(cycle).toEqual([
    { task: 'A', waits: 's->lock', source: 'snapshot_map()' },
    { resource: 's->lock', held: 'kcopyd holds s->lock' },
    { task: 'kcopyd', waits: 'no reader of chunk 0', source: '__check_for_conflicting_io()' },
    { resource: 'no reader of chunk 0', held: "md_bs#1 is parked on A's current->bio_list" },
  ]);
});

test('every trace step names task, action and kernel function, and what it changes', async () => {
  const { trace } = await simulate('pool', { strategy: 'loop' });
  expect(trace[4]).toEqual({
    step: 5,
    task: 'T',
    action: 'allocates clone from bs',
    source: 'alloc_tio()',
    changed: { 'bs free': '1 of 2', 'T clone': 'bs#1' },
  });
  expect(trace.filter((step) => step.source === '')).toEqual([]);
});

test('a leak names the pool whose element nobody gave back', async () => {
  const text = `scenario: leak
title: an element is kept
about: by who has ended its bio
era: "4.14"
strategies:
  plain: {}
pools:
  io_pool: 2
devices:
  dm:
    submit:
      - { take: io_pool }
      - { end: bio }
tasks:
  - { name: T, do: [{ new: x }, { submit: x, to: dm }, { await: x }] }
`;
  const { verdict, sentence } = await simulate(readScenario('leak.yaml', text), {});
  expect([verdict, sentence]).toEqual(['leak', 'Everything has ended, but an element of io_pool did not come back.']);
});

test('text, Markdown and dot of a deadlock', async () => {
  const result = await simulate('pool', { strategy: 'loop' });
  expect(renderText(result)).toContain('pool / loop (order of Linux 4.14): DEADLOCK\n');
  expect(renderMarkdown(result)).toContain(
    '| 7 | T | submits clone to disk: put on current-\\>bio\\_list | \\_\\_map\\_bio() |',
  );
  expect(renderDot(result)).toContain('n0 [shape=box, label="T"];');
});
