import { expect, test } from 'vitest';
import type { Replies } from '../../server/lsp/review/replies.js';
import type { ReviewOutline, ReviewTree } from '../../server/lsp/review/tree.js';
import { TestClient } from './client.js';
import { exampleSeries, exampleTree } from './example.js';

async function open(files: Readonly<Record<string, string>>) {
  const client = await TestClient.start({ files: { ...files, 'series.mbox': exampleSeries } });
  const outline = await client.request<ReviewOutline>('rescuer/openReview', { files: [client.uri('series.mbox')] });
  const tree = await client.request<ReviewTree>('rescuer/reviewTree', outline.series[0]?.link);
  const reply = (...comments: object[]) => client.request<Replies>('rescuer/reply', { comments });
  return { client, tree, reply };
}

test('a comment on a deleted line is a reply to its patch, below that line', async () => {
  const { tree, reply } = await open(exampleTree);
  const uri = tree.patches[0]?.files[0]?.old;
  const { mails } = await reply({ uri, first: 188, last: 188, text: 'This deadlocks.' });
  expect(mails.map(({ patch, name }) => [patch, name])).toEqual([[1, '0001-re-veil-do-without-the-rescuer-thread']]);
  expect(mails[0]?.text).toContain('In-Reply-To: <20171120100600.1-2-ada@example.org>\n');
  expect(mails[0]?.text).toMatch(/\n> -\t+ BIOSET_NEED_RESCUER\);\n\nThis deadlocks\.\n$/);
});

test('comments on messages answer the cover letter and the commit message; mails come in the order of the series', async () => {
  const { tree, reply } = await open({});
  const { mails, mbox } = await reply(
    { uri: tree.patches[1]?.message, first: 3, last: 3, text: 'On the second.' },
    { uri: tree.cover?.message, first: 3, last: 3, text: 'On the cover.' },
  );
  expect(mails.map(({ patch }) => patch)).toEqual([0, 2]);
  expect(mails[0]?.text).toContain('Subject: Re: [PATCH 0/2] veil: get rid of the rescuer thread\n');
  expect(mails[0]?.text).toContain(
    '\n> Users wonder about the "bioset" thread that every veil device brings.\n\nOn the cover.\n',
  );
  expect(mails[1]?.text).toContain(
    '\n> With the flag gone there is no set left whose rescuer could be missing\n\nOn the second.\n',
  );
  expect(mbox.match(/^From 0{40} /gm)).toHaveLength(2);
});

test('a line that the patch does not show is named, not quoted', async () => {
  const { tree, reply } = await open(exampleTree);
  const uri = tree.patches[0]?.files[0]?.new;
  const { mails } = await reply({ uri, first: 20, last: 20, text: 'Here, too.' });
  expect(mails[0]?.text).toContain('\ndrivers/md/veil.c:20: Here, too.\n');
});

test('the lines of the hunks can be commented on', async () => {
  const { client, tree } = await open(exampleTree);
  const lines = (uri: string | null | undefined) => client.request('rescuer/commentable', { uri });
  const [file] = tree.patches[0]?.files ?? [];
  expect(await lines(file?.old)).toEqual([[184, 191]]);
  expect(await lines(file?.new)).toEqual([[184, 190]]);
});
