import { expect, test, vi } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import { Interpreter } from '../../server/sim/interpret.js';
import { assign, type Machine } from '../../server/sim/machine.js';
import { search } from '../../server/sim/search.js';
import { replay, simulate } from '../../server/sim/simulate.js';

// A few seconds each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 120_000 });

const times = (count: number, text: string): string => text.repeat(count);

/** Tasks over one driver that clones `pieces` times, one step after the other. */
const huge = ({ pieces = 1, tasks = 1, reserve = 1, rescuer = 1, each = '' }): string => `
scenario: huge
era: "4.14"
strategies: {only: {}}
sets: {bs: {reserve: ${reserve}, rescuer: ${rescuer}}}
devices:
  dm:
    submit:
${times(pieces, '      - {alloc: clone, from: bs}\n      - {chain: clone, to: bio}\n      - {submit: clone, to: disk}\n')}
      - {end: bio}
  disk: {leaf: true}
tasks:
  - {name: T, count: ${tasks}, do: [{new: b}, {submit: b, to: dm}, {await: b}${each}]}
`;

const read = (text: string) => readScenario('huge.yaml', text);

test('a program of 3,000 steps is searched to its end', async () => {
  const result = await simulate(read(huge({ pieces: 1000 })));
  expect(result.verdict).toBe('proved');
  expect(result.states).toBeGreaterThan(3000);
});

test('a deadlock after 450 steps is found and can be replayed', async () => {
  const scenario = read(huge({ pieces: 300, reserve: 150, rescuer: 0 }));
  const result = await simulate(scenario);
  expect(result.verdict).toBe('deadlock');
  expect(replay(result.replay, scenario).sentence).toBe(result.sentence);
});

test('64 tasks and 900 bios end at the limit of time', async () => {
  const result = await simulate(read(huge({ pieces: 20, tasks: 64, reserve: 800 })), { limits: { seconds: 1 } });
  expect([result.verdict, result.sentence]).toEqual([
    'incomplete',
    'No violation was found, but the search ended at its limit of 1 s.',
  ]);
});

test('64 tasks and 900 bios end at the limit of memory', async () => {
  const result = await simulate(read(huge({ pieces: 20, tasks: 64, reserve: 800 })), { limits: { megabytes: 5 } });
  expect([result.verdict, result.sentence]).toEqual([
    'incomplete',
    'No violation was found, but the search ended at its limit of 5 MB.',
  ]);
});

test.each([
  ['bios', { reserve: 2000 }, '1000 bios'],
  ['tasks', { tasks: 65 }, '64 processes of one kind: the count of task T is 65'],
  ['steps', { pieces: 900, tasks: 64 }, '200000 ways to go on'],
])('a model with too many %s is incomplete and says so', async (_, size, limit) => {
  const { verdict, sentence } = await simulate(read(huge(size)));
  expect([verdict, sentence]).toEqual(['incomplete', `Nothing was searched: the model has more than ${limit}.`]);
});

test('code that the engine refuses for its size is a limit', async () => {
  const effect = Array.from({ length: 1_500_000 }, (_, index) => assign({ slot: 2 }, index % 200));
  const machine: Machine = {
    slots: [
      { name: 'crash', max: 255, sort: 'number', initial: 0 },
      { name: 'pc', max: 1, sort: 'pc', initial: 0 },
      { name: 'x', max: 255, sort: 'number', initial: 0 },
    ],
    processes: [
      {
        name: 'T',
        group: 'T',
        pc: 1,
        firstSlot: 1,
        slotCount: 2,
        instructions: [
          {
            alternatives: [{ guard: 1, effect, next: 0, action: 'goes on', source: '', witness: null }],
            local: false,
            rest: false,
            waits: null,
            origin: '#0',
            line: null,
          },
        ],
      },
    ],
    procedures: [],
    arrays: [],
    loops: false,
    crashSlot: 0,
    crashes: [],
    leak: 0,
    witnesses: [],
  };
  const problem = { interpreter: new Interpreter(machine), classify: () => 'done' as const, symmetry: null };
  const limits = { maxStates: 1000, seconds: 10, megabytes: 100, deadline: performance.now() + 10_000 };
  const result = await search(problem, { symmetry: false, chaining: false }, limits, {});
  expect([result.violation, result.limit]).toEqual([null, "the engine's room for code"]);
});
