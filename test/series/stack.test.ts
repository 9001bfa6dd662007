import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hunksSource } from '../../server/series/hunks-source.js';
import { filesBefore, layOut } from '../../server/series/stack.js';
import type { Stack, TreeSource } from '../../server/series/types.js';
import { editedFile } from './edits.js';
import { seriesOf } from './lines.js';

const tree = (files: Readonly<Record<string, string>>): TreeSource => ({
  ...hunksSource('a tree in a test'),
  kind: 'directory',
  read: (path) => Promise.resolve(files[path] ?? null),
});
const hunksOnly = hunksSource('no tree');

/** The texts of a file in all states; null where there is no such file. */
const texts = (stack: Stack, path: string) => stack.states.map((state) => state.files.get(path)?.text ?? null);

const first = '--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n a\n+new\n b\n c\n';
const second = '--- a/x\n+++ b/x\n@@ -1,4 +1,3 @@\n a\n new\n-b\n c\n';

test('patches are applied one on the other', async () => {
  const stack = await layOut(seriesOf(first, second), tree({ x: 'a\nb\nc\n' }), {});
  expect(texts(stack, 'x')).toEqual(['a\nb\nc\n', 'a\nnew\nb\nc\n', 'a\nnew\nc\n']);
  expect([stack.problems, stack.states.map(({ index }) => index)]).toEqual([[], [0, 1, 2]]);
});

test('hunks of the stack stand at the lines where they applied', async () => {
  const diff = '--- a/x\n+++ b/x\n@@ -5,3 +5,4 @@\n a\n+new\n b\n c\n';
  const stack = await layOut(seriesOf(diff), tree({ x: `${'top\n'.repeat(9)}a\nb\nc\nd\n` }), {});
  expect(
    stack.series.patches[0]?.files[0]?.hunks[0]?.lines.map(({ oldLine, newLine, line }) => [oldLine, newLine, line]),
  ).toEqual([
    [10, 10, 4],
    [null, 11, 5],
    [11, 12, 6],
    [12, 13, 7],
  ]);
});

test('a patch that does not fit is reported, its file goes on from the hunks, other files as they are', async () => {
  const other = '--- a/y\n+++ b/y\n@@ -1 +1 @@\n-p\n+q\n';
  const stack = await layOut(seriesOf(first + other, second), tree({ x: 'z\nb\nc\nd\n', y: 'p\n' }), {});
  expect(stack.problems).toEqual([
    {
      patch: 1,
      path: 'x',
      hunk: 1,
      message:
        'x, hunk 1: its context is not in the file, nearest is line 1, where 2 of 3 match (tried: a tree in a test)',
      document: '1.patch',
      line: 3,
    },
  ]);
  expect(texts(stack, 'x')).toEqual(['z\nb\nc\nd\n', 'a\nnew\nb\nc\n', 'a\nnew\nc\n']);
  expect(texts(stack, 'y')).toEqual(['p\n', 'q\n', 'q\n']);
  expect([0, 1].map((place) => filesBefore(stack, place).get('x')?.text)).toEqual(['a\nb\nc\n', 'a\nnew\nb\nc\n']);
});

test('creation, rename and deletion through a series', async () => {
  const create = '--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n';
  const rename = 'diff --git a/n b/m\nsimilarity index 100%\nrename from n\nrename to m\n';
  const remove = '--- a/m\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n';
  const stack = await layOut(seriesOf(create, rename, remove), hunksOnly, {});
  expect(texts(stack, 'n')).toEqual([null, 'a\nb\n', null, null]);
  expect(texts(stack, 'm')).toEqual([null, null, 'a\nb\n', null]);
  expect(stack.states[1]?.files.get('n')?.known).toBeNull();
});

test('two files change names in one patch', async () => {
  const swap = ['x', 'y'].map((from, at) => {
    const to = ['y', 'x'][at];
    return `diff --git a/${from} b/${to}\nsimilarity index 100%\nrename from ${from}\nrename to ${to}\n`;
  });
  const stack = await layOut(seriesOf(swap.join('')), tree({ x: 'was x\n', y: 'was y\n' }), {});
  expect([texts(stack, 'x'), texts(stack, 'y')]).toEqual([
    ['was x\n', 'was y\n'],
    ['was y\n', 'was x\n'],
  ]);
});

