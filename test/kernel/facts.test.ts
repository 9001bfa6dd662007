import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CDocument } from '../../server/c/document.js';
import { type CIndex, indexFiles } from '../../server/c/index.js';
import { openParser } from '../../server/c/parser.js';
import type { CFile, CFunction } from '../../server/c/types.js';
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
      let index: CIndex | null = null;
      const others = [parser.parse('include/linux/bio.h', header), parser.parse('drivers/md/start.c', caller)];
      for (const text of [...texts, driver]) {
        document.update(text);
        const fresh = indexOf({
          'drivers/md/shade.c': text,
          'include/linux/bio.h': header,
          'drivers/md/start.c': caller,
        });
        index = indexFiles([document.file, ...others], index);
        expect(takeInventory(index, era('4.14'))).toEqual(takeInventory(fresh, era('4.14')));
      }
      document.dispose();
    }),
    { numRuns: 40 },
  );
});

/** How often `find` is run for f() when the second file becomes another one, and its index goes on from that of the first or not. */
function runs(
  find: (fn: CFunction, index: CIndex) => unknown,
  second: string,
  changed: string,
  goesOn: boolean,
): number {
  const first = parser.parse('a.c', 'int f(void) { return g(); }\n');
  let count = 0;
  const facts = keptFacts((fn: CFunction, index) => {
    count++;
    return find(fn, index);
  });
  let before: CIndex | null = null;
  for (const text of [second, changed]) {
    const index = indexFiles([first, parser.parse('b.c', text)], goesOn ? before : null);
    before = index;
    facts(functionIn(index, 'f'), index, era('4.14'));
  }
  return count;
}

const g = 'int g(void)\n{\n\treturn 1;\n}\n';

describe.each([true, false])('whether the index goes on from the one before (%s) or not', (goesOn) => {
  test('what did not ask for a function is kept when that changes', () => {
    expect(runs(() => null, g, g.replace('1', '2'), goesOn)).toBe(1);
  });

  test.each([
    ['the function', (index: CIndex) => index.functionsNamed('g')],
    ['its callers', (index: CIndex) => index.callers('h')],
    ['its file', (index: CIndex) => index.filesAt('b.c')],
    ['all files', (index: CIndex) => index.files],
  ])('what asked for %s is not', (_, ask) => {
    expect(runs((_fn, index) => ask(index), g, g.replace('1', 'h()'), goesOn)).toBe(2);
  });

  test('what stands outside of functions may mean anything to anybody', () => {
    expect(runs(() => null, g, `struct bio_set;\n${g}`, goesOn)).toBe(2);
  });
});

test('what a file says rests on what its functions asked, whenever that was', () => {
  const length = (name: string, index: CIndex) => index.functionsNamed(name)[0]?.body?.length;
  const ofFunction = keptFacts(({ name }: CFunction, index) => length(name === 'f' ? 'g' : 'h', index));
  const ofFile = keptFacts((file: CFile, index, guess) => file.functions.map((fn) => ofFunction(fn, index, guess)));
  const first = parser.parse('a.c', 'int f(void) { return g(); }\nint k(void) { return h(); }\n');
  const h = g.replace('int g', 'int h');
  const longer = (text: string) => text.replace('return', 'step(); return');
  // In files of their own: one that is moved by an edit of the other is not the same function any more.
  const [ofG, longG] = [g, longer(g)].map((text) => parser.parse('g.c', text));
  const [ofH, longH] = [h, longer(h)].map((text) => parser.parse('h.c', text));
  let index: CIndex | null = null;
  const states = [
    [ofG, ofH],
    [ofG, longH],
    [longG, longH],
  ] as const;
  const seen = states.map((others) => {
    index = indexFiles([first, ...others.flatMap((file) => file ?? [])], index);
    return ofFile(first, index, era('4.14'));
  });
  expect(seen).toEqual([
    [1, 1],
    [1, 2],
    [2, 2],
  ]);
});
