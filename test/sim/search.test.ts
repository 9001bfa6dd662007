import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import { prepare } from '../../server/sim/prepare.js';
import { findScenario } from '../../server/sim/scenarios.js';
import { shippedScenarios } from '../../server/sim/shipped.js';
import { replay, simulate } from '../../server/sim/simulate.js';
import { scenarioText } from './scenario-arbitrary.js';

const plain = { symmetry: false, chaining: false };

test('the compiled search finds the states and moves that the interpreter finds', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioText, async (text) => {
      const scenario = readScenario('random.yaml', text);
      const { states, transitions, verdict } = await simulate(scenario, {
        reductions: plain,
        limits: { maxStates: 1500 },
      });
      fc.pre(verdict === 'proved');
      const { interpreter } = prepare(scenario, {});
      const todo = [interpreter.initial()];
      const seen = new Set(todo.map(String));
      let fired = 0;
      for (const state of todo)
        for (const move of interpreter.moves(state)) {
          const next = interpreter.fire(state, move);
          fired++;
          if (seen.has(String(next))) continue;
          seen.add(String(next));
          todo.push(next);
        }
      expect([states, transitions]).toEqual([seen.size, fired]);
    }),
    { numRuns: 12, seed: 11 },
  );
});

test('reductions change neither verdict nor the length of the shortest trace', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioText, async (text) => {
      const scenario = readScenario('random.yaml', text);
      const limits = { maxStates: 20_000, seconds: 5 };
      const full = await simulate(scenario, { reductions: plain, limits });
      fc.pre(full.verdict !== 'incomplete');
      for (const reductions of [{ chaining: false }, { symmetry: false }, {}]) {
        const reduced = await simulate(scenario, { reductions, limits });
        expect([reduced.verdict, reduced.trace.length]).toEqual([full.verdict, full.trace.length]);
      }
    }),
    { numRuns: 8, seed: 5 },
  );
});

/** Every violation among the shipped scenarios. */
const shipped = shippedScenarios().flatMap((scenario) =>
  [...scenario.strategies.keys()].map((strategy) => ({ scenario, strategy, name: scenario.name })),
);

test.each(shipped)(
  'a replay string of $name / $strategy shows the same violation, and without any one step it shows none',
  async ({ scenario, strategy }) => {
    const found = await simulate(scenario, { strategy });
    if (found.replay === '') {
      expect(found.verdict).toBe('proved');
      return;
    }
    const { verdict, sentence, cycle, trace } = replay(found.replay);
    expect({ verdict, sentence, cycle, trace }).toEqual({
      verdict: found.verdict,
      sentence: found.sentence,
      cycle: found.cycle,
      trace: found.trace,
    });
    const steps = found.replay.indexOf('#') + 1;
    for (let at = steps; at < found.replay.length; at += 2) {
      if (found.replay[at] === '-') at++;
      const without = found.replay.slice(0, at) + found.replay.slice(at + 2);
      expect(() => replay(without), `without step ${at}`).toThrow();
    }
  },
);

test.each([
  ['nobody lets it end', '{while: x == 0, do: []}', 'deadlock'],
  ['somebody may', '{while: x == 0, do: [{choose: [[], [{unlock: m}, {lock: m}]]}]}', 'livelock'],
])('a replay string shows who waits while another goes round, and whether %s', async (_, round, verdict) => {
  const text = [
    'scenario: test',
    'strategies: {only: {}}',
    'locks: {m: {kind: mutex}}',
    'variables: {x: {max: 1}}',
    `tasks: [{name: T, do: [{lock: m}, ${round}]}, {name: U, do: [{lock: m}, {unlock: m}]}]`,
  ];
  const scenario = readScenario('test.yaml', text.join('\n'));
  const found = await simulate(scenario);
  expect([found.verdict, found.sentence]).toEqual([
    verdict,
    'T can go round for ever without getting on, while U waits.',
  ]);
  const again = replay(found.replay, scenario);
  expect([again.verdict, again.sentence]).toEqual([found.verdict, found.sentence]);
});

