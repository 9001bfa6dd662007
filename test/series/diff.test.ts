import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDiff } from '../../server/series/diff.js';
import { bodyLines, onlyFile } from './lines.js';

const parse = (text: string, strip?: number) => parseDiff(bodyLines(text), strip);
const names = (text: string, strip?: number) =>
  parse(text, strip).map(({ change, oldPath, newPath }) => [change, oldPath, newPath]);

test('every hunk line knows its kind, both file lines, and its place in the document', () => {
  const file = onlyFile(
    [
      'diff --git a/block/bio.c b/block/bio.c',
      'index 1234567..89abcde 100644',
      '--- a/block/bio.c',
      '+++ b/block/bio.c',
      '@@ -10,3 +10,3 @@ int bioset_init(struct bio_set *bs,',
      ' \tcontext;',
      '-\told;',
      '+\tnew;',
      ' }',
    ].join('\n'),
  );
  expect(file).toEqual({
    change: 'modify',
    oldPath: 'block/bio.c',
    newPath: 'block/bio.c',
    oldMode: '100644',
    newMode: '100644',
    oldBlob: '1234567',
    newBlob: '89abcde',
    binary: false,
    line: 1,
    hunks: [
      {
        oldStart: 10,
        oldLines: 3,
        newStart: 10,
        newLines: 3,
        section: 'int bioset_init(struct bio_set *bs,',
        line: 5,
        lines: [
          { kind: 'context', text: '\tcontext;', oldLine: 10, newLine: 10, line: 6, column: 2, newline: true },
          { kind: 'delete', text: '\told;', oldLine: 11, newLine: null, line: 7, column: 2, newline: true },
          { kind: 'add', text: '\tnew;', oldLine: null, newLine: 11, line: 8, column: 2, newline: true },
          { kind: 'context', text: '}', oldLine: 12, newLine: 12, line: 9, column: 2, newline: true },
        ],
      },
    ],
  });
});

test('positions come from the body line, not from its place in the list', () => {
  const lines = bodyLines('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b').map((line) => ({
    ...line,
    line: line.line + 40,
    column: 0,
  }));
  const hunk = parseDiff(lines)[0]?.hunks[0];
  expect([hunk?.line, hunk?.lines.map(({ line, column }) => [line, column])]).toEqual([
    43,
    [
      [44, 0],
      [45, 0],
    ],
  ]);
});

test('a rename without change', () => {
  expect(
    names('diff --git a/fs/bio.c b/block/bio.c\nsimilarity index 100%\nrename from fs/bio.c\nrename to block/bio.c\n'),
  ).toEqual([['rename', 'fs/bio.c', 'block/bio.c']]);
});

test('a copy', () => {
  expect(names('diff --git a/a.c b/b.c\nsimilarity index 90%\ncopy from a.c\ncopy to b.c\n')).toEqual([
    ['copy', 'a.c', 'b.c'],
  ]);
});

test('a mode change alone', () => {
  const file = onlyFile('diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n');
  expect([file.change, file.oldPath, file.oldMode, file.newMode]).toEqual(['modify', 'run.sh', '100644', '100755']);
});

test('new and deleted files, also empty ones', () => {
  const text = [
    'diff --git a/new.c b/new.c',
    'new file mode 100644',
    'index 0000000..e69de29',
    'diff --git a/old.c b/old.c',
    'deleted file mode 100644',
    'index 1234567..0000000',
    '--- a/old.c',
    '+++ /dev/null',
    '@@ -1 +0,0 @@',
    '-x',
  ].join('\n');
  expect(names(text)).toEqual([
    ['add', null, 'new.c'],
    ['delete', 'old.c', null],
  ]);
});

test('binary files, both notations', () => {
  const text = [
    'diff --git a/a.bin b/a.bin',
    'index 1234567..89abcde 100644',
    'GIT binary patch',
    'literal 3',
    'KcmZQzU|;|M00aO5',
    '',
    'diff --git a/b.bin b/b.bin',
    'index 1234567..89abcde 100644',
    'Binary files a/b.bin and b/b.bin differ',
  ].join('\n');
  expect(parse(text).map(({ newPath, binary }) => [newPath, binary])).toEqual([
    ['a.bin', true],
    ['b.bin', true],
  ]);
});

test('quoted names are UTF-8 in octal', () => {
  expect(names('diff --git "a/na\\303\\257ve.c" "b/na\\303\\257ve.c"\nold mode 100644\nnew mode 100755')).toEqual([
    ['modify', 'naïve.c', 'naïve.c'],
  ]);
  expect(names('--- "a/t\\tab.c"\n+++ "b/t\\tab.c"\n@@ -1 +1 @@\n-a\n+b')).toEqual([['modify', 't\tab.c', 't\tab.c']]);
});

