import { expect, test } from 'vitest';
import { submissionEra } from '../../server/model/era.js';
import { constantValue, parseExpression } from '../../server/model/expression.js';
import { readScenario } from '../../server/model/read.js';
import { prepare } from '../../server/sim/prepare.js';
import { UserError } from '../../server/text.js';

function mistake(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

const head = 'scenario: s\nstrategies: {only: {}}\n';

test.each([
  ['unknown key', `${head}device: {}\n`, 's.yaml:3:1: unknown key "device": expected one of '],
  [
    'unknown step',
    `${head}devices:\n  d:\n    submit:\n      - {allocate: b}\n`,
    's.yaml:6:9: unknown step "allocate": expected one of alloc, ',
  ],
  [
    'key of another step',
    `${head}devices:\n  d:\n    submit:\n      - {submit: b, from: d}\n`,
    's.yaml:6:21: unknown key "from": expected one of submit, to, at',
  ],
  ['value that is missing', `${head}sets:\n  bs: {rescuer: true}\n`, 's.yaml:4:7: reserve is missing: expected a text'],
  ['bad expression', `${head}sets:\n  bs: {reserve: 2 +}\n`, 's.yaml:4:17: "2 +": something is missing at the end'],
  [
    'wrong kind',
    `${head}locks: {l: {kind: lock}}\n`,
    's.yaml:3:19: kind: expected one of mutex, rwsem, spinlock, semaphore',
  ],
  [
    'a set that does not exist',
    `${head}sets: {bs: {reserve: 1}}\nreclaim: [{alloc: b, from: bss}]\n`,
    's.yaml:4:28: from: "bss" is not in sets: expected one of bs',
  ],
  [
    'a device where there are none',
    `${head}reclaim: [{new: b}, {submit: b, to: disk}]\n`,
    's.yaml:3:37: to: "disk" is not in devices: there are no devices',
  ],
  [
    'a work on a queue that does not exist',
    `${head}queues: {wq: {}}\nworks: {w: {queue: kw, do: []}}\n`,
    's.yaml:4:20: queue: "kw" is not in queues: expected one of wq',
  ],
  [
    'an alias',
    `${head}tasks:\n  - {name: T, do: &steps []}\n  - {name: U, do: *steps}\n`,
    's.yaml:5:19: do: expected a list, not an alias of one elsewhere',
  ],
  [
    'an endless expression',
    `${head}pools: {p: 1${' + 1'.repeat(1000)}}\n`,
    's.yaml:3:12: an expression of 2001 numbers, names and operators: expected at most 2000',
  ],
  ['broken YAML', 'scenario: [\n', 's.yaml:2:1: '],
])('a scenario with an error says where: %s', (_, text, message) => {
  expect(() => readScenario('s.yaml', text)).toThrow(message);
});

test('independent mistakes are reported together, in the order of the file', () => {
  const text = `scenario: s
strategies: {only: {expect: stuck}}
sets:
  bs: {rescuer: true}
  other: {reserve: 2 +}
devices:
  dm:
    submit:
      - {allocate: b}
      - {repeat: 2, do: [{submit: bio, to: disc}, {unlock: m}]}
  disk: {leef: true, inFlite: 1}
task: []
`;
  expect(() => readScenario('s.yaml', text)).toThrow(
    [
      's.yaml:2:29: "stuck": expected "VERDICT" or "VERDICT if CONDITION" with one of proved, deadlock, crash, livelock, leak',
      's.yaml:4:7: reserve is missing: expected a text',
      's.yaml:5:20: "2 +": something is missing at the end',
      's.yaml:9:9: unknown step "allocate": expected one of ',
    ].join('\n'),
  );
  const places = /^s\.yaml:\d+:\d+/gm;
  const message = String(mistake(() => readScenario('s.yaml', text)));
  expect(message.match(places)).toEqual(
    ['2:29', '4:7', '5:20', '9:9', '10:44', '10:60', '11:10', '11:22', '12:1'].map((place) => `s.yaml:${place}`),
  );
});

test('several mistakes in the YAML are reported together', () => {
  const text = 'scenario: s\nscenario: t\nera: "4.14"\nera: "4.10"\n';
  expect(() => readScenario('s.yaml', text)).toThrow(/^s\.yaml:2:1: Map keys must be unique.*\ns\.yaml:4:1: /);
});

test.each([
  ['a bio that was not allocated', '{submit: b, to: disk}', 'T: no bio is called "b"'],
  ['a variable that does not exist', '{wait: x > 0}', 'T: no variable is called "x"'],
])('a program that uses %s', (_, steps, message) => {
  const scenario = readScenario('s.yaml', `${head}devices: {disk: {leaf: true}}\ntasks: [{name: T, do: [${steps}]}]\n`);
  expect(() => prepare(scenario, {})).toThrow(message);
});

test.each([
  ['sets: {bs: {reserve: 100000000}}', 'the model has more than 1000 bios; make the scenario smaller'],
  [
    'tasks: [{name: T, count: 1000000, do: []}]',
    'the model has more than 64 processes of one kind: the count of task T is 1000000',
  ],
])('a scenario that is far too large is refused: %s', (section, message) => {
  expect(() => prepare(readScenario('s.yaml', `${head}${section}\n`), {})).toThrow(message);
});

test('a daemon that does nothing is a mistake, not a crash', () => {
  const scenario = readScenario('s.yaml', `${head}tasks: [{name: md, daemon: true, do: []}]\n`);
  expect(() => prepare(scenario, {})).toThrow(
    new UserError('md: goes round for ever without a step; give its loop an end or a wait'),
  );
});

test.each([
  ['locks: {s: {kind: semaphore, count: 9, max: 6}}', 's.count begins at 9, which is not in its range from 0 to 6'],
  ['variables: {v: {initial: 0 - 1}}', 'v begins at -1, which is not in its range from 0 to 15'],
  ['variables: {v: {initial: 16}}', 'v begins at 16, which is not in its range from 0 to 15'],
])('a value that begins outside its range is a mistake: %s', (section, message) => {
  const text = `${head}${section}\ntasks: [{name: T, do: []}]\n`;
  expect(() => prepare(readScenario('s.yaml', text), {})).toThrow(new UserError(message));
});

test('expressions bind as in C', () => {
  const constants = new Map([
    ['tasks', 3],
    ['pieces', 2],
    ['reserve', 4],
  ]);
  const value = (text: string): number | null => constantValue(parseExpression(text), constants);
  expect(value('tasks * (pieces - 1) >= reserve || pieces == 2 && tasks != 3')).toBe(0);
  expect(value('1 + 2 * 3 - 4')).toBe(3);
  expect(value('!tasks')).toBe(0);
  expect(value('unknown + 1')).toBeNull();
});

test.each([
  ['3.9', { order: 'fifo', rescuers: false }],
  ['v4.10.3', { order: 'fifo', rescuers: true }],
  ['C', { order: 'two-lists', flatMq: false }],
  ['5.12', { order: 'two-lists', flatMq: true, nullSetFatal: true }],
  ['6.2', { perCpuCache: false }],
])('the era %s', (text, expected) => {
  expect(submissionEra(text)).toMatchObject(expected);
});

test('an era that is no version', () => {
  expect(() => submissionEra('new')).toThrow(
    'era "new": expected a kernel version such as 4.14, or a letter from A to J',
  );
});
