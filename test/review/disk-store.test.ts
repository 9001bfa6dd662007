import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, openDiskStore } from '../../server/review/disk-store.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rescuer-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a value comes back in another process, maps and sets too', async () => {
  const value = { lines: new Map([['dm.c', new Set([1, 2])]]) };
  await openDiskStore(folder, 'b1').put(['k'], value);
  expect(await openDiskStore(folder, 'b1').get(['k'])).toEqual(value);
});

test('another key or another build has no value', async () => {
  await openDiskStore(folder, 'b1').put(['k', 'l'], 1);
  expect(await openDiskStore(folder, 'b1').get(['k'])).toBeNull();
  expect(await openDiskStore(folder, 'b1').get(['kl'])).toBeNull();
  expect(await openDiskStore(folder, 'b2').get(['k', 'l'])).toBeNull();
});

test.each([
  ['cut short', (file: string) => truncate(file, 40)],
  ['empty', (file: string) => truncate(file, 0)],
  ['something else', (file: string) => writeFile(file, 'not a value that was kept, but as long as one may be')],
])('an entry that is %s is none, and is written anew', async (_, spoil) => {
  const store = openDiskStore(folder, 'b1');
  await store.put(['k'], 'value');
  const [name = ''] = await readdir(folder);
  await spoil(join(folder, name));
  expect(await store.get(['k'])).toBeNull();
  await store.put(['k'], 'value');
  expect(await store.get(['k'])).toBe('value');
});

test('a folder that cannot be written gives one line, once', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const lines: string[] = [];
  const store = openDiskStore(join(file, 'below'), 'b1', (line) => lines.push(line));
  await store.put(['k'], 1);
  await store.put(['l'], 1);
  expect(lines).toEqual([expect.stringMatching(/^results are not kept for the next run: ENOTDIR/)]);
  expect(await store.get(['k'])).toBeNull();
});

test('a draft that a killed process left goes after an hour', async () => {
  const draft = join(folder, 'x.v8.1.tmp');
  await writeFile(draft, '');
  await openDiskStore(folder, 'b1').put(['k'], 1);
  expect(await readdir(folder)).toContain('x.v8.1.tmp');
  const past = new Date(Date.now() - 7_200_000);
  await utimes(draft, past, past);
  await openDiskStore(folder, 'b1').put(['l'], 1);
  expect(await readdir(folder)).not.toContain('x.v8.1.tmp');
});

test('RESCUER_CACHE names the folder; empty, it means none', () => {
  expect(cacheFolder({ RESCUER_CACHE: '/some/where' })).toBe('/some/where');
  expect(cacheFolder({ RESCUER_CACHE: '' })).toBeNull();
});
