import { expect, test } from 'vitest';
import type { ReviewOutline, ReviewTree } from '../../server/lsp/review/tree.js';
import { TestClient } from './client.js';
import { exampleMails, exampleSeries } from './example.js';

const folder = 'vscode-vfs://github/ada/patches';
const series = `${folder}/series.mbox`;

test('a mail in a file system that only the editor knows is reviewed from its hunks', async () => {
  const client = await TestClient.start({ virtual: { [series]: exampleSeries } });
  const document = client.openAs('rescuer-mail', series, exampleSeries);
  expect((await document.diagnostics()).map(({ code }) => code)).toContain('rescuer-flag-dropped');
});

test('a server on a machine reviews such a document as well, but opens no other of its file system', async () => {
  const client = await TestClient.start();
  const document = client.openAs('rescuer-mail', series, exampleSeries);
  expect((await document.diagnostics()).map(({ code }) => code)).toContain('rescuer-flag-dropped');
  await expect(client.request('rescuer/openReview', { files: [series] })).rejects.toThrow('expected the URI of a file');
});

test('the patches beside a patch are read through the editor', async () => {
  const [first = '', second = ''] = exampleMails;
  const files = { [`${folder}/0001-first.patch`]: first, [`${folder}/0002-second.patch`]: second };
  const client = await TestClient.start({ virtual: files });
  const outline = await client.request<ReviewOutline>('rescuer/openReview', { files: [folder] });
  expect(outline.series.map(({ size }) => size)).toEqual([2]);
  const tree = await client.request<ReviewTree>('rescuer/reviewTree', outline.series[0]?.link);
  expect(tree.patches.map(({ index, verdict }) => [index, verdict])).toEqual([
    [1, 'warning'],
    [2, 'warning'],
  ]);
});

test.each([
  ['rescuer.sets', [folder], 'is on no disk'],
  ['rescuer.range', [folder, 'a..b'], 'is on no disk'],
  ['rescuer.sets', ['file:///linux'], 'no kernel tree is read in a browser'],
  ['rescuer.range', ['file:///linux', 'a..b'], 'git does not run in a browser'],
  ['rescuer.review', [`${folder}/absent.mbox`], 'no such file or directory'],
] as const)('%s of %j says in one line why not', async (command, args, why) => {
  const client = await TestClient.start({ virtual: { [series]: exampleSeries } });
  await expect(client.execute(command, ...args)).rejects.toThrow(why);
});
