import { expect, test } from 'vitest';
import { URI } from 'vscode-uri';
import type { CommentPlaces, Place } from '../../server/lsp/review/mailPlaces.js';
import { TestClient } from './client.js';
import { exampleSeries, exampleTree } from './example.js';

async function start() {
  const client = await TestClient.start({ files: { ...exampleTree, 'in/series.mbox': exampleSeries } });
  const mail = client.uri('in/series.mbox');
  const places = (place: Place, ...inputs: object[]) =>
    client.request<CommentPlaces | null>('rescuer/commentPlaces', { ...place, inputs });
  return { client, mail, places };
}

test('messages and hunks of a mail can be commented on', async () => {
  const { client, mail } = await start();
  expect(await client.request('rescuer/commentable', { uri: mail, inputs: [] })).toEqual([
    [7, 16],
    [29, 33],
    [43, 51],
    [64, 68],
    [78, 86],
  ]);
});

test.each([
  { line: 47, side: 'old', shown: 188 },
  { line: 48, side: 'new', shown: 187 },
  { line: 49, side: 'new', shown: 188 },
])(
  'line $line of the mail is line $shown of the $side file, and the other way round',
  async ({ line, side, shown }) => {
    const { mail, places } = await start();
    const both = await places({ uri: mail, first: line, last: line });
    expect(both?.review.uri).toMatch(new RegExp(`^rescuer://${side}-1/drivers/md/veil.c\\?`));
    expect(both?.review).toMatchObject({ first: shown, last: shown });
    expect(both?.mail).toEqual({ uri: mail, first: line, last: line });
    expect(both && (await places(both.review))).toEqual(both);
  },
);

test('lines of which some are deleted are those of the new file', async () => {
  const { mail, places } = await start();
  const both = await places({ uri: mail, first: 46, last: 49 });
  expect(both?.review.uri).toMatch(/^rescuer:\/\/new-1\//);
  expect(both?.review).toMatchObject({ first: 187, last: 188 });
});

test('lines of a message are those of its document', async () => {
  const { mail, places } = await start();
  const both = await places({ uri: mail, first: 30, last: 31 });
  expect(both?.review.uri).toMatch(/^rescuer:\/\/message-1\//);
  expect(both?.review).toMatchObject({ first: 4, last: 5 });
  expect(both && (await places(both.review))).toEqual(both);
});

test('a header, a diffstat or a signature is no place for a comment', async () => {
  const { mail, places } = await start();
  for (const line of [25, 35, 40, 53]) expect(await places({ uri: mail, first: line, last: line })).toBeNull();
});

test('the document is that of the open review that the mail is part of', async () => {
  const { client, mail, places } = await start();
  const input = { files: [client.uri('in')] };
  const both = await places({ uri: mail, first: 47, last: 47 }, input);
  const { query } = URI.parse(both?.review.uri ?? '');
  expect(new URLSearchParams(query).getAll('file')).toEqual(input.files);
});
