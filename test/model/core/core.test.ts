import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { indexFiles } from '../../../server/c/index.js';
import { openParser } from '../../../server/c/parser.js';
import { coreOf } from '../../../server/model/core/core.js';
import { compareCore, differences, rulesOf } from '../../../server/model/core/rules.js';
import type { CoreSemantics } from '../../../server/model/core/semantics.js';

const parser = await openParser();
const text = (name: string): string => readFileSync(new URL(`../../fixtures/core/${name}.c`, import.meta.url), 'utf8');

/** What the core functions of some fixtures do; `edit` changes their text first. */
function core(names: readonly string[], edit: (text: string) => string = (same) => same): CoreSemantics {
  return coreOf(indexFiles(names.map((name) => parser.parse(`block/${name}.c`, edit(text(name))))));
}

const seenOf = (found: CoreSemantics[keyof CoreSemantics]): unknown => ('value' in found ? found.value : found.kind);

test.each([
  ['fifo', 'fifo'],
  ['two-lists', 'two-lists'],
])('the order in which bios reach their devices is observed: %s', (name, order) => {
  expect(seenOf(core([name]).order)).toBe(order);
});

test('an order that no rule describes is not understood, and says which it is', () => {
  const swapped = core(['two-lists'], (code) => code.replace('&lists[0], &down', '&lists[0], &lists[1]'));
  expect(swapped.order).toMatchObject({ kind: 'not understood', place: { function: 'generic_make_request' } });
  expect(rulesOf(swapped, '4.14').uncovered).toHaveLength(1);
});

test('an allocation tries first where bios are parked and the set has a rescuer', () => {
  expect(seenOf(core(['alloc', 'two-lists']).dance)).toEqual({ looks: 'both', always: false });
});

test('without the test of the rescuer it tries first for every set', () => {
  const made = core(['alloc', 'two-lists'], (code) => code.replace(' &&\n\t\t    bs->rescue_workqueue', ''));
  expect(seenOf(made.dance)).toEqual({ looks: 'both', always: true });
});

test('a punt takes the bios of its set from both lists, and nothing without a rescuer', () => {
  expect(seenOf(core(['alloc', 'two-lists']).punt)).toEqual({ takes: 'both', foreign: false, without: 'returns' });
});

test('a punt that tests nothing queues on NULL', () => {
  const guard = /\tif \(WARN_ON_ONCE\(!bs->rescue_workqueue\)\)\n\t\treturn;\n/;
  const made = core(['alloc', 'two-lists'], (code) => code.replace(guard, ''));
  expect(seenOf(made.punt)).toEqual({ takes: 'both', foreign: false, without: 'queues on NULL' });
});

test('a set that is NULL means kmalloc() where the code says so', () => {
  expect(seenOf(core(['alloc', 'two-lists']).missing)).toBe('kmalloc');
});

test('the rescuer handles one bio after the other', () => {
  expect(seenOf(core(['alloc', 'two-lists']).rescue)).toBe('one at a time');
});

test('what the files do not show is not in view', () => {
  expect(core(['fifo']).dance).toEqual({ kind: 'not in view' });
});

test('code that does what the simulator has built in agrees with it', () => {
  const compared = compareCore(core(['alloc', 'two-lists']), '4.14');
  expect(compared.filter(({ status }) => status === 'different' || status === 'not understood')).toEqual([]);
  expect(compared.filter(({ status }) => status === 'same').map(({ part }) => part)).toEqual(
    expect.arrayContaining(['order', 'dance', 'missing', 'punt', 'rescue']),
  );
});

test('code that does something else overrides what is built in', () => {
  expect(rulesOf(core(['fifo', 'alloc']), '4.14').rules).toMatchObject({ order: 'fifo' });
});

test('two states differ in the parts that do something else', () => {
  const before = core(['alloc', 'two-lists']);
  const after = core(['alloc', 'two-lists'], (code) => code.replace('!bs->rescue_workqueue', '!bs'));
  expect(differences(before, before)).toEqual([]);
  expect(differences(before, after)).toMatchObject([{ part: 'punt', understood: true }]);
});
