import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mask } from '../../server/c/mask.js';
import { driver } from './helpers.js';
import { hostileC } from './hostile.js';

const masked = (text: string) => mask(text).text;

test.each([
  ['annotation', 'void f(void) __acquires(&l);', 'void f(void)               ;'],
  ['iterator', '{ list_for_each(a, &b) x(); }', '{ while        (a, &b) x(); }'],
  ['guard', '{ scoped_guard(mutex, &m) x(); }', '{ if          (mutex, &m) x(); }'],
  ['guard without argument', '{ scoped_x() { y(); } }', '{ if(1)      { y(); } }'],
  ['type as argument', '{ f(struct foo, a); }', '{ f(struct_foo, a); }'],
  ['primitive type as argument', '{ f(int, a); }', '{ f(Int, a); }'],
  ['case range', '{ case 1 ... 5: ; }', '{ case 1  +  5: ; }'],
  ['missing semicolon', '{ x(a)\n\treturn; }', '{ x(a)\n;return; }'],
  ['macro at file scope', 'MODULE_LICENSE("GPL");\nint a;', '                      \nint a;'],
  ['unsure macro member', 'struct a { DECLARE_BITMAP(b, 4); };', 'struct a { unsigned long  b[ 4]; };'],
  ['call that is no iterator', '{ idr_for_each(&i, fn, p); }', '{ idr_for_each(&i, fn, p); }'],
  ['function pointer member', 'struct a { int (*f)(struct b *); };', 'struct a { int (*f)(struct b *); };'],
])('%s', (_, text, expected) => {
  expect(masked(text)).toBe(expected);
});

test('leaves strings alone and blanks comments', () => {
  const text = 'char *s = "__init list_for_each(a) {"; /* __user */\n';
  expect(masked(text)).toBe('char *s = "__init list_for_each(a) {";             \n');
});

test('keeps both arms of #if at file scope', () => {
  expect(masked('#ifdef A\nint a;\n#else\nint b;\n#endif\n')).toBe('        \nint a;\n     \nint b;\n      \n');
});

test('keeps #if inside a function as a conditional', () => {
  expect(masked('{ a();\n#if IS_ENABLED(X)\nb();\n#endif\n}')).toBe('{ a();\n#if 1            \nb();\n#endif\n}');
});

test('keeps one arm when both open a brace', () => {
  const text = '{\n#ifdef A\nif (a) {\n#else\nif (b) {\n#endif\nx(); } }';
  expect(masked(text)).toBe('{\n        \nif (a) {\n     \n        \n      \nx(); } }');
});

test('blanks #if 0', () => {
  expect(masked('#if 0\nint a;\n#else\nint b;\n#endif\n')).toBe('     \n      \n     \nint b;\n      \n');
});

test('a comment does not end a #define', () => {
  const { lexed } = mask('#define A 1 /* first\n second */ + 2\nint b;\n');
  expect(lexed.directives.map((line) => line.rest)).toEqual(['A 1                     + 2']);
  expect(lexed.code.trim()).toBe('int b;');
});

test('keeps length and newlines of any text', () => {
  const shape = (text: string) => text.replace(/[^\n]/g, '.');
  fc.assert(
    fc.property(hostileC(driver), (text) => {
      expect(shape(masked(text))).toBe(shape(text));
    }),
  );
});
