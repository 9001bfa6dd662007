import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDocuments } from '../../server/series/inputs.js';
import { readQueue } from '../../server/series/quilt.js';
import { UserError } from '../../server/text.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inputs-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const noInput = () => Promise.reject(new Error('not asked for'));
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}
async function load(...names: string[]) {
  const documents = await loadDocuments(
    names.map((name) => join(root, name)),
    noInput,
  );
  return documents.map(({ name, bytes, ...more }) => ({
    name: name.slice(root.length + 1),
    text: new TextDecoder().decode(bytes),
    ...more,
  }));
}

test('files in the order they are named, and standard input', async () => {
  write({ 'b.mbox': 'b', 'a.patch': 'a' });
  expect((await load('b.mbox', 'a.patch')).map(({ text }) => text)).toEqual(['b', 'a']);
  const [stdin] = await loadDocuments(['-'], () => Promise.resolve(Uint8Array.of(1)));
  expect(stdin).toEqual({ name: '<stdin>', bytes: Uint8Array.of(1) });
});

test('a directory gives its patches and mails by name, nothing else', async () => {
  write({ 'd/0002-b.patch': '2', 'd/0001-a.patch': '1', 'd/notes.txt': 'no', 'd/.hidden.patch': 'no', 'd/x.eml': '3' });
  expect((await load('d')).map(({ text }) => text)).toEqual(['1', '2', '3']);
});

test('a maildir gives the mails of cur and new', async () => {
  write({ 'm/cur/1:2,S': 'seen', 'm/new/2': 'fresh', 'm/tmp/3': 'no' });
  expect((await load('m')).map(({ text }) => text)).toEqual(['seen', 'fresh']);
});

test('a quilt queue: directory, patches/ below it, or its series file', async () => {
  write({ 'q/patches/series': 'b.patch\na/c.diff -p0\n', 'q/patches/b.patch': 'b', 'q/patches/a/c.diff': 'c' });
  const queue = join(root, 'q/patches/series');
  const expected = [
    { name: 'q/patches/b.patch', text: 'b', strip: 1, queue },
    { name: 'q/patches/a/c.diff', text: 'c', strip: 0, queue },
  ];
  for (const name of ['q', 'q/patches', 'q/patches/series']) expect(await load(name)).toEqual(expected);
});

test('a series file is read with comments, strip levels and guards', () => {
  const text = [
    '# title',
    'a.patch',
    ' b.patch -p2 # why',
    'c.patch -p 0',
    'd.patch -pab',
    'e.patch #+x86',
    'f.patch #-arm',
    '+rt g.patch',
    '-old h.patch',
    '',
  ];
  expect(readQueue(text.join('\r\n'), 'series').map(({ file, strip }) => [file, strip])).toEqual([
    ['a.patch', 1],
    ['b.patch', 2],
    ['c.patch', 0],
    ['d.patch', 1],
    ['f.patch', 1],
    ['h.patch', 1],
  ]);
});

test('a reversed patch is refused with its place', () => {
  expect(() => readQueue('a.patch\nb.patch -R\n', 'series')).toThrow(
    new UserError("series:2: only the option -pN is understood here, not '-R'"),
  );
});

test('a series file cannot lead out of its folder', async () => {
  write({ secret: 's', 'q/series': '../secret\n', 'r/series': 'link\n', 's/series': '/etc/hostname\n' });
  symlinkSync(join(root, 'secret'), join(root, 'r/link'));
  await expect(load('q')).rejects.toThrow(/'\.\.\/secret' lies outside/);
  await expect(load('r')).rejects.toThrow(/'link' lies outside/);
  await expect(load('s')).rejects.toThrow(UserError);
});

test('what is not there, or has no patches, is said in one line', async () => {
  mkdirSync(join(root, 'empty'));
  write({ 'q/series': 'gone.patch\n' });
  await expect(load('nowhere')).rejects.toThrow(new UserError(`${join(root, 'nowhere')}: no such file or directory`));
  await expect(load('empty')).rejects.toThrow(/no patches here/);
  await expect(load('q')).rejects.toThrow(/there is no patch 'gone\.patch'/);
});
