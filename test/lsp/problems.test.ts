import { expect, test } from 'vitest';
import { TestClient } from './client.js';
import { exampleSeries } from './example.js';

const files = { 'series.mbox': exampleSeries };
const missing = expect.stringMatching(/^the setting rescuer\.tree names .*\/no-tree, and there is no such directory$/);

test('a review whose tree is not there names the setting that is at fault', async () => {
  const client = await TestClient.start({ files, settings: { tree: 'no-tree' } });
  const input = { files: [client.uri('series.mbox')] };
  await expect(client.request('rescuer/reviewTree', { input, series: 0 })).rejects.toMatchObject({
    message: missing,
    data: { setting: 'rescuer.tree' },
  });
});

test('a base without a repository is a mistake in the setting of the base', async () => {
  const client = await TestClient.start({ files, settings: { tree: '.', base: 'v6.1' } });
  const input = { files: [client.uri('series.mbox')] };
  await expect(client.request('rescuer/reviewTree', { input, series: 0 })).rejects.toMatchObject({
    data: { setting: 'rescuer.base' },
  });
});

test('a client that shows problems itself is told what helps against one of an open document', async () => {
  const client = await TestClient.start({ files, settings: { tree: 'no-tree' }, problems: true });
  client.open('series.mbox', exampleSeries);
  await expect.poll(() => client.problems).toEqual([{ message: missing, setting: 'rescuer.tree' }]);
  expect(client.told).toEqual([]);
});

test('any other client shows a message', async () => {
  const client = await TestClient.start({ files, settings: { tree: 'no-tree' } });
  client.open('series.mbox', exampleSeries);
  await expect
    .poll(() => client.told)
    .toEqual([expect.stringMatching(/^Rescuer: the setting rescuer\.tree names .*no such directory/)]);
});
