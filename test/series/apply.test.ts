import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Applied, applyFile, relocate } from '../../server/series/apply.js';
import { editedFile } from './edits.js';
import { onlyFile } from './lines.js';

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`).join('');

const diffOf = (before: string, after: string): string =>
  createTwoFilesPatch('a/x', 'b/x', before, after, undefined, undefined, { context: 3 });

const textOf = (applied: Applied): string | null => (applied.ok ? applied.text : 'not applied');

const before = numbered(1, 40);
const change = onlyFile(diffOf(before, before.replace('line 20\n', 'new 20\n')));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rescuer-apply-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a hunk applies where it says', () => {
  expect(applyFile(before, change)).toEqual({
    ok: true,
    text: before.replace('line 20', 'new 20'),
    hunks: [{ oldLine: 17, offset: 0, fuzz: 0 }],
  });
});

test('a hunk applies with an offset, which later hunks start from', () => {
  const shifted = `${'top\n'.repeat(5)}${before}`;
  expect(applyFile(shifted, change)).toEqual({
    ok: true,
    text: shifted.replace('line 20', 'new 20'),
    hunks: [{ oldLine: 22, offset: 5, fuzz: 0 }],
  });
});

test.each([
  [1, 'line 17'],
  [2, 'line 18'],
])('fuzz %i: %s of the context is another one', (fuzz, line) => {
  const other = before.replace(`${line}\n`, 'other\n');
  expect(applyFile(other, change)).toEqual({
    ok: true,
    text: other.replace('line 20', 'new 20'),
    hunks: [{ oldLine: 17, offset: 0, fuzz }],
  });
});

test('the context next to the change must be there; the nearest place is named', () => {
  const other = `top\n${before.replace('line 19\n', 'other\n')}`;
  expect(applyFile(other, change)).toEqual({
    ok: false,
    hunk: 1,
    reason: 'its context is not in the file',
    nearest: { line: 18, matching: 6, of: 7 },
  });
});

test('a patch that is applied already', () => {
  const insertion = onlyFile(diffOf(before, before.replace('line 20\n', 'line 20\nnew\n')));
  expect(applyFile(before.replace('line 20\n', 'line 20\nnew\n'), insertion)).toEqual({
    ok: false,
    hunk: 1,
    reason: 'it is applied already',
    nearest: null,
  });
});

test('an insertion is not put where none of its context is', () => {
  const insertion = onlyFile('--- a/x\n+++ b/x\n@@ -5,2 +5,3 @@\n a\n+new\n b\n');
  expect(applyFile(before, insertion)).toMatchObject({ ok: false, hunk: 1 });
});

test('the number of the hunk that fails is told', () => {
  const both = onlyFile(diffOf(before, before.replace('line 5\n', '').replace('line 30\n', '')));
  const applied = applyFile(before.replace('line 30', 'other'), both);
  expect(applied.ok ? null : applied.hunk).toBe(2);
});

test('a created file, and one that is there already', () => {
  const created = onlyFile('--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file');
  expect(textOf(applyFile(null, created))).toBe('a\nb');
  expect(applyFile('c\n', created)).toMatchObject({ ok: false, reason: 'the file that it creates is there already' });
});

test('a deleted file, and one that has more in it', () => {
  const deleted = onlyFile('--- a/x\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n');
  expect(textOf(applyFile('a\nb\n', deleted))).toBeNull();
  expect(applyFile('a\nb\nc\n', deleted)).toMatchObject({ ok: false });
});

test('a pure rename leaves the text alone', () => {
  const rename = onlyFile('diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n');
  expect(textOf(applyFile('a\n', rename))).toBe('a\n');
});

test('a file that is not there', () => {
  expect(applyFile(null, change)).toMatchObject({ ok: false, reason: 'there is no such file' });
});

test('a CRLF file takes a patch that lost its CR in the mail', () => {
  const dos = before.replaceAll('\n', '\r\n');
  expect(textOf(applyFile(dos, change))).toBe(dos.replace('line 20', 'new 20'));
});

test('a diff of a CRLF file applies to it', () => {
  const dos = before.replaceAll('\n', '\r\n');
  expect(textOf(applyFile(dos, onlyFile(diffOf(dos, dos.replace('line 20', 'new 20')))))).toBe(
    dos.replace('line 20', 'new 20'),
  );
});

test('relocated hunks have the line numbers of the texts before and after', () => {
  const shifted = `${'top\n'.repeat(5)}${before}`;
  const file = onlyFile(diffOf(before, before.replace('line 3\n', 'a\nb\n').replace('line 30\n', '')));
  const applied = applyFile(shifted, file);
  const [old, renewed] = [shifted, textOf(applied) ?? ''].map((text) => text.split('\n'));
  for (const line of relocate(file, applied.ok ? applied.hunks : []).hunks.flatMap((hunk) => hunk.lines)) {
    expect(line.oldLine === null ? line.text : old?.[line.oldLine - 1]).toBe(line.text);
    expect(line.newLine === null ? line.text : renewed?.[line.newLine - 1]).toBe(line.text);
  }
});

test('what jsdiff says is different, applied, gives the file after', () => {
  fc.assert(
    fc.property(editedFile, (file) => {
      fc.pre(file.before !== file.after && file.before !== '');
      expect(textOf(applyFile(file.before, onlyFile(diffOf(file.before, file.after))))).toBe(file.after);
    }),
    { numRuns: 1000 },
  );
});

test('the diff of git, applied to another file, gives what git apply makes of it', () => {
  const at = (name: string): string => join(folder, name);
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, GIT_DIR: at('none') } });
  let applied = 0;
  fc.assert(
    fc.property(editedFile, fc.nat(6), fc.nat(30), (file, above, cut) => {
      writeFileSync(at('a'), file.before);
      writeFileSync(at('b'), file.after);
      const diff = git('diff', '--no-index', '--no-prefix', 'a', 'b').stdout.replace(
        /^--- .*\n\+\+\+ .*$/m,
        '--- a/x\n+++ b/x',
      );
      fc.pre(diff.includes('@@'));
      const text = diff.slice(diff.indexOf('--- a/x'));
      const other =
        'top\n'.repeat(above) +
        file.before
          .split('\n')
          .filter((_, line) => line !== cut)
          .join('\n');
      writeFileSync(at('x'), other);
      writeFileSync(at('x.patch'), text);
      const status = git('apply', '--whitespace=nowarn', 'x.patch').status;
      if (status === 0) {
        applied++;
        expect(textOf(applyFile(other, onlyFile(text)))).toBe(readFileSync(at('x'), 'utf8'));
      }
    }),
    { numRuns: 80 },
  );
  expect(applied).toBeGreaterThan(5);
});
