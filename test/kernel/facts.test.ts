import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CDocument } from '../../server/c/document.js';
import { indexFiles } from '../../server/c/index.js';
import { openParser } from '../../server/c/parser.js';
import { keptFacts } from '../../server/kernel/facts.js';
import { takeInventory } from '../../server/kernel/inventory.js';
import { hostileC } from '../c/hostile.js';
import { era, fixture, functionIn, indexOf } from './source.js';

const parser = await openParser();
const driver = fixture('shade-4.14.c');
const header = fixture('bio-4.14.h');
const caller = 'int shade_start(struct shade *s)\n{\n\treturn shade_alloc_pools(s, 16);\n}\n';

/** The text with one of its lines replaced by another of them, or something put in at random. */
const edited = fc.oneof(
  hostileC(driver),
  fc.tuple(fc.nat(), fc.nat()).map(([to, from]) => {
    const lines = driver.split('\n');
    lines[to % lines.length] = lines[from % lines.length] ?? '';
    return lines.join('\n');
  }),
);

test('after any edits the inventory is that of files nobody has seen before', () => {
  fc.assert(
    fc.property(fc.array(edited, { minLength: 1, maxLength: 4 }), (texts) => {
      const document = new CDocument(parser, 'drivers/md/shade.c', driver);
      const others = [parser.parse('include/linux/bio.h', header), parser.parse('drivers/md/start.c', caller)];
      for (const text of [...texts, driver]) {
        document.update(text);
        const fresh = indexOf({
          'drivers/md/shade.c': text,
          'include/linux/bio.h': header,
          'drivers/md/start.c': caller,
        });
        expect(takeInventory(indexFiles([document.file, ...others]), era('4.14'))).toEqual(
          takeInventory(fresh, era('4.14')),
        );
      }
      document.dispose();
    }),
    { numRuns: 40 },
  );
});

/** How often `find` is run for f() when the second file becomes another one. */
function runs(find: Parameters<typeof keptFacts>[0], second: string, changed: string): number {
  const first = parser.parse('a.c', 'int f(void) { return g(); }\n');
  let count = 0;
  const facts = keptFacts((fn, index, guess) => {
    count++;
    return find(fn, index, guess);
  });
  for (const text of [second, changed]) {
    const index = indexFiles([first, parser.parse('b.c', text)]);
    facts(functionIn(index, 'f'), index, era('4.14'));
  }
  return count;
}

const g = 'int g(void)\n{\n\treturn 1;\n}\n';

test('what did not ask for a function is kept when that changes', () => {
  expect(runs(() => null, g, g.replace('1', '2'))).toBe(1);
});

test.each([
  ['the function', (index: ReturnType<typeof indexOf>) => index.functionsNamed('g')],
  ['its callers', (index: ReturnType<typeof indexOf>) => index.callers('h')],
  ['its file', (index: ReturnType<typeof indexOf>) => index.filesAt('b.c')],
  ['all files', (index: ReturnType<typeof indexOf>) => index.files],
])('what asked for %s is not', (_, ask) => {
  expect(runs((_fn, index) => ask(index), g, g.replace('1', 'h()'))).toBe(2);
});

test('what stands outside of functions may mean anything to anybody', () => {
  expect(runs(() => null, g, `struct bio_set;\n${g}`)).toBe(2);
});
