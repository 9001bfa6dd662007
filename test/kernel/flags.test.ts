import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inventoryOf } from './source.js';

/** The flags of the one creation in a text, as bvecs, rescuer, percpuCache. */
function flags(text: string, version = '5.15') {
  const [creation] = inventoryOf(text, version).sets.flatMap(({ creations }) => creations);
  if (!creation) throw new Error('no creation');
  const { bvecs, rescuer, percpuCache } = creation.flags;
  return [bvecs, rescuer, percpuCache];
}

function inline(expression: string) {
  return flags(`int f(struct veil *v, int on, int flags)\n{\n\treturn bioset_init(&v->bs, 4, 0, ${expression});\n}\n`);
}

test.each([
  ['0', 'no', 'no', 'no'],
  ['BIOSET_NEED_RESCUER', 'no', 'yes', 'no'],
  ['BIOSET_NEED_BVECS | BIOSET_NEED_RESCUER', 'yes', 'yes', 'no'],
  ['(BIOSET_NEED_BVECS|BIOSET_PERCPU_CACHE)', 'yes', 'no', 'yes'],
  ['on ? BIOSET_NEED_RESCUER : 0', 'no', 'conditional', 'no'],
  ['on ? BIOSET_NEED_BVECS | BIOSET_NEED_RESCUER : BIOSET_NEED_RESCUER', 'conditional', 'yes', 'no'],
  ['BIOSET_NEED_BVECS | (on ? BIOSET_NEED_RESCUER : 0)', 'yes', 'conditional', 'no'],
  ['flags', 'unknown', 'unknown', 'unknown'],
  ['flags | BIOSET_NEED_RESCUER', 'unknown', 'yes', 'unknown'],
  ['flags & ~BIOSET_NEED_RESCUER', 'conditional', 'no', 'conditional'],
  ['7 & ~BIOSET_NEED_RESCUER', 'yes', 'no', 'yes'],
  ['veil_flags(v)', 'unknown', 'unknown', 'unknown'],
])('flags %s', (expression, ...expected) => {
  expect(inline(expression)).toEqual(expected);
});

function around(before: string) {
  return flags(`int f(struct veil *v, int on)\n{\n${before}\n\treturn bioset_init(&v->bs, 4, 0, flags);\n}\n`);
}

test.each([
  ['set once', 'int flags = BIOSET_NEED_RESCUER;', 'yes'],
  ['added to', 'int flags = BIOSET_NEED_BVECS; flags |= BIOSET_NEED_RESCUER;', 'yes'],
  ['added to on a condition', 'int flags = 0; if (on) flags |= BIOSET_NEED_RESCUER;', 'conditional'],
  [
    'set in both arms',
    'int flags; if (on) flags = BIOSET_NEED_RESCUER; else flags = BIOSET_NEED_RESCUER | BIOSET_NEED_BVECS;',
    'yes',
  ],
  ['taken away', 'int flags = BIOSET_NEED_RESCUER; flags &= ~BIOSET_NEED_RESCUER;', 'no'],
  ['overwritten', 'int flags = BIOSET_NEED_RESCUER; flags = 0;', 'no'],
  ['set in an arm that leaves', 'int flags = 0; if (on) { flags = BIOSET_NEED_RESCUER; return 0; }', 'no'],
])('a variable %s', (_, before, rescuer) => {
  expect(around(before)[1]).toBe(rescuer);
});

test('what comes after the call does not count', () => {
  const text =
    'int f(struct veil *v)\n{\n\tint flags = 0;\n\tint r = bioset_init(&v->bs, 4, 0, flags);\n\tflags |= 2;\n\treturn r;\n}\n';
  expect(flags(text)[1]).toBe('no');
});

test('a macro is looked up', () => {
  const text =
    '#define VEIL_FLAGS (BIOSET_NEED_BVECS | BIOSET_NEED_RESCUER)\nint f(struct veil *v)\n{\n\treturn bioset_init(&v->bs, 4, 0, VEIL_FLAGS);\n}\n';
  expect(flags(text)).toEqual(['yes', 'yes', 'no']);
});

test.each([
  ['f(v, BIOSET_NEED_RESCUER);', 'yes'],
  ['f(v, BIOSET_NEED_RESCUER); f(v, 0);', 'conditional'],
])('a parameter is what callers pass: %s', (calls, rescuer) => {
  const text = `static int f(struct veil *v, int flags)\n{\n\treturn bioset_init(&v->bs, 4, 0, flags);\n}\nvoid g(struct veil *v)\n{\n\t${calls}\n}\n`;
  expect(flags(text)[1]).toBe(rescuer);
});

test.each([
  ['3.9', 'bioset_create(4, 0)', ['yes', 'no', 'no']],
  ['4.10', 'bioset_create(4, 0)', ['yes', 'yes', 'no']],
  ['4.10', 'bioset_create_nobvec(4, 0)', ['no', 'yes', 'no']],
  ['4.14', 'bioset_create(4, 0, 0)', ['no', 'no', 'no']],
  ['4.14', 'bioset_create(4, 0)', ['yes', 'unknown', 'no']],
])('in %s, %s', (version, call, expected) => {
  expect(flags(`void f(struct veil *v)\n{\n\tv->bs = ${call};\n}\n`, version)).toEqual(expected);
});

test('any mix of constants is read as C computes it', () => {
  const expression = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('0', '1', '2', '4', '7', 'BIOSET_NEED_BVECS', 'BIOSET_NEED_RESCUER', 'BIOSET_PERCPU_CACHE'),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} | ${b})`),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} & ~(${b}))`),
    ),
  })).any;
  const names = { BIOSET_NEED_BVECS: '1', BIOSET_NEED_RESCUER: '2', BIOSET_PERCPU_CACHE: '4' };
  fc.assert(
    fc.property(expression, (text) => {
      const script = text.replace(/BIOSET_\w+/g, (name) => names[name as keyof typeof names]);
      const value = Number(new Function(`return ${script}`)());
      expect(inline(text)).toEqual([1, 2, 4].map((bit) => (value & bit ? 'yes' : 'no')));
    }),
    { numRuns: 60 },
  );
});
