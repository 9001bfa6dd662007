import { expect, test } from 'vitest';
import { recalled } from '../../server/review/recorded.js';
import type { Store } from '../../server/review/store.js';
import type { TreeSource } from '../../server/series/types.js';

/** A tree of files that a test can change, and a store that lasts as long as the test. */
function setting(files: Record<string, string>) {
  const kept = new Map<string, unknown>();
  const store: Store = {
    get: async (key) => kept.get(JSON.stringify(key)) ?? null,
    put: async (key, value) => {
      kept.set(JSON.stringify(key), structuredClone(value));
    },
  };
  const source: TreeSource = {
    kind: 'directory',
    root: '/tree',
    revision: null,
    why: 'a test',
    read: async (path) => files[path] ?? null,
    grep: async (words) => Object.keys(files).filter((path) => words.some((word) => files[path]?.includes(word))),
  };
  let runs = 0;
  const ask = (key: readonly string[] = []): Promise<string> =>
    recalled({ store, digest: (text) => text, source, key }, async (watched) => {
      runs++;
      const found = await watched.grep(['bio'], ['.']);
      return (await Promise.all([...found, 'extra.h'].map((path) => watched.read(path)))).join();
    });
  return { files, ask, runs: () => runs, kept };
}

test('a run over the same files is not made again', async () => {
  const { ask, runs } = setting({ 'dm.c': 'bio', 'notes.c': 'nothing' });
  expect([await ask(), await ask(), runs()]).toEqual(['bio,', 'bio,', 1]);
});

test.each([
  ['a file that was read changes', { 'dm.c': 'bio 2' }, 'bio 2,'],
  ['a file that was missing appears', { 'extra.h': 'x' }, 'bio,x'],
  ['a search finds one more file', { 'md.c': 'bio' }, 'bio,bio,'],
])('it is made again when %s', async (_, change, expected) => {
  const { files, ask, runs } = setting({ 'dm.c': 'bio' });
  await ask();
  Object.assign(files, change);
  expect([await ask(), runs()]).toEqual([expected, 2]);
});

test('a file that nobody asked for may change', async () => {
  const { files, ask, runs } = setting({ 'dm.c': 'bio' });
  await ask();
  files['drivers/Makefile'] = 'obj-y';
  await ask();
  expect(runs()).toBe(1);
});

test('another key is another run', async () => {
  const { ask, runs } = setting({ 'dm.c': 'bio' });
  await ask(['check']);
  await ask(['review']);
  expect(runs()).toBe(2);
});

test('what was read from a tree that changed meanwhile is not kept', async () => {
  const { files, kept } = setting({});
  const source: TreeSource = {
    kind: 'directory',
    root: '/tree',
    revision: null,
    why: '',
    read: async (path) => files[path] ?? null,
    grep: async () => [],
  };
  const store: Store = { get: async () => null, put: async () => void kept.set('kept', true) };
  await recalled({ store, digest: (text) => text, source, key: [] }, async (watched) => {
    await watched.read('dm.c');
    files['dm.c'] = 'new';
    await watched.read('dm.c');
  });
  expect(kept.size).toBe(0);
});
