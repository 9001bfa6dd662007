import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CDocument } from '../../server/c/document.js';
import { driver, parser } from './helpers.js';
import { hostileC } from './hostile.js';

test('follows the text', () => {
  const document = new CDocument(parser, 'toy.c', 'int a;\nint b;\n');
  document.update('int a;\nint count;\n');
  expect(document.text).toBe('int a;\nint count;\n');
  expect(document.file.variables.map((one) => one.name)).toEqual(['a', 'count']);
  document.dispose();
});

test('an incremental parse equals a fresh one', () => {
  fc.assert(
    fc.property(fc.array(hostileC(driver), { minLength: 1, maxLength: 2 }), (texts) => {
      const document = new CDocument(parser, 'toy.c', driver);
      for (const text of [...texts, driver]) {
        document.update(text);
        expect(document.file).toEqual(parser.parse('toy.c', text));
      }
      document.dispose();
    }),
    { numRuns: 15 },
  );
});

const three = 'int f(void) { return 1; }\nint g(void)\n{\n\treturn 2;\n}\nint h(void) { return 3; }\n';

test('functions that an edit leaves where they are are not read again', () => {
  const document = new CDocument(parser, 'toy.c', three);
  const [f, g, h] = document.file.functions;
  document.update(three.replace('return 2', 'return 20'));
  expect(document.file.functions.map((fn) => [f, g, h].includes(fn))).toEqual([true, false, true]);
  document.update(three.replace('\treturn 2', '\tdo_it();\n\treturn 2'));
  expect(document.file.functions.map((fn) => [f, g, h].includes(fn))).toEqual([true, false, false]);
  document.dispose();
});

test.each([
  ['a comment begins before them', (text: string) => text.replace('int g', '/* int g')],
  ['they end up on the line of the edit', (text: string) => text.replace('3; }\n', '3; } int i(void) { return 4; }\n')],
  ['a macro changes what they say', (text: string) => text.replace('int f', '#define void int\nint f')],
  ['a conditional takes them out', (text: string) => text.replace('int g', '#if 0\nint g')],
])('they are when %s', (_, edit) => {
  const document = new CDocument(parser, 'toy.c', three);
  expect(document.file.functions).toHaveLength(3);
  for (const text of [edit(three), three]) {
    document.update(text);
    expect(document.file).toEqual(parser.parse('toy.c', text));
  }
  document.dispose();
});
