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
