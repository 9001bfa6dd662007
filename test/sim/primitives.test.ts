import { expect, test } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import { simulate } from '../../server/sim/simulate.js';

const disk = 'devices: {disk: {leaf: true}}';

/** Verdict on a scenario of these sections, searched with and without reductions. */
async function verdict(...sections: string[]): Promise<string> {
  const scenario = readScenario('test.yaml', ['scenario: test', 'strategies: {only: {}}', ...sections].join('\n'));
  const full = await simulate(scenario, { reductions: { symmetry: false, chaining: false } });
  const reduced = await simulate(scenario);
  expect([reduced.verdict, reduced.trace.length]).toEqual([full.verdict, full.trace.length]);
  return full.verdict;
}

test('two mutexes in opposite order deadlock, in the same order not', async () => {
  const locks = 'locks: {a: {kind: mutex}, b: {kind: mutex}}';
  const task = (name: string, first: string, second: string): string =>
    `{name: ${name}, do: [{lock: ${first}}, {lock: ${second}}, {unlock: ${second}}, {unlock: ${first}}]}`;
  expect(await verdict(locks, `tasks: [${task('A', 'a', 'b')}, ${task('B', 'b', 'a')}]`)).toBe('deadlock');
  expect(await verdict(locks, `tasks: [${task('A', 'a', 'b')}, ${task('B', 'a', 'b')}]`)).toBe('proved');
});

test('a waiting writer keeps a reader out who has read already', async () => {
  const reader =
    '{name: R, do: [{lock: s, mode: read}, {lock: s, mode: read}, {unlock: s, mode: read}, {unlock: s, mode: read}]}';
  const writer = '{name: W, do: [{lock: s}, {unlock: s}]}';
  expect(await verdict('locks: {s: {kind: rwsem}}', `tasks: [${reader}]`)).toBe('proved');
  expect(await verdict('locks: {s: {kind: rwsem}}', `tasks: [${reader}, ${writer}]`)).toBe('deadlock');
});

test.each([
  [1, 'deadlock'],
  [2, 'proved'],
])('a semaphore of %i taken twice by one task', async (count, expected) => {
  const task = '{name: T, do: [{lock: s}, {lock: s}, {unlock: s}, {unlock: s}]}';
  expect(await verdict(`locks: {s: {kind: semaphore, count: ${count}}}`, `tasks: [${task}]`)).toBe(expected);
});

test('a semaphore can be released by another task than took it', async () => {
  const taker = '{name: A, do: [{lock: s}, {lock: s}]}';
  const giver = '{name: B, do: [{unlock: s}]}';
  const semaphore = 'locks: {s: {kind: semaphore, count: 1, max: 2}}';
  expect(await verdict(semaphore, `tasks: [${taker}]`)).toBe('deadlock');
  expect(await verdict(semaphore, `tasks: [${taker}, ${giver}]`)).toBe('proved');
});

test('who waits for a semaphore that others release waits for them', async () => {
  const scenario = readScenario(
    'test.yaml',
    `
scenario: test
strategies: {only: {}}
locks: {m: {}, done: {kind: semaphore, count: 0}}
tasks:
  - {name: A, do: [{lock: m}, {lock: done}, {unlock: m}]}
  - {name: B, do: [{lock: m}, {unlock: m}, {unlock: done}]}
`,
  );
  expect((await simulate(scenario)).sentence).toBe(
    'A sleeps in down() waiting for done, but B has not got as far as to release done; B sleeps in mutex_lock() waiting for m, but A holds m: all of them wait, so none goes on.',
  );
});

test('a semaphore that is released too often asks for a larger max', async () => {
  await expect(
    verdict('locks: {s: {kind: semaphore, count: 1}}', 'tasks: [{name: T, do: [{unlock: s}]}]'),
  ).rejects.toThrow('test: s leaves its range 0..1; give it a larger max');
});

