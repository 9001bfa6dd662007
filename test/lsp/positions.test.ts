import { expect, test } from 'vitest';
import { contains, lineRange, toLspRange, touches, wordAt } from '../../server/lsp/positions.js';

test('LSP counts from 0 what the reports count from 1', () => {
  expect(toLspRange({ line: 3, column: 5, endLine: 3, endColumn: 9 })).toEqual({
    start: { line: 2, character: 4 },
    end: { line: 2, character: 8 },
  });
});

test('a line is marked without its indentation and trailing blanks', () => {
  expect(lineRange(1, '\t  goto bad; ')).toEqual({
    start: { line: 0, character: 3 },
    end: { line: 0, character: 12 },
  });
});

test('a cursor directly behind a range still belongs to it', () => {
  const range = { line: 2, column: 3, endLine: 2, endColumn: 6 };
  expect([2, 3, 6, 7].map((column) => contains(range, 2, column))).toEqual([false, true, true, false]);
});

test('ranges that share only an end touch', () => {
  const at = (from: number, to: number) => ({ start: { line: 0, character: from }, end: { line: 0, character: to } });
  expect(touches(at(0, 4), at(4, 8))).toBe(true);
  expect(touches(at(0, 4), at(5, 8))).toBe(false);
});

test('the word at a cursor counts UTF-16 units before it', () => {
  const line = '/* 🛟 */ md->bs';
  expect(wordAt(line, { line: 7, character: line.indexOf('bs') })).toEqual({
    word: 'bs',
    range: { start: { line: 7, character: 13 }, end: { line: 7, character: 15 } },
  });
  expect(wordAt(line, { line: 7, character: 3 })).toBeNull();
});