test('a name with blanks, with and without --- and +++', () => {
  expect(names('diff --git a/two words.c b/two words.c\nold mode 100644\nnew mode 100755')).toEqual([
    ['modify', 'two words.c', 'two words.c'],
  ]);
  expect(names('--- a/two words.c\t2017-11-21 10:00:00 +0000\n+++ b/two words.c\t\n@@ -1 +1 @@\n-a\n+b')).toEqual([
    ['modify', 'two words.c', 'two words.c'],
  ]);
});

test('quilt: Index line, .orig tree, dates; the file begins at Index', () => {
  const text = [
    'Index: linux-2.6/drivers/md/dm.c',
    '='.repeat(67),
    '--- linux-2.6.orig/drivers/md/dm.c\t2017-11-21 10:00:00.000000000 +0100',
    '+++ linux-2.6/drivers/md/dm.c\t2017-11-21 10:00:01.000000000 +0100',
    '@@ -1 +1 @@',
    '-a',
    '+b',
  ].join('\n');
  const file = onlyFile(text);
  expect([file.change, file.oldPath, file.newPath, file.line]).toEqual([
    'modify',
    'drivers/md/dm.c',
    'drivers/md/dm.c',
    1,
  ]);
});

test('svn: names have no prefix', () => {
  const text = [
    'Index: drivers/md/dm.c',
    '='.repeat(67),
    '--- drivers/md/dm.c\t(revision 12)',
    '+++ drivers/md/dm.c\t(working copy)',
    '@@ -1 +1 @@',
    '-a',
    '+b',
  ].join('\n');
  expect(names(text)).toEqual([['modify', 'drivers/md/dm.c', 'drivers/md/dm.c']]);
});

test('git diff --no-prefix', () => {
  const text =
    'diff --git block/bio.c block/bio.c\nindex 1234567..89abcde 100644\n--- block/bio.c\n+++ block/bio.c\n@@ -1 +1 @@\n-a\n+b';
  expect(names(text)).toEqual([['modify', 'block/bio.c', 'block/bio.c']]);
});

test('-p0 and -p2', () => {
  const diff = (old: string, renewed: string) => `--- ${old}\n+++ ${renewed}\n@@ -1 +1 @@\n-a\n+b`;
  expect(names(diff('block/bio.c.orig', 'block/bio.c'), 0)).toEqual([['modify', 'block/bio.c', 'block/bio.c']]);
  expect(names(diff('x/old/block/bio.c', 'x/new/block/bio.c'), 2)).toEqual([['modify', 'block/bio.c', 'block/bio.c']]);
});

test('a file of the epoch does not exist', () => {
  expect(
    names('--- a/n.c\t1970-01-01 00:00:00.000000000 +0000\n+++ b/n.c\t2017-11-21 10:00:00\n@@ -0,0 +1 @@\n+b'),
  ).toEqual([['add', null, 'n.c']]);
  expect(
    names('--- a/n.c\t2017-11-21 10:00:00\n+++ b/n.c\t1970-01-01 01:00:00.000000000 +0100\n@@ -1 +0,0 @@\n-b'),
  ).toEqual([['delete', 'n.c', null]]);
});

test('no newline at the end, on each side', () => {
  const file = onlyFile(
    '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n',
  );
  expect(file.hunks[0]?.lines.map(({ kind, newline }) => [kind, newline])).toEqual([
    ['delete', false],
    ['add', false],
  ]);
});

test('the signature is no deletion', () => {
  const hunk = onlyFile('--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n+b\n c\n-- \n2.39.5\n').hunks[0];
  expect(hunk?.lines.map(({ kind }) => kind)).toEqual(['context', 'add', 'context']);
});

test('the signature is no deletion when the counts promise more lines either', () => {
  const hunk = onlyFile('--- a/x\n+++ b/x\n@@ -1,7 +1,8 @@\n a\n+b\n c\n-- \n2.39.5\n').hunks[0];
  expect([hunk?.oldLines, hunk?.newLines, hunk?.lines.length]).toEqual([2, 3, 3]);
});

test('a line "-- " that the hunk counts is a deletion', () => {
  const hunk = onlyFile('--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n a\n-- \n').hunks[0];
  expect(hunk?.lines.map(({ kind, text }) => [kind, text])).toEqual([
    ['context', 'a'],
    ['delete', '- '],
  ]);
});

