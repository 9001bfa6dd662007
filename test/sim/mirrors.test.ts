import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import type { Scenario } from '../../server/model/scenario.js';
import { mirrorsOf } from '../../server/sim/mirrors.js';
import { prepare } from '../../server/sim/prepare.js';
import { replay, simulate } from '../../server/sim/simulate.js';
import { twinsText } from './twins-arbitrary.js';

const head = 'scenario: twins\nstrategies: {only: {}}\n';
const read = (text: string): Scenario => readScenario('twins.yaml', head + text);
const mirrors = (text: string): number => mirrorsOf(prepare(read(text), {})).length;

const stacks = (names: string, pieces = 2): string => `
sets: {${[...names].map((n) => `bs${n}: {reserve: 2}`).join(', ')}}
devices: {${[...names]
  .map(
    (n) => `
  dm${n}: {submit: [{repeat: ${pieces}, do: [{alloc: c, from: bs${n}}, {chain: c, to: bio}, {submit: c, to: disk${n}}]}, {end: bio}]},
  disk${n}: {leaf: true}`,
  )
  .join(',')}}
tasks:${[...names].map((n) => `\n  - {name: T${n}, do: [{new: b}, {submit: b, to: dm${n}}, {await: b}]}`).join('')}
`;

test('stacks that are the same but for names can change places', () => {
  expect(mirrors(stacks('A'))).toBe(0);
  expect(mirrors(stacks('AB'))).toBe(1);
  expect(mirrors(stacks('ABC'))).toBe(5);
});

test('leaves between which a driver chooses freely can change places, even if it names one of them first', () => {
  const balance = (ways: string): string =>
    `devices: {md: {submit: [${ways}]}, a: {leaf: true}, b: {leaf: true}}\ntasks: [{name: T, do: [{new: r}, {submit: r, to: md}, {await: r}]}]`;
  expect(mirrors(balance('{choose: [[{submit: bio, to: a}], [{submit: bio, to: b}]]}'))).toBe(1);
  expect(mirrors(balance('{new: n}, {chain: n, to: bio}, {submit: n, to: a}, {submit: bio, to: b}'))).toBe(0);
});

test('what differs cannot change places', () => {
  const [first = '', ...rest] = stacks('AB').split('bsB: {reserve: 2}');
  expect(mirrors(`${first}bsB: {reserve: 3}${rest.join('')}`)).toBe(0);
  expect(mirrors(stacks('AB').replace('{await: b}]}', ']}'))).toBe(0);
});

test.each([
  ['AB', 1.9],
  ['ABC', 5],
])('of states that are the same but for stacks %s nearly one in %f is kept', async (names, factor) => {
  const scenario = read(stacks(names));
  const full = await simulate(scenario, { reductions: { symmetry: false } });
  const reduced = await simulate(scenario);
  expect([full.verdict, reduced.verdict]).toEqual(['proved', 'proved']);
  expect(full.states / reduced.states).toBeGreaterThan(factor);
});

test('what can happen in a mirror is the mirror of what can happen', () => {
  for (const text of fc.sample(twinsText, { numRuns: 6, seed: 9 })) {
    const prepared = prepare(readScenario('twins.yaml', text), {});
    const { interpreter } = prepared;
    const [mirror] = mirrorsOf(prepared);
    const seen = (state: Int32Array): string =>
      state
        .map((_, slot) => {
          const value = state[mirror?.from[slot] ?? 0] ?? 0;
          return mirror?.values[slot]?.[value] ?? value;
        })
        .join();
    const after = (state: Int32Array): Int32Array[] =>
      interpreter.moves(state).map((move) => interpreter.fire(state, move));
    const todo = [interpreter.initial()];
    const known = new Set(todo.map(String));
    expect(todo.map(seen)).toEqual(todo.map(String));
    for (const state of todo) {
      if (known.size > 400) break;
      const mirrored = Int32Array.from(seen(state).split(','), Number);
      expect(after(state).map(seen).sort()).toEqual(after(mirrored).map(String).sort());
      for (const next of after(state)) {
        if (known.has(String(next))) continue;
        known.add(String(next));
        todo.push(next);
      }
    }
  }
});

test('what is seen of one device counts for the others', async () => {
  const driver = (set: string): string => `{submit: [{alloc: c, from: ${set}}, {free: c}, {end: bio}]}`;
  const { witnesses } = await simulate(
    read(`
sets: {one: {reserve: 1}, two: {reserve: 1}}
devices: {md: {submit: [{choose: [[{submit: bio, to: a}], [{submit: bio, to: b}]]}]}, a: ${driver('one')}, b: ${driver('two')}}
tasks: [{name: T, do: [{new: r}, {submit: r, to: md}, {await: r}]}]`),
  );
  expect(witnesses.map(({ what }) => what)).toContain('two is empty');
  expect(witnesses.filter(({ seen }) => !seen)).toEqual([]);
});

test('a violation of one of two stacks is replayed', async () => {
  const result = await simulate(read(stacks('AB', 3)));
  expect(result.verdict).toBe('deadlock');
  expect(replay(result.replay, read(stacks('AB', 3))).sentence).toBe(result.sentence);
});

test('mirrors change neither verdict nor the length of the shortest trace', async () => {
  let mirrored = 0;
  await fc.assert(
    fc.asyncProperty(twinsText, async (text) => {
      const scenario = readScenario('twins.yaml', text);
      mirrored += mirrorsOf(prepare(scenario, {})).length;
      const limits = { maxStates: 20_000, seconds: 5 };
      const full = await simulate(scenario, { reductions: { symmetry: false, chaining: false }, limits });
      fc.pre(full.verdict !== 'incomplete');
      for (const reductions of [{ chaining: false }, {}]) {
        const reduced = await simulate(scenario, { reductions, limits });
        expect([reduced.verdict, reduced.trace.length]).toEqual([full.verdict, full.trace.length]);
      }
    }),
    { numRuns: 12, seed: 2 },
  );
  expect(mirrored).toBeGreaterThan(6);
});
