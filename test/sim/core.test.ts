import { expect, test } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import { simulate } from '../../server/sim/simulate.js';

/** Verdict on a scenario in which the core functions follow these rules. */
async function verdict(core: string, ...sections: string[]): Promise<string> {
  const head = ['scenario: test', `core: {${core}}`, 'strategies: {only: {}}'];
  return (await simulate(readScenario('test.yaml', [...head, ...sections].join('\n')))).verdict;
}

/** The driver submits x and y to itself and z below; then whatever is handled as x waits for what y does. */
const twice = `
variables: {done: {max: 1}}
devices:
  disk: {leaf: true}
  top:
    submit:
      - if: bio.tag == 0
        then:
          - {new: x, tag: 1}
          - {chain: x, to: bio}
          - {new: y, tag: 2}
          - {chain: y, to: bio}
          - {submit: x, to: top}
          - {submit: y, to: top}
          - {end: bio}
        else:
          - if: bio.tag == 1
            then: [{wait: done == 1}, {end: bio}]
            else: [{set: done = 1}, {end: bio}]
tasks:
  - {name: T, do: [{new: b}, {submit: b, to: top}, {await: b}]}
`;

test.each([
  ['order: fifo', 'deadlock'],
  ['order: two-lists', 'deadlock'],
  ['order: remainder-first', 'proved'],
])('of two remainders the first runs first, or the last: %s', async (core, expected) => {
  expect(await verdict(core, twice)).toBe(expected);
});

/**
 * The driver parks an element of `bs` on the second list and then, from below, needs the last element: its own are on the
 * older list only.
 */
const older = `
sets: {bs: {reserve: 1, rescuer: true}}
devices:
  disk: {leaf: true}
  top:
    submit:
      - {new: below}
      - {chain: below, to: bio}
      - {alloc: front, from: bs}
      - {chain: front, to: bio}
      - {submit: below, to: middle}
      - {submit: front, to: disk}
      - {end: bio}
  middle:
    submit:
      - {alloc: clone, from: bs}
      - {chain: clone, to: bio}
      - {submit: clone, to: disk}
      - {end: bio}
tasks:
  - {name: T, do: [{new: b}, {submit: b, to: top}, {await: b}]}
`;

test.each([
  ['', 'proved'],
  ['looks: first', 'deadlock'],
  ['takes: first', 'deadlock'],
  ['looks: second', 'proved'],
  ['takes: second', 'proved'],
])('an allocation that has to punt from the older list: {%s}', async (core, expected) => {
  expect(await verdict(core, older)).toBe(expected);
});

const without = older.replace('rescuer: true', 'rescuer: false');

test.each([
  ['', 'deadlock'],
  ['unguarded: true', 'crash'],
])('a set without rescuer, on whose behalf bios are punted: {%s}', async (core, expected) => {
  expect(await verdict(core, without)).toBe(expected);
});

/** The rescuer of `lower` handles a foreign bio whose driver needs `lower`, too. */
const foreign = `
sets: {upper: {reserve: 1, rescuer: false}, lower: {reserve: 1, rescuer: true}}
devices:
  disk: {leaf: true}
  top:
    submit:
      - {alloc: other, from: upper}
      - {chain: other, to: bio}
      - {alloc: own, from: lower}
      - {chain: own, to: bio}
      - {submit: other, to: middle}
      - {submit: own, to: disk}
      - {alloc: second, from: lower}
      - {chain: second, to: bio}
      - {submit: second, to: disk}
      - {end: bio}
  middle:
    submit:
      - {alloc: clone, from: lower}
      - {chain: clone, to: bio}
      - {submit: clone, to: disk}
      - {end: bio}
tasks:
  - {name: T, do: [{new: b}, {submit: b, to: top}, {await: b}]}
`;

test.each([
  ['', 'proved'],
  ['foreign: true', 'deadlock'],
])('foreign bios in a rescuer need the set that it serves: {%s}', async (core, expected) => {
  expect(await verdict(core, foreign)).toBe(expected);
});

test('the rules of a scenario do not follow it into another era', async () => {
  const scenario = readScenario(
    'test.yaml',
    ['scenario: t', 'core: {order: remainder-first}', 'strategies: {only: {}}', twice].join('\n'),
  );
  expect((await simulate(scenario, { era: '4.14' })).verdict).toBe('deadlock');
});
