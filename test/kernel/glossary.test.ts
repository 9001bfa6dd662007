import { expect, test } from 'vitest';
import { eraOfVersion, eras, inEras } from '../../server/kernel/eras.js';
import { entryText, explain, glossaryNames } from '../../server/kernel/glossary.js';

test('there are at least sixty entries', () => {
  expect(glossaryNames().length).toBeGreaterThanOrEqual(60);
});

test.each(glossaryNames())('%s is complete, and what it refers to exists', (name) => {
  const entry = explain(name, null);
  for (const text of [entry?.kind, entry?.is, entry?.rule, entry?.source]) expect(text).toMatch(/\S/);
  expect(glossaryNames()).toEqual(expect.arrayContaining([...(entry?.see ?? [])]));
});

test.each(glossaryNames())('%s says at most one thing more about an era', (name) => {
  for (const era of eras) expect(explain(name, era)?.eras.length).toBeLessThanOrEqual(1);
});

test.each([
  ['3.9', 'does not exist'],
  ['4.10', 'every bio_set has a rescuer'],
  ['4.13', 'drbd_io_bio_set'],
  ['5.4', "bcache's d->bio_split and c->bio_split only"],
  ['6.12', 'd->bio_detached'],
])('BIOSET_NEED_RESCUER in %s names its users', (version, words) => {
  const entry = explain('BIOSET_NEED_RESCUER', eraOfVersion(version));
  expect(entry?.eras.map(({ text }) => text).join()).toContain(words);
});

test('without an era all variants are told, with their kernels', () => {
  const kernels = explain('bioset_create', null)?.eras.map((variant) => variant.kernels);
  expect(kernels).toEqual(['up to 3.9', '3.10 to 4.12', '4.13 to 4.17', '4.18 and later']);
});

test('an unknown name has no entry', () => {
  expect(explain('schedule_timeout', null)).toBeNull();
  expect(explain('constructor', null)).toBeNull();
});

test('an entry as text', () => {
  const entry = explain('bioset_create_nobvec', eraOfVersion('4.14'));
  expect(entry && entryText(entry)).toBe(
    [
      'bioset_create_nobvec - function',
      'bioset_create() without a bvec pool, for sets used only with bio_clone_fast() and bio_split().',
      '4.13 and later: Gone; leave out BIOSET_NEED_BVECS instead.',
      'Review: Allocating with nr_iovecs > 0 from such a set warns and returns NULL.',
      'See also: BIOSET_NEED_BVECS, bioset_create',
      'Source: block/bio.c, 3.18 to 4.12',
      '',
    ].join('\n'),
  );
});

test('a span with an unknown era is a mistake in the data', () => {
  const [first] = eras;
  expect(() => first && inEras('A..Z', first)).toThrow(RangeError);
});