test('from hunks only, a state knows what any patch shows of it, at its line', async () => {
  const one = '--- a/x\n+++ b/x\n@@ -10,2 +10,3 @@ int f(void)\n a\n+new\n b\n';
  const two = '--- a/x\n+++ b/x\n@@ -2 +2 @@\n-p\n+q\n@@ -13,2 +13,2 @@ int g(void)\n c\n-d\n+e\n';
  const stack = await layOut(seriesOf(one, two), hunksOnly, {});
  const image = (at: number) => stack.states[at]?.files.get('x');
  const lines = (at: number) =>
    image(at)
      ?.text.split('\n')
      .flatMap((text, line) => (text === '' ? [] : [`${line + 1} ${text}`]));
  expect([lines(0), lines(1), lines(2)]).toEqual([
    ['2 p', '10 a', '11 b', '12 c', '13 d'],
    ['2 p', '10 a', '11 new', '12 b', '13 c', '14 d'],
    ['2 q', '10 a', '11 new', '12 b', '13 c', '14 e'],
  ]);
  expect(image(1)?.known).toEqual([
    { line: 2, endLine: 2 },
    { line: 10, endLine: 14 },
  ]);
  expect(image(1)?.sections).toEqual([{ line: 10, text: 'int f(void)' }]);
});

test('patches that contradict each other: the later one stands for itself', async () => {
  const stack = await layOut(seriesOf(first, first), hunksOnly, {});
  expect(stack.problems.map(({ patch, message }) => [patch, message])).toEqual([
    [2, 'x, hunk 1: an earlier patch of the series leaves another line 2'],
  ]);
  expect(texts(stack, 'x')).toEqual(['a\nb\nc\n', 'a\nnew\nb\nc\n', 'a\nnew\nb\nc\n']);
  expect(stack.states[2]?.restarted.get('x')?.text).toBe('a\nb\nc\n');
});

test('a path out of the tree is reported and left out', async () => {
  const stack = await layOut(seriesOf('--- a/../../etc/x\n+++ b/../../etc/x\n@@ -1 +1 @@\n-a\n+b\n'), hunksOnly, {});
  expect(stack.problems.map(({ message }) => message)).toEqual(['../../etc/x, hunk 1: the path leads out of the tree']);
  expect(stack.states.map(({ files }) => files.size)).toEqual([0, 0]);
});

test('a false line number of nine digits costs nothing', async () => {
  const stack = await layOut(seriesOf('--- a/x\n+++ b/x\n@@ -999999999 +999999999 @@\n-a\n+b\n'), hunksOnly, {});
  expect(texts(stack, 'x')).toEqual(['', '']);
});

test('it stops when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(layOut(seriesOf(first), hunksOnly, { signal })).rejects.toThrow('stopped');
});

test('states from hunks only agree with the whole files wherever they know a line', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(editedFile, { minLength: 2, maxLength: 5 }), async (files) => {
      const versions = files.map(({ after }) => after).filter((text) => text.endsWith('\n'));
      const pairs = versions.slice(1).map((text, at): [string, string] => [versions[at] ?? '', text]);
      fc.pre(pairs.length > 0 && pairs.every(([a, b]) => a !== b));
      const diffs = pairs.map(([a, b]) =>
        createTwoFilesPatch('a/x', 'b/x', a, b, undefined, undefined, { context: 2 }),
      );
      const stack = await layOut(seriesOf(...diffs), hunksOnly, {});
      expect(stack.problems).toEqual([]);
      for (const [at, state] of stack.states.entries()) {
        const image = state.files.get('x');
        const [shown, whole] = [image?.text.split('\n') ?? [], versions[at]?.split('\n') ?? []];
        for (const { line, endLine } of image?.known ?? []) {
          expect(shown.slice(line - 1, endLine)).toEqual(whole.slice(line - 1, endLine));
        }
      }
    }),
    { numRuns: 200 },
  );
});

const header = fc.constantFrom(
  '--- a/x\n+++ b/x',
  '--- /dev/null\n+++ b/x',
  '--- a/x\n+++ /dev/null',
  'diff --git a/x b/y\nrename from x\nrename to y\n--- a/x\n+++ b/y',
  'diff --git a/y b/x\ncopy from y\ncopy to x\n--- a/y\n+++ b/x',
);
const number = fc.oneof(fc.nat(6), fc.constant(999_999_999));
const hunk = fc
  .record({
    start: fc.tuple(number, number),
    count: fc.tuple(number, number),
    lines: fc.array(fc.constantFrom(' a', ' b', '-a', '-b', '+a', '+c', '\\ No newline at end of file', ''), {
      maxLength: 8,
    }),
  })
  .map(({ start, count, lines }) => [`@@ -${start[0]},${count[0]} +${start[1]},${count[1]} @@ f`, ...lines].join('\n'));
const hostile = fc
  .array(fc.tuple(header, fc.array(hunk, { maxLength: 3 })), { maxLength: 3 })
  .map((files) => files.map(([head, hunks]) => [head, ...hunks].join('\n')).join('\n'));

test('whatever the hunks say, there is a state after each patch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 4 }), fc.constantFrom(null, 'a\nb\n', 'b'), async (diffs, x) => {
      const source = x === null ? hunksOnly : tree({ x });
      const stack = await layOut(seriesOf(...diffs), source, {});
      expect(stack.states).toHaveLength(diffs.length + 1);
    }),
    { numRuns: 200 },
  );
});
