import { expect, test } from 'vitest';
import { evaluateText } from '../../server/c/evaluate.js';
import { indexFiles } from '../../server/c/index.js';
import type { CFunction, Expr } from '../../server/c/types.js';
import { walkExprs } from '../../server/c/walk.js';
import { fn, parser } from './helpers.js';

const header = parser.parse(
  'include/toy.h',
  `enum { NEED_BVECS = BIT(0), NEED_RESCUER = BIT(1), NEED_NEXT };
#define POOL 16
#define ALL (NEED_BVECS | NEED_RESCUER)
#define TWICE(n) ((n) * 2)
#define LOOP LOOP
typedef struct toy_pool toy_pool_t;
struct toy_c { struct toy_pool *pool; struct toy_pool pools[4]; toy_pool_t *alias; union { struct bio *bio; }; int (*map)(int); };
struct toy_pool { struct bio_set bs; struct bio_set *bsp; };
struct toy_c *toy_get(int minor);
static inline int toy_shared(void) { return 1; }
`,
);
const driver = parser.parse(
  'drivers/a.c',
  `#define DEPTH 3
static struct toy_c *global;
static int helper(void) { return 1; }
static void f(struct toy_c *tc, int n)
{
	struct toy_c *o = container_of(tc, struct toy_c, pool);
	unsigned int flags = NEED_BVECS, changed = 1;
	changed = 2;
	{ struct toy_pool *tc; use(tc->bsp); }
	use(tc->pool->bs, &tc->pool->bs, tc->pools[0].bsp, tc->alias->bsp, tc->bio, global->pool, toy_get(0)->pool);
	use(*o, READ_ONCE(tc->pool), current, (struct bio *)n, n ? tc : o, tc->map(1), tc->missing);
	values(flags, changed, ALL, flags | NEED_RESCUER, DEPTH, helper());
}
`,
);
const other = parser.parse('drivers/b.c', '#define DEPTH 5\nstatic int helper(void) { return helper(); }\n');
const index = indexFiles([header, driver, other]);
const f = fn(driver, 'f');

/** The arguments of the nth call of `callee`. */
function args(callee: string, nth = 0): readonly Expr[] {
  const calls: Extract<Expr, { kind: 'call' }>[] = [];
  walkExprs(f.body ?? [], (expr) => {
    if (expr.kind === 'call' && expr.callee.text === callee) calls.push(expr);
  });
  return calls[nth]?.args ?? [];
}

const types = (of: readonly Expr[], inside: CFunction = f) => of.map((expr) => [expr.text, index.typeOf(expr, inside)]);

test('types lvalues through parameters, locals, globals, typedefs and fields of other files', () => {
  expect(types(args('use', 1))).toEqual([
    ['tc->pool->bs', 'struct bio_set'],
    ['&tc->pool->bs', 'struct bio_set *'],
    ['tc->pools[0].bsp', 'struct bio_set *'],
    ['tc->alias->bsp', 'struct bio_set *'],
    ['tc->bio', 'struct bio *'],
    ['global->pool', 'struct toy_pool *'],
    ['toy_get(0)->pool', 'struct toy_pool *'],
  ]);
});

test('types dereferences, kernel macros, casts, conditionals and calls through pointers', () => {
  expect(types(args('use', 2))).toEqual([
    ['*o', 'struct toy_c'],
    ['READ_ONCE(tc->pool)', 'struct toy_pool *'],
    ['current', 'struct task_struct *'],
    ['(struct bio *)n', 'struct bio *'],
    ['n ? tc : o', 'struct toy_c *'],
    ['tc->map(1)', 'int'],
    ['tc->missing', null],
  ]);
});

test('takes the innermost of shadowed names', () => {
  expect(types(args('use', 0))).toEqual([['tc->bsp', 'struct bio_set *']]);
});

test('evaluates constants, and locals that are set once', () => {
  expect(args('values').map((expr) => index.evaluate(expr, f))).toEqual([1, null, 3, 3, 3, null]);
});