test.each([
  ['pool', 'depth-first'],
  ['snapshot', 'offload'],
  ['barrier', 'escape'],
  ['bcache', 'rescuer'],
])('in %s / %s a local step commutes with everything that others can do', (name, strategy) => {
  const { interpreter, model } = prepare(findScenario(name), { strategy });
  const seen = new Set<string>();
  const todo = [interpreter.initial()];
  for (const state of todo) {
    const moves = interpreter.moves(state);
    for (const [index, process] of model.machine.processes.entries()) {
      if (!interpreter.instruction(state, process).local) continue;
      const local = moves.filter((move) => move.process === index);
      expect(local).toHaveLength(1);
      const first = local[0] ?? { process: 0, alternative: 0 };
      for (const other of moves) {
        if (other.process === index) continue;
        const oneWay = interpreter.fire(interpreter.fire(state, first), other);
        expect([...oneWay]).toEqual([...interpreter.fire(interpreter.fire(state, other), first)]);
      }
    }
    for (const move of moves) {
      const next = interpreter.fire(state, move);
      const key = next.join();
      if (seen.has(key)) continue;
      seen.add(key);
      todo.push(next);
    }
  }
  expect(seen.size).toBeGreaterThan(50);
});

test('no variable leaves the range that its packed bits have', async () => {
  await fc.assert(
    fc.property(scenarioText, (text) => {
      const { interpreter, model } = prepare(readScenario('random.yaml', text), {});
      const { slots } = model.machine;
      const seen = new Set<string>();
      const todo = [interpreter.initial()];
      for (const state of todo) {
        expect(state.findIndex((value, slot) => value < 0 || value > (slots[slot]?.max ?? 0))).toBe(-1);
        if (seen.size > 1500) break;
        for (const move of interpreter.moves(state)) {
          const next = interpreter.fire(state, move);
          const key = next.join();
          if (seen.has(key)) continue;
          seen.add(key);
          todo.push(next);
        }
      }
    }),
    { numRuns: 10, seed: 3 },
  );
});

test('a search that is too large ends incomplete and names its limit', async () => {
  const parameters = { reserve: 4, pieces: 4, tasks: 3 };
  const states = await simulate('pool', {
    strategy: 'rescuer',
    parameters,
    reductions: plain,
    limits: { maxStates: 5000 },
  });
  expect([states.verdict, states.sentence]).toEqual([
    'incomplete',
    'No violation was found, but the search ended at its limit of 5000 states.',
  ]);
  const memory = await simulate('pool', {
    strategy: 'rescuer',
    parameters,
    reductions: plain,
    limits: { megabytes: 1 },
  });
  expect(memory.verdict).toBe('incomplete');
});

test('an aborted search rejects with the reason', async () => {
  const controller = new AbortController();
  const parameters = { reserve: 4, pieces: 4, tasks: 3 };
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await expect(
    simulate('pool', { strategy: 'rescuer', parameters, reductions: plain }, { signal: controller.signal }),
  ).rejects.toThrow('enough');
});

test('two tasks that allocate and free without ever waiting can go round for ever', async () => {
  const result = await simulate('flush', { strategy: 'nowait-retry' });
  expect(result.verdict).toBe('livelock');
  expect(replay(result.replay).verdict).toBe('livelock');
});

test('a proof says what it has seen', async () => {
  const { witnesses } = await simulate('pool', { strategy: 'rescuer' });
  expect(witnesses).toContainEqual({ what: 'bs is empty', seen: true });
  expect(witnesses).toContainEqual({ what: 'bios are punted to the rescuer of bs', seen: true });
});

const jumps = (round: string): string => `
scenario: jumps
strategies: {only: {}}
sets: {bs: {reserve: 2}}
devices:
  dm:
    submit:
      - {let: i = 0, max: 3}
      - {label: again}
      - choose:
          - when: i < ${round}
            do:
              - {let: i = i + 1, max: 3}
              - {alloc: clone, from: bs}
              - {chain: clone, to: bio}
              - {submit: clone, to: disk}
              - {goto: again}
          - [{end: bio}]
  disk: {leaf: true}
tasks:
  - {name: T, do: [{new: b}, {submit: b, to: dm}, {await: b}]}
`;

test.each([
  ['2', 'proved'],
  ['3', 'deadlock'],
])('a loop of label and goto that allocates up to %s clones out of two: %s', async (round, verdict) => {
  expect((await simulate(readScenario('jumps.yaml', jumps(round)), {})).verdict).toBe(verdict);
});
