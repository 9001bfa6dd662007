import { expect, test } from 'vitest';
import { callsIn } from '../../server/c/walk.js';
import { argument, formOf, formsIn, formsOf, primitiveNames } from '../../server/kernel/primitives.js';
import { compareVersions, parseVersion } from '../../server/kernel/version.js';
import { era, functionIn, indexOf } from './source.js';

const roles =
  'set from poolSize frontPad flags gfp nrVecs bio bdev parent pool element wq work wqFlags maxActive _'.split(' ');

function callOf(text: string) {
  const [first] = callsIn(functionIn(indexOf({ 'a.c': `void f(void)\n{\n\t${text};\n}\n` }), 'f').body ?? []);
  if (!first) throw new Error(`no call in ${text}`);
  return first.call;
}

test.each(primitiveNames())('the forms of %s are well formed and do not overlap', (name) => {
  const forms = formsOf(name);
  for (const form of forms) for (const role of form.args) expect(roles).toContain(role);
  for (const [at, form] of forms.slice(1).entries()) {
    const before = parseVersion(forms[at]?.to ?? '');
    const after = parseVersion(form.from ?? '');
    expect(before && after && compareVersions(before, after)).toBeLessThan(0);
  }
});

test.each([
  ['bio_alloc_bioset(GFP_NOIO, 4, bs)', '4.14', { set: 'bs', gfp: 'GFP_NOIO', nrVecs: '4' }],
  [
    'bio_alloc_bioset(bdev, 4, REQ_OP_READ, GFP_NOIO, bs)',
    '6.1',
    { set: 'bs', gfp: 'GFP_NOIO', nrVecs: '4', bdev: 'bdev' },
  ],
  ['bio_kmalloc(GFP_NOIO, 4)', '5.15', { gfp: 'GFP_NOIO', nrVecs: '4' }],
  ['bio_kmalloc(4, GFP_NOIO)', '6.1', { gfp: 'GFP_NOIO', nrVecs: '4' }],
  ['bioset_create(16, pad, flags)', '4.14', { poolSize: '16', frontPad: 'pad', flags: 'flags' }],
  ['bioset_create(16, pad)', '4.10', { poolSize: '16', frontPad: 'pad' }],
  ['bioset_init(&m->bs, 16, pad, 0)', '5.4', { set: '&m->bs', poolSize: '16', frontPad: 'pad', flags: '0' }],
  ['bio_split(bio, n, GFP_NOIO, bs)', '4.14', { bio: 'bio', gfp: 'GFP_NOIO', set: 'bs' }],
  ['blk_queue_split(q, &bio, q->bio_split)', '4.10', { bio: '&bio', set: 'q->bio_split' }],
  ['submit_bio(WRITE, bio)', '4.4', { bio: 'bio' }],
  ['submit_bio(bio)', '4.9', { bio: 'bio' }],
] as const)('%s in %s', (text, version, expected) => {
  const call = callOf(text);
  const form = formOf(call, era(version));
  const found = form?.args.filter((role) => role !== '_').map((role) => [role, argument(form, role, call)?.text]) ?? [];
  expect(Object.fromEntries(found)).toEqual(expected);
});

test('a call with the argument count of another era is still read, by that era', () => {
  const form = formOf(callOf('bioset_create(16, 0)'), era('4.14'));
  expect(form?.to).toBe('4.12');
});

test('a call with a count no kernel had is no primitive', () => {
  expect(formOf(callOf('bioset_create(16)'), era('4.14'))).toBeNull();
});

test.each([
  ['4.14', 'struct request_queue.bio_split', 'never'],
  ['6.1', 'struct gendisk.bio_split', 'never'],
  ['6.12', 'struct gendisk.bio_split', 'NULL'],
])('splitting to limits in %s takes from %s and fails by %s', (version, set, fails) => {
  const name = version === '4.14' ? 'blk_queue_split' : 'bio_split_to_limits';
  expect(formsIn(name, era(version)).map((form) => [form.set, form.fails])).toEqual([[set, fails]]);
});

test('mempool_alloc fails only when it may not sleep, bioset_init at any time', () => {
  expect(formsOf('mempool_alloc').map(({ fails, when }) => [fails, when])).toEqual([['NULL', 'nowait']]);
  expect(formsOf('bioset_init').map(({ fails, when }) => [fails, when])).toEqual([['errno', 'always']]);
});