test('gives no value where files disagree, the own file apart', () => {
  expect([index.constant('DEPTH'), index.constant('DEPTH', 'drivers/b.c'), index.constant('NEED_NEXT')]).toEqual([
    null,
    5,
    3,
  ]);
});

test.each([
  ['1 << 4 | 0x3', 19],
  ['TWICE(POOL + 1)', 34],
  ['POOL > 3 && !0 ? 7 : 8', 7],
  ['(unsigned int)-1 + 1', 0],
  ["'a' + 010", 105],
  ['max(3, min_t(u32, 9, 5))', 5],
  ['sizeof(int)', null],
  ['offsetof(struct a, b)', null],
  ['1 / 0', null],
  ['1 << 99', null],
  ['LOOP', null],
  ['1 +', null],
])('%s is %s', (text, value) => {
  const meanings = {
    name: (name: string) => ({ POOL: '16', LOOP: 'LOOP' })[name] ?? null,
    macro: (name: string) =>
      ({
        TWICE: { params: ['n'], value: '((n) * 2)' },
        max: { params: ['a', 'b'], value: 'a > b ? a : b' },
        min_t: { params: ['t', 'a', 'b'], value: 'a < b ? a : b' },
      })[name] ?? null,
  };
  expect(evaluateText(text, meanings)).toBe(value);
});

test('finds functions by name, statics in their own file only', () => {
  const paths = (name: string, from?: string) => index.functionsNamed(name, from).map((one) => one.path);
  expect(paths('helper')).toEqual(['drivers/a.c', 'drivers/b.c']);
  expect(paths('helper', 'drivers/b.c')).toEqual(['drivers/b.c']);
  expect(paths('helper', 'drivers/c.c')).toEqual([]);
  expect(paths('toy_shared', 'drivers/c.c')).toEqual(['include/toy.h']);
});

test('finds callers', () => {
  expect(index.callers('helper').map((site) => site.caller.path)).toEqual(['drivers/a.c', 'drivers/b.c']);
});

test('what is static in a file that another includes is static there', () => {
  const parse = (path: string, text: string) => parser.parse(path, text);
  const shared = parse('drivers/shared.c', 'static int both(void) { return 1; }\n');
  const includes = indexFiles([shared, parse('drivers/b.c', '#include "shared.c"\nint b(void) { return both(); }\n')]);
  expect(includes.functionsNamed('both', 'drivers/b.c')).toHaveLength(1);
  expect(includes.functionsNamed('both', 'drivers/c.c')).toHaveLength(0);
});

test('an index that goes on from another finds what a new one does', () => {
  const texts = [
    'int f(void) { return g(); }\n',
    'int f(void) { return h(); }\nint g(void) { return 1; }\n',
    '#define G g()\n',
  ];
  let index = indexFiles([header, parser.parse('a.c', '')]);
  for (const text of texts) {
    const files = [header, parser.parse('a.c', text)];
    const fresh = indexFiles(files);
    index = indexFiles(files, index);
    for (const name of ['f', 'g', 'h', 'G', 'toy_shared']) {
      expect(index.functionsNamed(name)).toEqual(fresh.functionsNamed(name));
      expect(index.callers(name)).toEqual(fresh.callers(name));
      expect(index.constants(name)).toEqual(fresh.constants(name));
    }
  }
});

test('an index that goes on from another tells which functions and calls have changed', () => {
  const versions = ['int f(void) { return g(); }\n', 'int f(void) { return h(); }\n'].map((text) =>
    parser.parse('a.c', text),
  );
  const [first, second] = versions.map((file) => [header, file]);
  const before = indexFiles(first ?? []);
  const { since } = indexFiles(second ?? [], before);
  expect(since?.version).toBe(before.version);
  expect([...(since?.names ?? [])].sort()).toEqual(['f', 'g', 'h']);
});
