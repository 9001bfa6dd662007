import fc from 'fast-check';
import { stringify } from 'yaml';
import { balanced, faults, one, others, remainders, rounds, type Steps, up } from './steps-arbitrary.js';

/** Text of a small random scenario file: two drivers over a disk, with a bit of everything, some of it wrong. */
export const scenarioText: fc.Arbitrary<string> = fc
  .record({
    era: one('3.9', '4.10', '4.14', '5.8', '5.15', '6.6'),
    upper: fc.array(balanced('lower'), { minLength: 0, maxLength: 2 }),
    lower: fc.array(balanced('disk'), { minLength: 0, maxLength: 1 }),
    special: fc.oneof(
      { weight: 5, arbitrary: fc.constant<Steps>([]) },
      { weight: 2, arbitrary: faults },
      { weight: 3, arbitrary: rounds },
    ),
    inTask: fc.boolean(),
    remainder: remainders,
    other: others,
    daemon: fc.boolean(),
    tasks: up(1, 2),
    left: up(1, 2),
    tag: up(0, 1),
    waits: one(true, true, true, false),
    reserves: fc.tuple(up(1, 3), up(1, 3)),
    rescuers: fc.tuple(fc.boolean(), fc.boolean()),
    bvecs: one(0, 0, 0, 1, 2),
    cache: one(false, false, true),
    reclaim: one(true, true, false),
    active: up(1, 2),
    pages: up(1, 2),
    tags: up(0, 2),
    queuePunt: one(0, 0, 0, 1),
  })
  .map((chosen) => {
    const { era, upper, lower, special, remainder, other, tasks, left, reserves, rescuers } = chosen;
    // A fault in the task itself has no bio that it was called for.
    const inTask = chosen.inTask && !JSON.stringify(special).includes('"bio');
    const pending = JSON.stringify([upper, lower, special]).includes('"pending"');
    const md = {
      name: 'md',
      daemon: true,
      do: [{ idle: 'pending' }, { each: 'p', of: 'pending', do: [{ submit: 'p', to: 'disk' }] }],
    };
    const request = [
      { new: 'b', left, tag: chosen.tag },
      { submit: 'b', to: 'upper' },
      ...(inTask ? special : []),
      ...(chosen.waits ? [{ await: 'b' }] : []),
    ];
    return stringify(
      {
        scenario: 'random',
        era,
        strategies: { only: {} },
        options: { queuePunt: chosen.queuePunt },
        sets: {
          one: { reserve: reserves[0], rescuer: rescuers[0], bvecs: chosen.bvecs, cache: chosen.cache },
          two: { reserve: reserves[1], rescuer: rescuers[1] },
          absent: { reserve: 1, missing: true },
        },
        pools: { pages: chosen.pages },
        locks: {
          mutex: {},
          rwsem: { kind: 'rwsem' },
          sema: { kind: 'semaphore', count: chosen.active, max: 6 },
          spin: { kind: 'spinlock' },
        },
        variables: { counter: { max: 12, balanced: true } },
        lists: ['pending'],
        endings: { uncount: { set: 'counter = counter - 1' }, later: { queue: 'finish' } },
        queues: {
          wq: { maxActive: chosen.active, reclaim: chosen.reclaim, spare: 'counter == 0' },
          gone: { missing: true },
        },
        works: {
          handle: { queue: 'wq', do: [{ submit: 'bio', to: 'disk' }] },
          finish: { queue: 'wq', do: [{ end: 'bio' }] },
          tick: { queue: 'wq', do: [] },
          nobody: { queue: 'gone', do: [] },
        },
        devices: {
          upper: { submit: [...upper.flat(), ...(inTask ? [] : special), ...remainder] },
          lower: { submit: [...lower.flat(), { submit: 'bio', to: 'disk' }] },
          disk: { leaf: true, inFlight: chosen.tags },
        },
        reclaim: [{ new: 'w' }, { submit: 'w', to: 'disk' }, { await: 'w' }],
        tasks: [
          { name: 'T', count: tasks, do: request },
          ...(other.length > 0 ? [{ name: 'other', do: other }] : []),
          ...(pending || chosen.daemon ? [md] : []),
        ],
      },
      { aliasDuplicateObjects: false },
    );
  });
