import { beforeAll, expect, test } from 'vitest';
import { mask } from '../../server/c/mask.js';
import { type CParser, openParser } from '../../server/c/parser.js';

let parser: CParser;
beforeAll(async () => {
  parser = await openParser();
});

const wantsBios = (text: string): boolean => text.includes('bio');
const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`;

test('a function that nobody wants has nothing in its body, and all else stays in its place', () => {
  const text = lines(
    'static int one(void)',
    '{',
    '\treturn 1;',
    '}',
    '',
    'int two(struct bio *b)',
    '{',
    '\treturn 2;',
    '}',
  );
  const masked = mask(text, wantsBios).text;
  expect(masked).toBe(text.replace('\treturn 1;', ' '.repeat(10)));
});

test.each([
  ['a structure', 'struct one {\n\tint a;\n};\n'],
  ['an initialiser', 'static struct one x = {\n\t.a = 1,\n};\n'],
  ['an initialiser behind a cast', 'static struct one x = (struct one) {\n\t.a = 1,\n};\n'],
  ['text whose brackets do not match', 'int one(void)\n{\n\treturn 1;\n'],
])('%s stays', (_, text) => {
  expect(mask(text, wantsBios).text).toBe(mask(text).text);
});

test('the file that is read is the same but for those bodies', () => {
  const text = lines(
    '#define SIZE 4',
    'static struct ops ops = { .map = two };',
    'static int __must_check one(int a) __must_hold(&lock)',
    '{',
    '\tif (a) {',
    '#ifdef CONFIG_X',
    '\t\treturn 1;',
    '#endif',
    '\t}',
    '\treturn 0;',
    '}',
    'int two(struct bio *b) { return one(SIZE); }',
  );
  const whole = parser.parse('a.c', text);
  const hollow = parser.parse('a.c', text, { wants: wantsBios });
  const functions = whole.functions.map((fn) => (fn.name === 'one' ? { ...fn, body: null } : fn));
  expect(hollow).toEqual({ ...whole, functions });
});
