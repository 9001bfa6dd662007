import { expect, test } from 'vitest';
import { takeInventory } from '../../server/kernel/inventory.js';
import { era, indexOf, inventoryOf } from './source.js';

function creations(text: string, version: string) {
  return inventoryOf(text, version).sets.flatMap((set) => set.creations);
}

const body = (text: string) => `int f(struct veil *v)\n{\n${text}\n}\n`;

test('a creation in full', () => {
  const [creation] = creations(
    body('\tv->bs = bioset_create(BIO_POOL_SIZE, offsetof(struct piece, bio), BIOSET_NEED_RESCUER);'),
    '4.14',
  );
  expect(creation).toEqual({
    path: 'a.c',
    function: 'f',
    range: { line: 3, column: 10, endLine: 3, endColumn: 88 },
    set: 'struct veil.bs',
    owner: 'struct veil',
    callee: 'bioset_create',
    poolSize: { text: 'BIO_POOL_SIZE', number: 2, range: { line: 3, column: 24, endLine: 3, endColumn: 37 } },
    frontPad: {
      text: 'offsetof(struct piece, bio)',
      number: null,
      range: { line: 3, column: 39, endLine: 3, endColumn: 66 },
    },
    flags: {
      value: { text: 'BIOSET_NEED_RESCUER', number: 2, range: { line: 3, column: 68, endLine: 3, endColumn: 87 } },
      bvecs: 'no',
      rescuer: 'yes',
      percpuCache: 'no',
    },
    from: null,
    result: 'unchecked',
  });
});

test.each([
  ['if (!(v->bs = bioset_create(4, 0, 0)))\n\t\treturn 1;', 'checked'],
  ['v->bs = bioset_create(4, 0, 0);\n\tif (!v->bs)\n\t\treturn 1;', 'checked'],
  ['v->bs = bioset_create(4, 0, 0);\n\tprepare(v);\n\tBUG_ON(!v->bs);', 'checked'],
  ['v->bs = bioset_create(4, 0, 0);\n\tv->bs = other;\n\tif (!v->bs)\n\t\treturn 1;', 'unchecked'],
  ['v->bs = bioset_create(4, 0, 0);', 'unchecked'],
  ['bioset_create(4, 0, 0);', 'unchecked'],
  ['struct bio_set *bs = bioset_create(4, 0, 0);\n\tif (bs)\n\t\tv->bs = bs;', 'checked'],
  ['return setup(v) || !(v->bs = bioset_create(4, 0, 0));', 'returned'],
])('what becomes of the result: %s', (text, result) => {
  expect(creations(body(`\t${text}`), '4.14').map((creation) => creation.result)).toEqual([result]);
});

test.each([
  ['return bioset_init(&v->bs, 4, 0, 0);', 'returned'],
  ['int r = bioset_init(&v->bs, 4, 0, 0);\n\treturn r;', 'returned'],
  ['int r;\n\tr = bioset_init(&v->bs, 4, 0, 0);\n\tif (r)\n\t\tgoto bad;', 'checked'],
  ['int r;\n\tr = bioset_init(&v->bs, 4, 0, 0);\n\tr = more(v);\n\tif (r)\n\t\tgoto bad;', 'unchecked'],
  ['int r;\n\tr = bioset_init(&v->bs, 4, 0, 0);\n\tWARN_ON(r);', 'checked'],
  ['bioset_init(&v->bs, 4, 0, 0);', 'unchecked'],
])('what becomes of an errno: %s', (text, result) => {
  expect(creations(body(`\t${text}`), '5.4').map((creation) => creation.result)).toEqual([result]);
});

test('two creations in one condition are two', () => {
  const text = body('\tif (bioset_init(&v->a, 1, 0, 0) ||\n\t    bioset_init(&v->b, 4, 0, 0))\n\t\treturn 1;');
  expect(creations(text, '6.1').map(({ set, result }) => [set, result])).toEqual([
    ['struct veil.a', 'checked'],
    ['struct veil.b', 'checked'],
  ]);
});

