import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../server/series/sources.js';
import { seriesOf } from './lines.js';

let folder = '';
let tree = '';
let commits: string[] = [];
let blobs: string[] = [];

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    cwd: tree,
    encoding: 'utf8',
  }).trim();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rescuer-sources-'));
  tree = join(folder, 'tree');
  mkdirSync(join(tree, 'block'), { recursive: true });
  writeFileSync(join(folder, 'secret.c'), 'bio_set secret;\n');
  symlinkSync('../secret.c', join(tree, 'out.c'));
  symlinkSync('block/bio.c', join(tree, 'in.c'));
  symlinkSync('..', join(tree, 'up'));
  git('init', '-q');
  for (const text of ['struct bio_set first;\n', 'struct bio_set second;\n', 'struct bio_set third;\n']) {
    writeFileSync(join(tree, 'block', 'bio.c'), text);
    writeFileSync(join(tree, 'block', 'notes.txt'), text);
    git('add', '-A');
    git('commit', '-q', '-m', text);
    commits = [git('rev-parse', 'HEAD'), ...commits];
    blobs = [git('rev-parse', 'HEAD:block/bio.c'), ...blobs];
  }
  writeFileSync(join(tree, 'block', 'bio.c'), 'not committed\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const patchOn = (blob: string) =>
  seriesOf(
    `diff --git a/block/bio.c b/block/bio.c\nindex ${blob.slice(0, 12)}..123456789abc 100644\n--- a/block/bio.c\n+++ b/block/bio.c\n@@ -1 +1 @@\n-a\n+b\n`,
  );
const empty = seriesOf();
const open = (options: Partial<Parameters<typeof openSource>[0]>) =>
  openSource({ tree, series: empty, trusted: true, ...options });

test('the base asked for comes first', async () => {
  const source = await open({ base: 'HEAD~1', series: { ...empty, baseCommit: commits[2] ?? '' } });
  expect([source.kind, source.revision, source.why]).toEqual(['git', commits[1], 'HEAD~1, as asked for']);
  expect(await source.read('block/bio.c')).toBe('struct bio_set second;\n');
});

test('then base-commit: of the series', async () => {
  const source = await open({ series: { ...empty, baseCommit: commits[2] ?? '' } });
  expect([source.revision, source.why]).toEqual([commits[2], 'base-commit: of the series']);
});

test('then the newest commit with the blob ids of the index lines', async () => {
  const source = await open({ series: patchOn(blobs[1] ?? '') });
  expect([source.revision, source.why]).toEqual([
    commits[1],
    'the newest commit with these blobs: 1 of 1 files have the blob ids of the index lines',
  ]);
});

test('then HEAD, not the work tree, and it says what was tried', async () => {
  const base = '0123456789012345678901234567890123456789';
  const source = await open({ series: { ...patchOn('abcdef123456'), baseCommit: base } });
  expect([source.revision, source.why]).toEqual([
    commits[0],
    `HEAD; base-commit: ${base} is not in the repository; no commit looked at has the blob ids of the index lines`,
  ]);
  expect(await source.read('block/bio.c')).toBe('struct bio_set third;\n');
});

test.each(['--output=x', '-h', '', 'HEAD\n', 'nonsense'])('base %j is refused in one line', async (base) => {
  await expect(open({ base })).rejects.toThrow(/^[^\n]*$/);
});

test('an untrusted repository is read as a directory', async () => {
  const source = await open({ trusted: false });
  expect([source.kind, source.revision]).toEqual(['directory', null]);
  expect(await source.read('block/bio.c')).toBe('not committed\n');
});

test.each([true, false])('nothing outside the tree is read (git: %s)', async (trusted) => {
  const source = await open({ trusted });
  const paths = [
    '../secret.c',
    'block/../../secret.c',
    join(folder, 'secret.c'),
    'up/secret.c',
    '.git/config',
    'block',
    'x\0y',
    '',
  ];
  expect(await Promise.all(paths.map((path) => source.read(path)))).toEqual(paths.map(() => null));
  expect(await source.read('out.c')).not.toBe('bio_set secret;\n');
  expect(await source.grep(['secret'], ['..', '/', 'up', '.'])).toEqual([]);
});

test('a symbolic link within a directory is followed', async () => {
  const source = await open({ trusted: false });
  expect(await source.read('in.c')).toBe('not committed\n');
});

test('grep finds C files by any of the words, in the folders', async () => {
  const source = await open({});
  expect(await source.grep(['mempool', 'bio_set'], ['block/'])).toEqual(['block/bio.c']);
  expect(await source.grep(['bio_set'], ['fs'])).toEqual([]);
  expect(await source.grep(['bio.set'], ['.'])).toEqual([]);
});

test('grep in a directory finds the same', async () => {
  const source = await open({ trusted: false });
  expect(await source.grep(['mempool', 'committed'], ['block/'])).toEqual(['block/bio.c']);
  expect(await source.grep(['committed'], ['.'])).toEqual(['block/bio.c']);
  expect(await source.grep(['bio_set'], ['fs'])).toEqual([]);
});

test('no program that the repository configures is run', async () => {
  const programs = [
    'core.fsmonitor',
    'core.pager',
    'diff.external',
    'core.sshCommand',
    'diff.c.textconv',
    'gpg.program',
  ];
  const trap = join(folder, 'trap');
  const mark = join(folder, 'sprung');
  writeFileSync(trap, `#!/bin/sh\ntouch ${mark}\n`);
  chmodSync(trap, 0o755);
  for (const name of programs) {
    git('config', name, trap);
  }
  git('config', 'log.showSignature', 'true');
  git('config', 'grep.threads', '1');
  writeFileSync(join(tree, '.git', 'info', 'attributes'), '*.c diff=c\n');
  const source = await open({ series: patchOn(blobs[1] ?? '') });
  await source.read('block/bio.c');
  await source.grep(['bio_set'], ['block']);
  for (const name of programs) {
    git('config', '--unset', name);
  }
  expect(() => execFileSync('ls', [mark], { stdio: 'ignore' })).toThrow();
});

test('a directory without git, no tree at all, and a tree that is not there', async () => {
  const plain = await open({ tree: join(tree, 'block') });
  expect([plain.kind, await plain.read('bio.c')]).toEqual(['directory', 'not committed\n']);
  const none = await openSource({ series: empty, trusted: true });
  expect([none.kind, await none.read('block/bio.c'), await none.grep(['a'], ['.'])]).toEqual(['hunks', null, []]);
  await expect(open({ tree: join(folder, 'nowhere') })).rejects.toThrow('no such directory');
});
