import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExpression, printExpression } from '../../server/model/expression.js';
import { printScenario } from '../../server/model/print.js';
import { readScenario } from '../../server/model/read.js';
import { shippedNames, shippedScenario } from '../../server/sim/shipped.js';
import { scenarioText } from '../sim/scenario-arbitrary.js';

test.each(shippedNames)('the shipped scenario %s is read back from its print', (name) => {
  const scenario = shippedScenario(name);
  expect(scenario && readScenario('printed.yaml', printScenario(scenario))).toEqual(scenario);
});

test('any scenario is read back from its print, in which every line fits', () => {
  fc.assert(
    fc.property(scenarioText, (text) => {
      const scenario = readScenario('random.yaml', text);
      const printed = printScenario(scenario);
      expect(readScenario('printed.yaml', printed)).toEqual(scenario);
      expect(printed.split('\n').filter((line) => line.length > 120)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('rules of the core functions are read back', () => {
  const core =
    '{order: fifo, looks: first, unguarded: true, takes: second, foreign: true, flushes: none, nullSetFatal: true}';
  const scenario = readScenario('s.yaml', `scenario: s\ncore: ${core}\nstrategies: {only: {}}\n`);
  expect(scenario.core).toEqual({
    order: 'fifo',
    looks: 'first',
    unguarded: true,
    takes: 'second',
    foreign: true,
    flushes: 'none',
    nullSetFatal: true,
  });
  expect(readScenario('printed.yaml', printScenario(scenario))).toEqual(scenario);
});

/** Texts that YAML could take for something else. */
const awkward = fc.oneof(
  fc.constantFrom(
    'true',
    'no',
    '4.10',
    '0x1f',
    '~',
    '- x',
    'a: b',
    '# c',
    '{',
    '%element',
    '`',
    ' x',
    "it's",
    'a\nb',
    '*p',
  ),
  fc.string({ minLength: 1 }),
);

test('names and texts are read back whatever is in them', () => {
  fc.assert(
    fc.property(awkward, awkward, awkward, (title, at, lock) => {
      const scenario = {
        ...readScenario('s.yaml', 'scenario: s\nstrategies: {only: {}}\n'),
        title,
        locks: new Map([[lock, { kind: 'mutex', count: parseExpression('1') } as const]]),
        reclaim: [{ do: 'lock', at, lock, mode: 'write' } as const],
      };
      expect(readScenario('printed.yaml', printScenario(scenario))).toEqual(scenario);
    }),
  );
});

test('small steps stand on a line, nested ones below each other', () => {
  const text = `# From dm.c.

scenario: s
title: small
era: "4.14"

options:
  rescuer: false

strategies:
  only: { with: { rescuer: true } }

sets:
  bs: { reserve: 2, rescuer: rescuer }

devices:
  dm:
    submit:
      - repeat: 3
        do:
          - { alloc: clone, from: bs, at: alloc_tio() }
          - { submit: clone, to: disk }
      - { end: bio }
  disk: { leaf: true }

tasks:
  - name: T
    do:
      - { wait: x == 0, for: nobody }
`;
  expect(printScenario(readScenario('s.yaml', text), 'From dm.c.')).toBe(text);
});

test.each(['!(a + b) * c', 'a - (b - c)', 'a - b - c', '(a || b) && c == d', '!!x.left < 1 + 2 * n', '!(a == 1)'])(
  '%s is printed without a parenthesis too many',
  (text) => {
    expect(printExpression(parseExpression(text))).toBe(text);
  },
);
