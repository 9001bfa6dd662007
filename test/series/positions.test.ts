import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffPositionAt, mailLineOf, newLineOf, oldLineOf } from '../../server/series/positions.js';
import { editedFile } from './edits.js';
import { onlyFile, seriesOf } from './lines.js';

const diff = [
  'Some words.',
  '---',
  '--- a/x',
  '+++ b/x',
  '@@ -10,4 +10,5 @@',
  ' a',
  '-b',
  '+c',
  '+d',
  ' e',
  ' f',
  '',
].join('\n');
const file = onlyFile(diff);
const series = seriesOf(diff);
const [patch] = series.patches;

test.each([
  ['before the hunk', 3, 3],
  ['context', 10, 10],
  ['context behind the change', 12, 13],
  ['behind the hunk', 100, 101],
])('a line %s is found on the other side', (_, old, renewed) => {
  expect([newLineOf(file, old), oldLineOf(file, renewed)]).toEqual([renewed, old]);
});

test('a deleted line has no new line, an added one no old line', () => {
  expect([newLineOf(file, 11), oldLineOf(file, 11), oldLineOf(file, 12)]).toEqual([null, null, null]);
});

test('lines around a hunk without context', () => {
  const insertion = onlyFile('--- a/x\n+++ b/x\n@@ -5,0 +6,2 @@\n+a\n+b\n');
  expect([5, 6].map((line) => newLineOf(insertion, line))).toEqual([5, 8]);
  expect([5, 6, 7, 8].map((line) => oldLineOf(insertion, line))).toEqual([5, null, null, 6]);
});

test('a document line leads to its diff line, others lead nowhere', () => {
  expect(diffPositionAt(series, '1.patch', 8)?.diffLine).toMatchObject({ kind: 'add', text: 'c', newLine: 11 });
  expect([1, 5, 12].map((line) => diffPositionAt(series, '1.patch', line))).toEqual([null, null, null]);
  expect(diffPositionAt(series, '2.patch', 8)).toBeNull();
});

test('a line of either file leads to its document line', () => {
  expect(patch && mailLineOf(patch, 'old', 'x', 11)).toEqual({ document: '1.patch', line: 7, column: 2 });
  expect(patch && mailLineOf(patch, 'new', 'x', 11)).toEqual({ document: '1.patch', line: 8, column: 2 });
  expect(patch && mailLineOf(patch, 'new', 'x', 9)).toBeNull();
  expect(patch && mailLineOf(patch, 'new', 'y', 11)).toBeNull();
});

test('every line goes to an equal line and back, every shown line to the document and back', () => {
  fc.assert(
    fc.property(editedFile, fc.nat(3), ({ before, after }, context) => {
      fc.pre(before !== after && before !== '' && after !== '');
      const text = createTwoFilesPatch('a/x', 'b/x', before, after, undefined, undefined, { context: context + 1 });
      const [random] = seriesOf(text).patches;
      const [part] = random?.files ?? [];
      if (random === undefined || part === undefined) {
        throw new Error(text);
      }
      const [old, renewed] = [before, after].map((whole) => whole.replace(/\n$/, '').split('\n'));
      for (const [at, content] of old?.entries() ?? []) {
        const line = newLineOf(part, at + 1);
        if (line !== null) {
          expect([renewed?.[line - 1], oldLineOf(part, line)]).toEqual([content, at + 1]);
        }
      }
      for (const { kind, oldLine, newLine, line } of part.hunks.flatMap((hunk) => hunk.lines)) {
        if (oldLine !== null) {
          expect(mailLineOf(random, 'old', 'x', oldLine)?.line).toBe(line);
          expect(newLineOf(part, oldLine)).toBe(kind === 'delete' ? null : newLine);
        }
        if (newLine !== null) {
          expect(mailLineOf(random, 'new', 'x', newLine)?.line).toBe(line);
        }
        expect(diffPositionAt(seriesOf(text), '1.patch', line)?.diffLine.line).toBe(line);
      }
    }),
    { numRuns: 200 },
  );
});
