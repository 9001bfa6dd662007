import { expect, test } from 'vitest';
import { calleeName, callsIn } from '../../server/c/walk.js';
import { identify, ownerOf } from '../../server/kernel/sets.js';
import { functionIn, indexOf } from './source.js';

const types = `
struct lower { struct bio_set bs; };
struct veil { struct bio_set *bs; struct lower low; struct bio_set many[4]; };
static struct bio_set own_set;
struct bio_set shared_set;
`;

/** The id of the argument of `take()` in the function `f` of a file. */
function taken(text: string, withTypes = types) {
  const index = indexOf({ 'drivers/md/veil.c': withTypes + text });
  const fn = functionIn(index, 'f');
  const call = callsIn(fn.body ?? []).find((one) => calleeName(one.call) === 'take')?.call;
  const [arg] = call?.args ?? [];
  if (!arg) throw new Error('no take() in f()');
  return identify(arg, fn, index);
}

test.each([
  ['a field, by pointer', 'void f(struct veil *v) { take(v->bs); }', 'struct veil.bs'],
  ['a field, by address', 'void f(struct veil *v) { take(&v->low.bs); }', 'struct lower.bs'],
  ['a local structure', 'void f(void) { struct veil v; take(v.bs); }', 'struct veil.bs'],
  ['an element of an array', 'void f(struct veil *v) { take(&v->many[2]); }', 'struct veil.many'],
  ['a static variable', 'void f(void) { take(&own_set); }', 'drivers/md/veil.c:own_set'],
  ['a global variable', 'void f(void) { take(&shared_set); }', 'shared_set'],
  ['a variable not in view', 'void f(void) { take(fs_bio_set); }', 'fs_bio_set'],
  ['a local set', 'void f(void) { struct bio_set mine; take(&mine); }', 'drivers/md/veil.c:f.mine'],
  ['a local pointer', 'void f(struct veil *v) { struct bio_set *bs = v->bs; take(bs); }', 'struct veil.bs'],
  ['a cast', 'void f(struct veil *v) { take((struct bio_set *)v->bs); }', 'struct veil.bs'],
  ['two arms that agree', 'void f(struct veil *v, struct veil *w) { take(v ? v->bs : w->bs); }', 'struct veil.bs'],
  ['two arms that differ', 'void f(struct veil *v) { take(v ? v->bs : &shared_set); }', '?'],
  ['NULL', 'void f(void) { take(NULL); }', null],
  ["a bio's own pool", 'void f(struct bio *b) { struct bio_set *bs = b->bi_pool; take(bs); }', '?'],
])('%s', (_, text, id) => {
  expect(taken(text)).toBe(id);
});

test('a local that is created first is the field it is stored in', () => {
  const text = 'void f(struct veil *v) { struct bio_set *bs = bioset_create(4, 0, 0); v->bs = bs; take(bs); }';
  expect(taken(text)).toBe('struct veil.bs');
});

test('a parameter is what all callers pass', () => {
  const text = 'static void f(struct bio_set *bs) { take(bs); }\nvoid g(struct veil *v) { f(v->bs); f(v->bs); }\n';
  expect(taken(text)).toBe('struct veil.bs');
});

test('a parameter that callers fill differently is not known', () => {
  const text = 'static void f(struct bio_set *bs) { take(bs); }\nvoid g(struct veil *v) { f(v->bs); f(&own_set); }\n';
  expect(taken(text)).toBe('?');
});

test('an accessor function is looked through', () => {
  const text =
    'static struct bio_set *set_of(struct veil *v) { return &v->low.bs; }\nvoid f(struct veil *v) { take(set_of(v)); }\n';
  expect(taken(text)).toBe('struct lower.bs');
});

test('functions that hand a set round in a circle end as unknown', () => {
  const text = 'static void f(struct bio_set *bs) { take(bs); g(bs); }\nstatic void g(struct bio_set *bs) { f(bs); }\n';
  expect(taken(text)).toBe('?');
});

test('without the type the text is the id, spaces and parentheses apart', () => {
  expect(taken('void f(void) { take(&(md) -> bs); }', '')).toBe('md->bs');
});

test('a name that has one type everywhere else in the file has it here', () => {
  const text = 'void f(void) { take(v->bs); }\nvoid g(struct veil *v) { }\n';
  expect(taken(text, '')).toBe('struct veil.bs');
});

test('a macro that is given a name and its type declares it', () => {
  const text = 'void f(struct work_struct *ws) { declare(v, struct veil, work); take(&v->low.bs); }';
  expect(taken(text)).toBe('struct lower.bs');
});

test('of several types that the name has in the file, the one that has the fields counts', () => {
  const header =
    'struct cache { struct bio_set split; };\nstruct insert { struct cache *c; };\nstruct walk { int depth; };\n';
  const text = 'void f(void) { take(&op->c->split); }\nvoid g(struct insert *op) { }\nvoid h(struct walk *op) { }\n';
  expect(taken(text, header)).toBe('struct cache.split');
});

test('the owner of a field is its structure, of a variable nothing', () => {
  expect(ownerOf('struct veil.bs')).toBe('struct veil');
  expect(ownerOf('drivers/md/veil.c:own_set')).toBeNull();
});
