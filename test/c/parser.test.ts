import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stmt } from '../../server/c/types.js';
import { callsIn } from '../../server/c/walk.js';
import { body, call, driver, fn, parse, parser } from './helpers.js';
import { hostileC } from './hostile.js';

const file = parse(driver);

test('finds every function, both variants included, without an error', () => {
  expect(file.functions.map((one) => `${one.nameRange.line} ${one.name}${one.hasError ? ' error' : ''}`)).toEqual([
    '33 toy_init',
    '39 toy_debug',
    '44 toy_debug',
    '47 toy_walk',
    '75 toy_map',
    '86 toy_set',
  ]);
});

test('gives head and parameters of a function as written', () => {
  const walk = fn(file, 'toy_walk');
  expect(walk).toMatchObject({ returnType: 'void', isStatic: true, params: [{ name: 'tc', type: 'struct toy_c *' }] });
});

test('reads a system call as a function', () => {
  expect(fn(file, 'toy_set').params).toEqual([
    { name: 'which', type: 'int' },
    { name: 'value', type: 'unsigned long' },
  ]);
});

test('flattens anonymous unions and names inner structs', () => {
  const fields = file.structs.map((one) => [
    one.name,
    one.fields.map((field) => [field.name, field.type, field.inUnion]),
  ]);
  expect(fields).toEqual([
    [
      'toy_offload',
      [
        ['plug', 'struct blk_plug', false],
        ['flags', 'unsigned long [ 64]', false],
        ['bio', 'struct bio *', true],
        ['rq', 'struct request *', true],
        ['inner', 'struct toy_offload::inner', false],
        ['map', 'int (*)(struct toy_c *tc, struct bio *bio)', false],
        ['stripes', 'struct toy_stripe []', false],
      ],
    ],
    ['toy_offload::inner', [['depth', 'int', false]]],
  ]);
});

test('collects macros, enumerators, includes, typedefs and variables', () => {
  expect(file.constants.map(({ name, params, value }) => ({ name, params, value }))).toEqual([
    { name: 'TOY_MIN_IOS', params: null, value: '16' },
    { name: 'TOY_FLAGS', params: ['x'], value: '((x) | BIT(1))' },
    { name: 'TOY_READ', params: null, value: '0' },
    { name: 'TOY_WRITE', params: null, value: '4' },
    { name: 'TOY_LAST', params: null, value: 'TOY_WRITE + 1' },
  ]);
  expect(file.includes).toEqual(['linux/bio.h', 'toy.h']);
  expect(file.typedefs.map((one) => [one.name, one.type])).toEqual([['toy_t', 'struct toy_offload']]);
  expect(file.variables.map((one) => [one.name, one.type])).toEqual([
    ['toy_bs', 'struct bio_set'],
    ['toy_ops', 'const struct toy_ops'],
  ]);
});

test('keeps the fields of both #if arms of an initialiser', () => {
  const init = file.variables.find((one) => one.name === 'toy_ops')?.init;
  expect(init?.kind === 'list' && init.items.map((item) => item.field)).toEqual(['map', 'compat', 'end_io']);
});

test('shows the original text and place of what the mask rewrote', () => {
  const container = call(fn(file, 'toy_walk'), 'container_of');
  expect(container.text).toBe('container_of(tc, struct toy_offload, inner)');
  expect(container.range).toEqual({ line: 49, column: 26, endLine: 49, endColumn: 69 });
  expect(call(fn(file, 'toy_init'), 'offsetof').text).toBe('offsetof(struct toy_offload, inner.depth)');
});

test('reads an iterator as a loop whose test is the macro call', () => {
  const [loop] = body('list_for_each_entry(a, &b->list, node) { x(a); }');
  expect(loop).toMatchObject({ kind: 'loop', form: 'each', test: { kind: 'call', args: [{ text: 'a' }, {}, {}] } });
});

test('reads a guard as a block that begins with the macro call', () => {
  const [block] = body('scoped_guard(mutex, &m) x();');
  expect(block).toMatchObject({
    kind: 'block',
    body: [{ expr: { text: 'scoped_guard(mutex, &m)' } }, { kind: 'expr' }],
  });
});

test('reads #if in a function as config with its condition', () => {
  const [config] = body('#if IS_ENABLED(CONFIG_A)\na();\n#else\nb();\n#endif');
  if (config?.kind !== 'config') throw new Error('no config');
  const calls = (stmts: readonly Stmt[]) => callsIn(stmts).map(({ call }) => call.text);
  expect([config.test, calls(config.then), calls(config.otherwise)]).toEqual([
    'if IS_ENABLED(CONFIG_A)',
    ['a()'],
    ['b()'],
  ]);
});

test('gives labels, cases and each declared name a statement', () => {
  const kinds = body('int a = 1, *b;\nout:\nswitch (a) { case 1: break; default: return; }').map((stmt) => stmt.kind);
  expect(kinds).toEqual(['decl', 'decl', 'label', 'switch']);
});

test('reads a case range', () => {
  const [choice] = body('switch (a) { case 1 ... 5: break; }');
  expect(choice).toMatchObject({ body: [{ kind: 'case', value: { kind: 'binary', op: '...', text: '1 ... 5' } }, {}] });
});

test('converts only the bodies that are wanted', () => {
  const some = parser.parse('toy.c', driver, { wants: (text) => text.includes('bioset_init') });
  expect(some.functions.filter((one) => one.body).map((one) => one.name)).toEqual(['toy_init']);
});

test('survives deep nesting', () => {
  const deep = `int f(void) { return ${'('.repeat(20000)}1${')'.repeat(20000)}; }`;
  expect(parse(deep).functions.map((one) => one.name)).toEqual(['f']);
});

test('never throws', () => {
  fc.assert(
    fc.property(hostileC(driver), (text) => {
      expect(parse(text).text).toBe(text);
    }),
    { numRuns: 60 },
  );
});

test('a macro declares what a function of closures works on', () => {
  const { params, body: stmts } = fn(
    parse('static CLOSURE_CALLBACK(toy_done)\n{\n\tclosure_type(t, struct toy, cl);\n\n\ttoy_put(t);\n}\n'),
    'toy_done',
  );
  expect(params).toEqual([{ name: 'ws', type: 'struct work_struct *' }]);
  expect(stmts?.map((stmt) => (stmt.kind === 'decl' ? `${stmt.type}${stmt.name} = ${stmt.init?.text}` : ''))).toEqual([
    'struct closure *cl = container_of(ws, struct closure, work)',
    'struct toy *t = container_of(cl, struct toy, cl)',
    '',
  ]);
});
