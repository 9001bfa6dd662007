import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mask } from '../../server/c/mask.js';
import { remask } from '../../server/c/remask.js';
import { driver } from './helpers.js';

const pieces = [
  'x',
  ';',
  '\n',
  '\tstep();\n',
  '}',
  '{',
  '(',
  ')',
  '/*',
  '*/',
  '"',
  "'",
  '//',
  '#if 0\n',
  '#endif\n',
  '\n}\n',
  '\\',
];

test('masking a part equals masking the whole', () => {
  const old = mask(driver);
  fc.assert(
    fc.property(fc.nat(driver.length), fc.nat(20), fc.constantFrom('', ...pieces), (at, length, piece) => {
      const text = driver.slice(0, at) + piece + driver.slice(at + length);
      const part = remask(driver, old, text);
      if (part) expect(part.masked).toEqual(mask(text));
    }),
    { numRuns: 500 },
  );
});

const three =
  'int f(void)\n{\n\treturn 1;\n}\nint g(void)\n{\n\treturn 2;\n}\n#define H 3\nint h(void)\n{\n\treturn H;\n}\n';

test.each([
  ['a statement is added', 'return 2', 'step();\n\treturn 2', true],
  ['a block is opened and closed', 'return 2;', 'if (now) { step(); }', true],
  ['a bracket stays open', 'return 2;', 'step(', false],
  ['a comment stays open', 'return 2;', '/* return 2;', false],
  ['a directive is written', 'return 2;', 'return\n#define H 4\n2;', false],
  ['the head changes', 'int g', 'long g', false],
  ['the edit is in a directive', 'H 3', 'H 4', false],
])('%s: a part is enough or not', (_, from, to, enough) => {
  const text = three.replace(from, to);
  const part = remask(three, mask(three), text);
  expect(part !== null).toBe(enough);
  if (part) expect(part.masked).toEqual(mask(text));
});

test('a conditional around the function is read anew', () => {
  const around = `#if A\n${three}#endif\n`;
  expect(remask(around, mask(around), around.replace('return 2', 'return 4'))).toBeNull();
});