test('a copy by call takes the flags of its source', () => {
  const text =
    'int a(struct pools *p)\n{\n\treturn bioset_init(&p->bs, 16, 8, BIOSET_NEED_RESCUER);\n}\n' +
    'int b(struct veil *v, struct pools *p)\n{\n\treturn bioset_init_from_src(&v->bs, &p->bs);\n}\n';
  const [, copy] = creations(text, '5.4');
  expect(copy).toMatchObject({ set: 'struct veil.bs', from: 'struct pools.bs', poolSize: null });
  expect(copy?.flags).toEqual({ value: null, bvecs: 'no', rescuer: 'yes', percpuCache: 'no' });
});

test('a copy of a set that is not in view has unknown flags', () => {
  const [copy] = creations(body('\treturn bioset_init_from_src(&v->bs, &pools->bs);'), '5.4');
  expect(copy?.flags.rescuer).toBe('unknown');
});

test('the assignment of an embedded set is a copy', () => {
  const text = 'struct veil { struct bio_set bs; };\nvoid f(struct veil *v, struct veil *w)\n{\n\tv->bs = w->bs;\n}\n';
  expect(creations(text, '5.4')).toMatchObject([{ set: 'struct veil.bs', from: 'struct veil.bs', callee: '=' }]);
});

test('a wrapper that passes the set on gives each caller a creation', () => {
  const text =
    'static int make(struct bio_set *bs, int flags)\n{\n\treturn bioset_init(bs, 4, 0, flags);\n}\n' +
    'int f(struct veil *v)\n{\n\treturn make(&v->a, BIOSET_NEED_RESCUER) ?: make(&v->b, 0);\n}\n';
  const made = creations(text, '5.4').filter(({ callee }) => callee === 'make');
  expect(made.map(({ set, poolSize, flags }) => [set, poolSize?.number, flags.rescuer])).toEqual([
    ['struct veil.a', 4, 'yes'],
    ['struct veil.b', 4, 'no'],
  ]);
});

test('what a primitive does inside is no set of its own', () => {
  const text =
    'int bioset_init_from_src(struct bio_set *bs, struct bio_set *src)\n{\n\treturn bioset_init(bs, src->bio_pool.min_nr, src->front_pad, 0);\n}\n';
  expect(creations(text, '5.4')).toEqual([]);
});

test('a set that a function returns belongs where its one caller stores it', () => {
  const text =
    'static struct bio_set *make(void)\n{\n\treturn bioset_create(4, 0, 0);\n}\n' +
    'void f(struct veil *v)\n{\n\tv->bs = make();\n}\n';
  expect(creations(text, '4.14').map(({ set }) => set)).toEqual(['struct veil.bs']);
});

test('prototypes, definitions, comments, strings and macro bodies are no creations', () => {
  const text =
    'int bioset_init(struct bio_set *, unsigned int, unsigned int, int flags);\n' +
    '/* bioset_init(&v->bs, 4, 0, 0); */\n#define MAKE(v) bioset_init(&(v)->bs, 4, 0, 0)\n' +
    'void f(void)\n{\n\tpr_err("bioset_init(bs, 4, 0, 0)");\n}\n';
  expect(creations(text, '5.4')).toEqual([]);
});

test('creations and exits in different files are one set', () => {
  const header = 'struct veil { struct bio_set bs; };\n';
  const index = indexOf({
    'veil.h': header,
    'a.c': 'int make(struct veil *v)\n{\n\treturn bioset_init(&v->bs, 4, 0, 0);\n}\n',
    'b.c': 'void drop(struct veil *w)\n{\n\tbioset_exit(&w->bs);\n}\n',
  });
  const [set, ...others] = takeInventory(index, era('5.4')).sets;
  expect(others).toEqual([]);
  expect([set?.id, set?.creations[0]?.path, set?.exits[0]?.path]).toEqual(['struct veil.bs', 'a.c', 'b.c']);
});
