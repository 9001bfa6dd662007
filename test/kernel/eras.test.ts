import { expect, test } from 'vitest';
import { eraOfVersion, eras, recogniseEra } from '../../server/kernel/eras.js';
import { indexOf, indexOfFixtures } from './source.js';

test('the eras cover every version once, oldest first', () => {
  const starts = eras.map(({ from }) => from);
  expect(starts[0]).toBeNull();
  expect(eras.at(-1)?.to).toBeNull();
  for (const [at, era] of eras.slice(1).entries()) {
    const [major = 0, minor = 0] = (eras[at]?.to ?? '').split('.').map(Number);
    expect([`${major}.${minor + 1}`, `${major + 1}.0`]).toContain(era.from);
  }
});

test.each([
  ['2.6.37', 'A'],
  ['3.9.6', 'A'],
  ['3.10', 'B'],
  ['3.18.20', 'B2'],
  ['4.10', 'B2'],
  ['4.12', 'C'],
  ['v4.14.177', 'D'],
  ['4.20', 'E'],
  ['5.9.1', 'F'],
  ['5.14-rc5', 'G'],
  ['5.15.119', 'H'],
  ['5.19', 'I'],
  ['6.12', 'J'],
  ['7.3', 'J'],
])('%s is of era %s', (version, id) => {
  expect(eraOfVersion(version)?.id).toBe(id);
});

test('a word that is no version has no era', () => {
  expect(eraOfVersion('latest')).toBeNull();
});

test.each([
  ['bio-3.9.h', 'A'],
  ['bio-3.10.h', 'B'],
  ['bio-4.14.h', 'D'],
  ['bio-5.4.h', 'E'],
  ['bio-5.12.h', 'G'],
  ['bio-6.0.h', 'J'],
])('a header like %s is recognised as era %s', (name, id) => {
  const guess = recogniseEra(indexOfFixtures({ 'include/linux/bio.h': name }));
  expect(guess.era?.id).toBe(id);
  expect(guess.evidence).toContain('include/linux/bio.h');
});

test.each([
  ['one-list.c', 'B2'],
  ['two-lists.c', 'C'],
])('%s shows whether a tree with bioset_create_nobvec() is before 4.11', (name, id) => {
  const fixtures = { 'include/linux/bio.h': 'bio-4.3.h', 'block/blk-core.c': name };
  expect(recogniseEra(indexOfFixtures(fixtures)).era?.id).toBe(id);
});

test('declarations outweigh the version number, and the report says so', () => {
  const guess = recogniseEra(indexOfFixtures({ 'include/linux/bio.h': 'bio-4.14.h' }), '3.10.0');
  expect(guess.era?.id).toBe('D');
  expect(guess.version).toBe('3.10.0');
  expect(guess.evidence).toContain('kernel version 3.10.0 would be era B');
});

test('the version outweighs a single call', () => {
  const index = indexOf({ 'a.c': 'void f(struct bio *b)\n{\n\tsubmit_bio_noacct(b);\n}\n' });
  expect(recogniseEra(index, '4.14').era?.id).toBe('D');
});

test('a call alone leaves a choice, which is said', () => {
  const guess = recogniseEra(indexOf({ 'a.c': 'void f(void)\n{\n\tx->bs = bioset_create(4, 0);\n}\n' }));
  expect(guess.era?.id).toBe('C');
  expect(guess.evidence).toContain('A, B, B2, C fit equally, the latest is assumed');
});

test('a third argument of bioset_create() is enough', () => {
  const guess = recogniseEra(indexOf({ 'a.c': 'void f(void)\n{\n\tx->bs = bioset_create(4, 0, 0);\n}\n' }));
  expect(guess).toEqual({
    era: eraOfVersion('4.14'),
    version: null,
    evidence: 'call of bioset_create() with 3 arguments in a.c',
  });
});

test('code without bios has no era', () => {
  expect(recogniseEra(indexOf({ 'a.c': 'int f(void)\n{\n\treturn 0;\n}\n' })).era).toBeNull();
});
