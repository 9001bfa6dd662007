import { expect, test } from 'vitest';
import { eraOfVersion, eras, recogniseEra } from '../../server/kernel/eras.js';
import { fixture, indexOf } from './source.js';

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

const rescuer = 'struct bio_list rescue_list; struct workqueue_struct *rescue_workqueue;';
const declarations = {
  'a set without rescuer': 'struct bio_set { unsigned int front_pad; };',
  'a set with rescuer': `struct bio_set { unsigned int front_pad; ${rescuer} };`,
  'a set with back_pad': `struct bio_set { unsigned int back_pad; ${rescuer} };`,
  'bioset_create(2)': 'extern struct bio_set *bioset_create(unsigned int, unsigned int);',
  'bioset_create(3)': 'extern struct bio_set *bioset_create(unsigned int, unsigned int, int flags);',
  bioset_create_nobvec: 'extern struct bio_set *bioset_create_nobvec(unsigned int, unsigned int);',
  bioset_init: 'extern int bioset_init(struct bio_set *, unsigned int, unsigned int, int flags);',
  flags: 'enum { BIOSET_NEED_BVECS = BIT(0), BIOSET_NEED_RESCUER = BIT(1), };',
  'flags with cache': 'enum { BIOSET_NEED_RESCUER = BIT(1), BIOSET_PERCPU_CACHE = BIT(2), };',
  generic_make_request: 'extern blk_qc_t generic_make_request(struct bio *bio);',
  submit_bio_noacct: 'blk_qc_t submit_bio_noacct(struct bio *bio);',
  'bio_alloc_bioset(3)': 'struct bio *bio_alloc_bioset(gfp_t gfp, unsigned short nr_iovecs, struct bio_set *bs);',
  bio_alloc_clone: 'struct bio *bio_alloc_clone(struct block_device *, struct bio *, gfp_t, struct bio_set *);',
  'blk_queue_split(1)': 'void blk_queue_split(struct bio **);',
  bio_split_to_limits: 'struct bio *bio_split_to_limits(struct bio *bio);',
} as const;
type Declaration = keyof typeof declarations;

/** Parses a bio.h with these declarations, and other fixtures beside it. */
function header(names: readonly Declaration[], others: Readonly<Record<string, string>> = {}) {
  const text = names.map((name) => declarations[name]).join('\n');
  const files = Object.entries(others).map(([path, name]) => [path, fixture(name)]);
  return indexOf({ 'include/linux/bio.h': `${text}\n`, ...Object.fromEntries(files) });
}

const headers: readonly [string, readonly Declaration[]][] = [
  ['A', ['a set without rescuer', 'bioset_create(2)']],
  ['B', ['a set with rescuer', 'bioset_create(2)']],
  ['D', ['a set with rescuer', 'bioset_create(3)', 'flags']],
  ['E', ['a set with rescuer', 'bioset_init', 'flags', 'generic_make_request']],
  ['F', ['a set with rescuer', 'bioset_init', 'flags', 'submit_bio_noacct']],
  ['G', ['a set with back_pad', 'bioset_init', 'flags', 'submit_bio_noacct']],
  ['H', ['a set with back_pad', 'flags with cache', 'blk_queue_split(1)', 'bio_alloc_bioset(3)']],
  ['I', ['a set with back_pad', 'flags with cache', 'blk_queue_split(1)', 'bio_alloc_clone']],
  ['J', ['a set with back_pad', 'flags with cache', 'bio_alloc_clone', 'bio_split_to_limits']],
];

test.each(headers)('era %s is recognised by %j', (id, names) => {
  const guess = recogniseEra(header(names));
  expect(guess.era?.id).toBe(id);
  expect(guess.evidence).toContain('include/linux/bio.h');
});

test.each([
  ['one-list.c', 'B2'],
  ['two-lists.c', 'C'],
])('%s shows whether a tree with bioset_create_nobvec() is before 4.11', (name, id) => {
  const names: readonly Declaration[] = ['a set with rescuer', 'bioset_create(2)', 'bioset_create_nobvec'];
  expect(recogniseEra(header(names, { 'block/blk-core.c': name })).era?.id).toBe(id);
});

test('declarations outweigh the version number, and the report says so', () => {
  const guess = recogniseEra(header(['a set with rescuer', 'bioset_create(3)', 'flags']), '3.10.0');
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