test('an element that is never given back is a leak', async () => {
  expect(await verdict('sets: {bs: {reserve: 1}}', disk, 'tasks: [{name: T, do: [{alloc: b, from: bs}]}]')).toBe(
    'leak',
  );
  expect(
    await verdict('sets: {bs: {reserve: 1}}', disk, 'tasks: [{name: T, do: [{alloc: b, from: bs}, {free: b}]}]'),
  ).toBe('proved');
});

test('an element of a plain pool that is never given back is a leak', async () => {
  expect(await verdict('pools: {pages: 1}', 'tasks: [{name: T, do: [{take: pages}]}]')).toBe('leak');
  expect(await verdict('pools: {pages: 1}', 'tasks: [{name: T, do: [{take: pages}, {give: pages}]}]')).toBe('proved');
});

test('a balanced variable that does not come back is a leak', async () => {
  const variable = 'variables: {inflight: {max: 1, balanced: true}}';
  expect(await verdict(variable, 'tasks: [{name: T, do: [{set: inflight = 1}]}]')).toBe('leak');
});

test('a bio that ends twice is a crash', async () => {
  const task = '{name: T, do: [{new: b}, {end: b}, {end: b}]}';
  expect(await verdict(disk, `tasks: [${task}]`)).toBe('crash');
});

test.each([
  ['submitted twice', '{submit: c, to: disk}, {submit: c, to: disk}'],
  ['submitted after its end', '{end: c}, {submit: c, to: disk}'],
  ['ended while it waits on current->bio_list', '{submit: c, to: disk}, {end: c}'],
  ['kept twice', '{keep: c, on: l}, {keep: c, on: l}'],
  ['kept and submitted', '{keep: c, on: l}, {submit: c, to: disk}'],
  ['kept and ended', '{keep: c, on: l}, {end: c}'],
  ['queued twice', '{queue: w, with: c}, {queue: w, with: c}'],
  ['submitted and queued', '{submit: c, to: disk}, {queue: w, with: c}'],
])('a bio that is %s is a crash', async (_, steps) => {
  const sections = [
    'sets: {bs: {reserve: 1}}',
    'lists: [l]',
    'queues: {wq: {}}',
    'works: {w: {queue: wq, do: [{end: bio}]}}',
    `devices: {dm: {submit: [{alloc: c, from: bs}, ${steps}, {end: bio}]}, disk: {leaf: true}}`,
    'tasks: [{name: T, do: [{new: b}, {submit: b, to: dm}, {await: b}]}]',
  ];
  expect(await verdict(...sections)).toBe('crash');
});

test('a bio that is prepared anew before it has ended is a crash', async () => {
  const task = (between: string): string =>
    `tasks: [{name: T, do: [{new: b}, {submit: b, to: disk}, ${between} {new: b}, {end: b}]}]`;
  expect(await verdict(disk, task(''))).toBe('crash');
  expect(await verdict(disk, task('{await: b},'))).toBe('proved');
});

test('a bio may be taken off a list, kept again, and submitted', async () => {
  const steps = '{alloc: c, from: bs}, {keep: c, on: l}, {pop: c, from: l}, {keep: c, on: k}';
  const each = '{each: c, of: k, do: [{chain: c, to: bio}, {submit: c, to: disk}]}';
  const devices = `devices: {dm: {submit: [${steps}, ${each}, {end: bio}]}, disk: {leaf: true}}`;
  const task = 'tasks: [{name: T, do: [{new: b}, {submit: b, to: dm}, {await: b}]}]';
  expect(await verdict('sets: {bs: {reserve: 1}}', 'lists: [l]', devices, task)).toBe('proved');
});

test.each([
  ['bio_inc_remaining() and bio_endio() of each', '{repeat: 12, do: [{hold: bio}]}, {repeat: 13, do: [{end: bio}]}'],
  ['as many rounds as a field says', '{repeat: bio.left, do: [{hold: bio}, {end: bio}]}, {end: bio}'],
])('20 pieces: %s', async (_, steps) => {
  const devices = `devices: {dm: {submit: [${steps}]}}`;
  const task = 'tasks: [{name: T, do: [{new: b, left: 20}, {submit: b, to: dm}, {await: b}]}]';
  expect(await verdict(devices, task)).toBe('proved');
});

