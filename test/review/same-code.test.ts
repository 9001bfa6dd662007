import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type CParser, openParser } from '../../server/c/parser.js';
import type { CFile } from '../../server/c/types.js';
import { basisOf, relocate, sameCode } from '../../server/review/same-code.js';

let parser: CParser;
beforeAll(async () => {
  parser = await openParser();
});

const code = `struct veil { int depth; };

static int veil_idle(struct veil *v)
{
	return v->depth;
}

static int veil_map(struct veil *v)
{
	return v->depth + 1;
}
`;

const parse = (text: string): CFile => parser.parse('veil.c', text);

/** Where line 10 of the file went after a change, for an answer that looked at veil_map(). */
function moved(from: string, to: string): number | null {
  const basis = basisOf([parse(code)], new Set(['veil_map']));
  const move = basis && sameCode(basis, [parse(code.replace(from, to))]);
  return move?.('veil.c', 10) ?? null;
}

test('a function that nobody looked at may change, and shifts what stands below it', () => {
  expect(moved('return v->depth;', 'if (!v)\n\t\treturn 0;\n\treturn v->depth;')).toBe(12);
});

test('one that was looked at may not', () => {
  expect(moved('depth + 1', 'depth + 2')).toBeNull();
});

test.each([
  ['a structure', 'int depth;', 'int depth, width;'],
  ['the head of a function', 'veil_idle(struct', 'veil_idle(const struct'],
  [
    'a function that is new',
    'static int veil_map',
    'static int veil_new(void)\n{\n\treturn 0;\n}\n\nstatic int veil_map',
  ],
  ['a macro in a body', 'return v->depth;', '\n#define DEPTH 2\n\treturn DEPTH;'],
  ['what a work item runs', 'return v->depth;', 'INIT_WORK(&v->work, veil_work);\n\treturn v->depth;'],
])('%s is for all to see', (_, from, to) => {
  expect(moved(from, to)).toBeNull();
});

test('places move with their function, in texts and in ranges', () => {
  const basis = basisOf([parse(code)], new Set(['veil_map']));
  const move = basis && sameCode(basis, [parse(`${code.replace('{\n', '{\n\n\n')}`)]);
  const range = { line: 10, column: 2, endLine: 10, endColumn: 9 };
  const answer = { waits: ['veil_map() veil.c:10: asleep'], place: { path: 'veil.c', range }, states: 10 };
  expect(move && relocate(answer, move)).toEqual({
    waits: ['veil_map() veil.c:12: asleep'],
    place: { path: 'veil.c', range: { ...range, line: 12, endLine: 12 } },
    states: 10,
  });
});

test('a place in a function that has changed is lost', () => {
  const basis = basisOf([parse(code)], new Set(['veil_map']));
  const move = basis && sameCode(basis, [parse(code.replace('return v->depth;', 'v++;\n\treturn 0;'))]);
  expect(move && relocate('veil_idle() veil.c:5', move)).toBeNull();
});

test('an annotation anywhere may be about what was looked at', () => {
  expect(basisOf([parse(`/* rescuer: { returns: 0 } */\n${code}`)], new Set())).toBeNull();
});

test('however a file is cut off, equal text is the same code', () => {
  const text = readFileSync(join(import.meta.dirname, '../fixtures/c/driver.c'), 'utf8');
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(text.length), (a, b) => {
      const part = text.slice(Math.min(a, b), Math.max(a, b));
      const basis = basisOf([parse(part)], new Set());
      const move = basis && sameCode(basis, [parse(part)]);
      expect(basis === null || move?.('veil.c', 1) === 1).toBe(true);
    }),
    { numRuns: 50 },
  );
});
