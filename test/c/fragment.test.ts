import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repair } from '../../server/c/fragment.js';
import { callsIn } from '../../server/c/walk.js';
import { driver, parse } from './helpers.js';
import { hostileC } from './hostile.js';

/** An image that knows `run` from line 4 on and nothing else. */
function repaired(run: string, section = 'static int toy_map(struct toy_c *tc, struct bio *bio)'): string {
  const length = run.split('\n').length;
  return repair({
    path: 'toy.c',
    text: `\n\n\n${run}\n`,
    known: [{ line: 4, endLine: 3 + length }],
    sections: [{ line: 4, text: section }],
  });
}

/** `function: calls` for each function of the repaired run; ` error` where it does not parse. */
function outline(run: string, section?: string): string[] {
  const file = parse(repaired(run, section));
  return file.functions.map((fn) => {
    const calls = callsIn(fn.body ?? []).map(({ call }) => call.callee.text);
    return `${fn.name}: ${calls.join(' ')}${fn.hasError ? ' error' : ''}`;
  });
}

test('opens the function that the hunk header names and closes it again', () => {
  expect(repaired('\ta();').split('\n')).toEqual([
    '',
    '',
    'static int toy_map(struct toy_c *tc, struct bio *bio) {',
    '\ta();',
    '}',
  ]);
});

test.each([
  ['blocks closed in the run', '\t\t\ta();\n\t\t}\n\t}\n\tb();', ['toy_map: a b']],
  ['blocks left open', '\tif (x) {\n\t\twhile (y) {\n\t\t\ta();', ['toy_map: a']],
  ['the end of one function and the next', '\ta();\n}\n\nint g(void)\n{\n\tb();', ['toy_map: a', 'g: b']],
  ['an else whose if is hidden', '\t\ta();\n\t} else {\n\t\tb();', ['toy_map: a b']],
  ['an else without braces', '\t\ta();\n\telse\n\t\tb();', ['toy_map: a b']],
  ['the end of an argument list', '\t\t  GFP_NOIO, &tc->bs);\n\tb();', ['toy_map: __unknown b']],
  ['the end of a condition', '\t    a(x)) {\n\t\tb();', ['toy_map: a b']],
  ['an argument list cut at the end', '\tx = a(b(),', ['toy_map: b a']],
  ['cases of a hidden switch', '\tcase 1:\n\t\ta();\n\t\tbreak;\n\tdefault:\n\t\tb();', ['toy_map: a b']],
  ['the middle of a comment', ' * with { and (\n */\nint g(void)\n{\n\ta();\n}', ['g: a']],
  ['a comment cut at the end', '\ta();\n\t/* and {', ['toy_map: a']],
  ['a string continued', '\t       "text %d", a());', ['toy_map: a __unknown']],
  ['a do loop', '\t\ta();\n\t} while (x);\n\tdo {\n\t\tb();', ['toy_map: a b']],
  ['a label in column 1', 'out:\n\ta();\n}', ['toy_map: a']],
  ['an #endif whose #if is hidden', '\ta();\n#endif\n\tb();', ['toy_map: a b']],
  ['an #if cut at the end', '\ta();\n#ifdef X\n\tb();', ['toy_map: a b']],
  ['an operator first', '\t\t&& a();\n\tb();', ['toy_map: a b']],
])('%s', (_, run, expected) => {
  expect(outline(run)).toEqual(expected);
});

test('continues the parameters of a head that the section line begins', () => {
  const file = parse(repaired('\t\t   struct bio *bio)\n{\n\ta();', 'static int toy_map(struct toy_c *tc,'));
  expect(file.functions[0]?.params.map((param) => param.type)).toEqual(['struct toy_c *', 'struct bio *']);
});

test('keeps parameter types of a section line cut at 80 characters', () => {
  const section = 'static struct toy_long_type_name *toy_function_name(struct toy_c *tc, struct toy';
  const [fn] = parse(repaired('\ta();', section)).functions;
  expect(fn?.params).toContainEqual({ name: 'tc', type: 'struct toy_c *' });
});

test('opens the struct that the section line names', () => {
  const file = parse(repaired('\tint depth;\n\tstruct bio_set bs;', 'struct toy_c {'));
  expect(file.structs.map((one) => [one.name, one.fields.map((field) => field.name)])).toEqual([
    ['toy_c', ['depth', 'bs']],
  ]);
});

test('opens the initialiser that the section line names', () => {
  const file = parse(repaired('\t.map = toy_map,', 'static struct target_type toy_target = {'));
  expect(file.variables[0]).toMatchObject({ name: 'toy_target', init: { items: [{ field: 'map' }] } });
});

test('names a function __unknown when the section line names none', () => {
  expect(outline('\ta();', 'module_init(toy_init);')).toEqual(['__unknown: a']);
});

test('leaves a whole image alone', () => {
  expect(repair({ path: 'a.c', text: driver, known: null, sections: [] })).toBe(driver);
});

test('keeps known lines and the number of lines of any image', () => {
  const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 6 })), { maxLength: 8 });
  fc.assert(
    fc.property(hostileC(driver), cuts, fc.string({ maxLength: 80 }), (text, pattern, section) => {
      const all = text.split('\n');
      const known: { line: number; endLine: number }[] = [];
      let line = 1;
      for (const [shown, hidden] of pattern) {
        if (line > all.length) break;
        known.push({ line, endLine: Math.min(line + shown - 1, all.length) });
        line += shown + hidden;
      }
      const isKnown = (index: number) => known.some((run) => run.line <= index + 1 && index + 1 <= run.endLine);
      const sparse = all.map((one, index) => (isKnown(index) ? one : '')).join('\n');
      const sections = known.map((run) => ({ line: run.line, text: section.replace(/\n/g, ' ') }));
      const result = repair({ path: 'a.c', text: sparse, known, sections }).split('\n');
      expect(result.length).toBe(all.length);
      expect(result.filter((_, index) => isKnown(index))).toEqual(all.filter((_, index) => isKnown(index)));
    }),
  );
});
