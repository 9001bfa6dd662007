import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hunksIn, withoutHunk } from '../../server/review/hunks.js';
import { readSeries } from '../../server/series/read.js';
import type { FileImage, Patch } from '../../server/series/types.js';

const path = 'drivers/md/veil.c';

async function patchOf(before: string, after: string): Promise<Patch | undefined> {
  const diff = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '', { context: 1 });
  const reading = await readSeries([{ name: 'veil.patch', bytes: new TextEncoder().encode(diff) }]);
  return reading.series[0]?.patches[0];
}

const imageOf = (text: string): ReadonlyMap<string, FileImage> =>
  new Map([[path, { path, text, known: null, sections: [] }]]);

test('a file without one hunk has the others', async () => {
  const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
  const after = 'one\n2\nthree\nfour\nfive\nseven\neight\n';
  const patch = await patchOf(before, after);
  if (!patch) throw new Error('no patch');
  const files = imageOf(after);
  const refs = hunksIn(patch, files);
  expect(refs).toHaveLength(2);
  expect(refs.map((ref) => withoutHunk(files, patch, ref).get(path)?.text)).toEqual([
    'one\ntwo\nthree\nfour\nfive\nseven\neight\n',
    'one\n2\nthree\nfour\nfive\nsix\nseven\n',
  ]);
});

test('without any of its hunks, a file is as it was', async () => {
  const lines = fc.array(fc.constantFrom('a', 'b', '\tc();', ''), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lines, lines, async (left, right) => {
      const [before, after] = [`${left.join('\n')}\n`, `${right.join('\n')}\n`];
      const patch = await patchOf(before, after);
      if (!patch) return;
      // From the last one on, since each shifts what comes behind it.
      const undone = hunksIn(patch, imageOf(after))
        .toReversed()
        .reduce((files, ref) => withoutHunk(files, patch, ref), imageOf(after));
      if (hunksIn(patch, imageOf(after)).length > 0) expect(undone.get(path)?.text).toBe(before);
    }),
    { numRuns: 200 },
  );
});
