import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CDocument } from '../../server/c/document.js';
import { driver, parser } from './helpers.js';
import { hostileC } from './hostile.js';

test('applies a change at an editor position', () => {
  const document = new CDocument(parser, 'toy.c', 'int a;\nint b;\n');
  document.edit([{ range: { start: { line: 1, character: 4 }, end: { line: 1, character: 5 } }, text: 'count' }]);
  expect(document.file.variables.map((one) => one.name)).toEqual(['a', 'count']);
  document.dispose();
});

test('takes positions beyond the end as the end', () => {
  const document = new CDocument(parser, 'toy.c', 'int a;');
  document.edit([{ range: { start: { line: 9, character: 9 }, end: { line: 10, character: 0 } }, text: '\nint b;' }]);
  expect(document.text).toBe('int a;\nint b;');
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
