import { expect, test } from 'vitest';
import { isInsideTree } from '../../server/series/paths.js';
import { readSeries } from '../../server/series/read.js';
import { layOut } from '../../server/series/stack.js';
import type { TreeSource } from '../../server/series/types.js';
import { documentOf, mailOf } from '../series/mails.js';
import { codeCases, mailAdding, mailCases, outsidePaths } from './cases.js';
import { secondsOf } from './time.js';
import { reviewAll } from './work.js';

/** Large enough to show what grows by the square, small enough for a unit test; `npm run hostile` takes the full size. */
const small = { megabytes: 0.05, pieces: 150 };

test.each(mailCases)('a mail of $name is reviewed', async ({ unit, make }) => {
  expect(await secondsOf(() => reviewAll(make(small[unit])))).toBeLessThan(4);
});

test.each(codeCases)('C of $name is reviewed', async ({ make }) => {
  expect(await secondsOf(() => reviewAll(mailAdding('drivers/md/x.c', make(small.pieces))))).toBeLessThan(4);
});

/** A tree that has every file, and notes what it is asked for. */
function curiousTree(asked: string[]): TreeSource {
  const read = async (path: string): Promise<string> => {
    asked.push(path);
    return 'old\n';
  };
  return { kind: 'directory', root: '/tree', revision: null, why: 'test', read, grep: async () => [] };
}

test.each(outsidePaths)('a patch of %j leads nowhere', async (path) => {
  const hunk = ['@@ -1 +1 @@', '-old', '+struct bio_set new;'];
  const moves = [
    `diff --git a/block/a.c b/${path}`,
    'similarity index 50%',
    'rename from block/a.c',
    `rename to ${path}`,
  ];
  const links = [
    `diff --git a/${path} b/${path}`,
    'new file mode 120000',
    '--- /dev/null',
    `+++ b/${path}`,
    '@@ -0,0 +1 @@',
    '+/etc/passwd',
  ];
  for (const diff of [[`--- a/${path}`, `+++ b/${path}`, ...hunk], [...moves, ...hunk], links]) {
    const { series } = await readSeries([documentOf(mailOf({ subject: '[PATCH] x', body: ['why', '---', ...diff] }))]);
    const asked: string[] = [];
    for (const one of series) {
      const { states } = await layOut(one, curiousTree(asked), {});
      expect([...(states.at(-1)?.files.keys() ?? [])]).not.toContain(path);
    }
    expect(asked.filter((name) => !isInsideTree(name))).toEqual([]);
  }
});