test('a bio that waits for more than it can count is refused', async () => {
  const devices = 'devices: {dm: {submit: [{repeat: 300, do: [{hold: bio}]}]}}';
  const task = 'tasks: [{name: T, do: [{new: b}, {submit: b, to: dm}]}]';
  await expect(verdict(devices, task)).rejects.toThrow('bi_remaining of bio leaves its range');
});

test('an end_io that is left to a work item needs the worker', async () => {
  const tasks = 'tasks: [{name: T, do: [{new: b, ending: later}, {submit: b, to: disk}, {await: b}]}]';
  const works = 'works: {finish: {queue: wq, do: [{end: bio}]}}\nendings: {later: {queue: finish}}';
  expect(await verdict('queues: {wq: {}}', works, disk, tasks)).toBe('proved');
  expect(await verdict('queues: {wq: {reclaim: false}}', works, disk, tasks)).toBe('deadlock');
});

test('a bio variable that is NULL, and a lock that somebody else holds, are crashes', async () => {
  const task =
    '{name: T, do: [{alloc: b, from: bs, gfp: NOWAIT}, {end: b}, {alloc: c, from: bs}, {alloc: d, from: bs, gfp: NOWAIT}, {submit: d, to: disk}]}';
  expect(await verdict('sets: {bs: {reserve: 1}}', disk, `tasks: [${task}]`)).toBe('crash');
  expect(await verdict('locks: {m: {kind: mutex}}', 'tasks: [{name: T, do: [{unlock: m}]}]')).toBe('crash');
});

test('queueing on a NULL workqueue is a crash', async () => {
  expect(
    await verdict(
      'queues: {wq: {missing: true}}',
      'works: {w: {queue: wq, do: []}}',
      'tasks: [{name: T, do: [{queue: w}]}]',
    ),
  ).toBe('crash');
});

test('a bio of a set with biovecs takes one of each pool', async () => {
  const tasks = 'tasks: [{name: T, do: [{alloc: a, from: bs}, {alloc: b, from: bs}, {free: a}, {free: b}]}]';
  expect(await verdict('sets: {bs: {reserve: 2, bvecs: 2}}', disk, tasks)).toBe('proved');
  expect(await verdict('sets: {bs: {reserve: 2, bvecs: 1}}', disk, tasks)).toBe('deadlock');
});

test('a bio that needs a biovec does not come from the per-CPU cache', async () => {
  const tasks =
    'tasks: [{name: T, do: [{alloc: a, from: bs}, {end: a}, {alloc: b, from: bs, gfp: NOWAIT}, {end: b}, {alloc: c, from: bs}, {alloc: d, from: bs}, {end: c}, {end: d}]}]';
  expect(await verdict('era: "5.15"', 'sets: {bs: {reserve: 2, bvecs: 1, cache: true}}', disk, tasks)).toBe('deadlock');
});

test('bios on a plug move on when the task sleeps, but not while it spins', async () => {
  const rest = `lists: [pending]
variables: {written: {max: 1}}
endings: {wrote: {set: written = 1}}
devices: {disk: {leaf: true}}`;
  const thread = '{name: md, daemon: true, do: [{idle: pending}, {each: b, of: pending, do: [{submit: b, to: disk}]}]}';
  const task = (wait: string): string =>
    `{name: T, do: [{plug: p, to: pending, do: [{new: w, ending: wrote}, {keep: w, on: p}, ${wait}]}]}`;
  expect(await verdict(rest, `tasks: [${task('{wait: written == 1}')}, ${thread}]`)).toBe('proved');
  expect(await verdict(rest, `tasks: [${task('{while: written == 0, do: []}')}, ${thread}]`)).toBe('livelock');
});