test('a deleted line that looks like a header stays in its hunk', () => {
  const text = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n--- a/y\n+++ b/y\n@@ -9 +9 @@\n-p\n+q';
  const file = onlyFile(text);
  expect(file.hunks.map((hunk) => hunk.lines.map((line) => line.text))).toEqual([
    ['a', '-- a/y', '++ b/y'],
    ['p', 'q'],
  ]);
});

test('counts that promise too much do not swallow the next file', () => {
  expect(names('--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-p\n+q')).toEqual([
    ['modify', 'x', 'x'],
    ['modify', 'y', 'y'],
  ]);
});

test('lines beyond the counts belong to no hunk, as in git', () => {
  const hunk = onlyFile('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c').hunks[0];
  expect(hunk?.lines.map(({ text }) => text)).toEqual(['a', 'b']);
});

test('an empty context line whose blank a mailer took, and a tab line whose blank it took', () => {
  const hunk = onlyFile('--- a/x\n+++ b/x\n@@ -1,4 +1,4 @@\n a\n\n\tif (x)\n-b\n+c').hunks[0];
  expect(hunk?.lines.map(({ kind, text, column }) => [kind, text, column])).toEqual([
    ['context', 'a', 2],
    ['context', '', 1],
    ['context', '\tif (x)', 1],
    ['delete', 'b', 2],
    ['add', 'c', 2],
  ]);
});

test('CRLF of the transport is no part of the file', () => {
  const hunk = onlyFile('--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@ f(void)\r\n-a\r\n+b\r\n').hunks[0];
  expect([hunk?.section, hunk?.lines.map(({ text }) => text)]).toEqual(['f(void)', ['a', 'b']]);
});

test('CR of a CRLF file is part of its lines', () => {
  const hunk = onlyFile('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n').hunks[0];
  expect(hunk?.lines.map(({ text }) => text)).toEqual(['a\r', 'b\r']);
});

test('a commit message that speaks of diff --git or quotes a pair of names has no file', () => {
  expect(names('See\ndiff --git a/x b/x\nfor the reason.\n\n--- a/x\n+++ b/x\nwere wrong\n')).toEqual([]);
});

test('hunks without a file, and combined diffs, are passed over', () => {
  expect(names('@@ -1 +1 @@\n-a\n+b\ndiff --cc x.c\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n')).toEqual([]);
});

const piece = fc.oneof(
  fc.constantFrom(
    'diff --git a/x b/x',
    'index 12345678..9abcdef0 100644',
    '--- a/x',
    '+++ b/x',
    '--- /dev/null',
    '@@ -1,2 +1,3 @@',
    '@@ -0,0 +1 @@',
    '@@ -999999999,999999999 +1 @@ f',
    ' a',
    '-a',
    '+a',
    '',
    '-- ',
    '\\ No newline at end of file',
    'Index: x',
    'rename from ../../etc/passwd',
    'rename to x',
    'GIT binary patch',
    '"a/\\',
    '--- "a/\\303',
    '\r',
    '\tx',
    'similarity index 5%',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\n', '')),
);

test('any text is parsed without an error, and its counts agree with its lines', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (lines) => {
      for (const hunk of parse(lines.join('\n')).flatMap((file) => file.hunks)) {
        expect(hunk.lines.filter((line) => line.oldLine !== null)).toHaveLength(hunk.oldLines);
        expect(hunk.lines.filter((line) => line.newLine !== null)).toHaveLength(hunk.newLines);
        expect(hunk.lines.every((line) => lines[line.line - 1]?.replace(/^[ +-]/, '').startsWith(line.text))).toBe(
          true,
        );
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['a name of repeated prefixes', `diff --git ${'a/'.repeat(200_000)} b/x\nindex 1234567..89abcde\n`],
  ['a hunk header of digits', `--- a/x\n+++ b/x\n@@ -${'1'.repeat(200_000)} +1 @@\n`],
  ['a section of repeated prefixes', `--- a/x\n+++ b/x\n@@ -1 +1 @@ ${'b/'.repeat(200_000)}\n-a\n+b`],
  ['headers without end', 'diff --git a/x b/x\nindex 1234567..89abcde\n'.repeat(50_000)],
  ['a long hunk', `--- a/x\n+++ b/x\n@@ -1,200000 +1 @@\n${'--- a/x\n'.repeat(200_000)}`],
  // Quadratic time would be minutes.
])('%s takes no more than linear time', (_, text) => {
  const start = performance.now();
  parse(text);
  expect(performance.now() - start).toBeLessThan(10_000);
});