test('a task that waits does what is to be done meanwhile', async () => {
  const rest = `lists: [pending]
variables: {written: {max: 2}}
endings: {wrote: {set: written = written + 1}}
devices: {disk: {leaf: true}}`;
  const writer = '{name: W, count: 2, do: [{new: w, ending: wrote}, {keep: w, on: pending}]}';
  const waiter = (meanwhile: string): string => `{name: T, do: [{wait: written == 2${meanwhile}}]}`;
  const flush = ', meanwhile: {when: pending, do: [{each: b, of: pending, do: [{submit: b, to: disk}]}]}';
  expect(await verdict(rest, `tasks: [${writer}, ${waiter('')}]`)).toBe('deadlock');
  expect(await verdict(rest, `tasks: [${writer}, ${waiter(flush)}]`)).toBe('proved');
});

test('what is to be done meanwhile and never gets less is a livelock', async () => {
  const task = '{name: T, do: [{wait: x == 2, meanwhile: {when: x == 1, do: []}}]}';
  expect(await verdict('variables: {x: {max: 2, initial: 1}}', `tasks: [${task}]`)).toBe('livelock');
});

test('a task that is stuck while another goes round for ever is a deadlock', async () => {
  const tasks = 'tasks: [{name: T, do: [{wait: x == 2}]}, {name: spinner, daemon: true, do: [{set: x = 1 - x}]}]';
  expect(await verdict('variables: {x: {max: 2}}', tasks)).toBe('deadlock');
});

test('a wait that is idle may last for ever', async () => {
  const task = (verb: string): string => `tasks: [{name: T, do: [{${verb}: x == 1}]}]`;
  expect(await verdict('variables: {x: {max: 1}}', task('idle'))).toBe('proved');
  expect(await verdict('variables: {x: {max: 1}}', task('wait'))).toBe('deadlock');
});

test('of several ways the bad one is found', async () => {
  expect(await verdict('tasks: [{name: T, do: [{choose: [[], [{bug: gone}]]}]}]')).toBe('crash');
});

test('a leaf with one tag makes submitters wait, and they go on when it completes', async () => {
  const tasks = 'tasks: [{name: T, count: 3, do: [{new: b}, {submit: b, to: disk}, {await: b}]}]';
  expect(await verdict('devices: {disk: {leaf: true, inFlight: 1}}', tasks)).toBe('proved');
});

test('who waits for a tag flushes the plug first', async () => {
  const rest = (tags: number): string => `lists: [pending]
variables: {unplugged: {max: 1}}
devices: {disk: {leaf: true, inFlight: ${tags}}}`;
  const two = '{new: a}, {submit: a, to: disk}, {new: b}, {submit: b, to: disk}';
  const task = `{name: T, do: [{plug: p, to: pending, do: [{new: w}, {keep: w, on: p}, ${two}, {set: unplugged = 1}]}]}`;
  const thread =
    '{name: md, do: [{wait: pending}, {if: unplugged == 0, then: [{bug: early}]}, {pop: w, from: pending}, {submit: w, to: disk}]}';
  expect(await verdict(rest(1), `tasks: [${task}, ${thread}]`)).toBe('crash');
  expect(await verdict(rest(2), `tasks: [${task}, ${thread}]`)).toBe('proved');
});

test('a value that leaves its range asks for a larger one', async () => {
  await expect(verdict('variables: {x: {max: 1}}', 'tasks: [{name: T, do: [{set: x = x + 2}]}]')).rejects.toThrow(
    'test: x leaves its range 0..1; give it a larger max',
  );
});

test('a loop that nobody else can see or end is refused, with and without reductions', async () => {
  const scenario = readScenario(
    'test.yaml',
    'scenario: test\nstrategies: {only: {}}\ntasks: [{name: T, do: [{let: x = 1}, {while: x == 1, do: []}]}]',
  );
  await expect(simulate(scenario)).rejects.toThrow('a program goes round for ever');
  await expect(simulate(scenario, { reductions: { chaining: false } })).rejects.toThrow(
    'a program goes round for ever',
  );
});
