import { expect, test } from 'vitest';
import { readSeries } from '../../server/series/read.js';
import { type Draft, diffOf, documentOf, mailOf } from './mails.js';

const read = (...drafts: Draft[]) => readSeries([documentOf(drafts.map(mailOf).join(''))]);
const diff = diffOf('block/bio.c');

test('cover and patches are ordered by number, whatever the order of the mails', async () => {
  const { series } = await read(
    { subject: '[PATCH v2 2/2] block: two', id: '2', parent: '0' },
    { subject: 'Re: [PATCH v2 2/2] block: two', id: 'r', parent: '2', body: ['> why', 'ok'] },
    { subject: '[PATCH v2 1/2] block: one', id: '1', parent: '0' },
    { subject: '[PATCH v2 0/2] block: all', id: '0', body: ['why', '', '-- ', '2.39'] },
  );
  expect(series).toHaveLength(1);
  expect(series[0]).toMatchObject({ subject: 'block: all', version: 2, total: 2, missing: [] });
  expect(series[0]?.cover).toEqual({ subject: 'block: all', message: 'why', messageId: '0' });
  expect(series[0]?.patches.map(({ index, subject, line }) => [index, subject, line])).toEqual([
    [1, 'block: one', 27],
    [2, 'block: two', 1],
  ]);
});

test('a patch keeps author, date, message, trailers and files apart', async () => {
  const body = [
    'why',
    '',
    'Signed-off-by: Bob <bob@example.org>',
    '---',
    ' block/bio.c | 2 +-',
    '',
    ...diff,
    '-- ',
    '2.39',
  ];
  const { series } = await read({ subject: '[PATCH] block: one', id: '1', from: 'Bob <bob@example.org>', body });
  const [patch] = series[0]?.patches ?? [];
  expect(patch).toMatchObject({
    index: 1,
    author: 'Bob <bob@example.org>',
    date: '2017-11-20T10:00:00Z',
    message: 'why\n\nSigned-off-by: Bob <bob@example.org>',
    trailers: [{ name: 'Signed-off-by', value: 'Bob <bob@example.org>' }],
    document: 'test.mbox',
    line: 1,
    endLine: 21,
  });
  expect(patch?.files.map((file) => [file.newPath, file.hunks[0]?.lines.length])).toEqual([['block/bio.c', 2]]);
});

test('versions of one series stand together, newest first', async () => {
  const { series } = await read(
    { subject: '[PATCH] dm: x', id: 'a' },
    { subject: '[PATCH] md: y', id: 'b' },
    { subject: '[PATCH v3] dm: x', id: 'c' },
    { subject: '[PATCH v2] dm: x', id: 'd' },
  );
  expect(series.map(({ subject, version, newest }) => [subject, version, newest])).toEqual([
    ['dm: x', 3, true],
    ['dm: x', 2, false],
    ['dm: x', 1, false],
    ['md: y', 1, true],
  ]);
});

test('a change-id ties versions whose subjects differ', async () => {
  const body = ['why', '---', ...diff, '', 'change-id: 20171120-x'];
  const { series } = await read(
    { subject: '[PATCH] dm: x', id: 'a', body },
    { subject: '[PATCH] md: y', id: 'b' },
    { subject: '[PATCH v2] dm: better x', id: 'c', body },
  );
  expect(series.map(({ subject }) => subject)).toEqual(['dm: better x', 'dm: x', 'md: y']);
});

test('a resend in the same thread is a series of its own', async () => {
  const later = 'Tue, 21 Nov 2017 10:00:00 +0000';
  const { series } = await read(
    { subject: '[PATCH 1/2] one', id: '1' },
    { subject: '[PATCH 2/2] two', id: '2', parent: '1' },
    { subject: '[PATCH RESEND 1/2] one', id: '3', parent: '1', date: later },
    { subject: '[PATCH RESEND 2/2] two', id: '4', parent: '1', date: later },
  );
  expect(series.map(({ patches }) => patches.map((patch) => patch.messageId))).toEqual([
    ['3', '4'],
    ['1', '2'],
  ]);
});

test('one patch sent again replaces the first, and that is said', async () => {
  const { series, problems } = await read(
    { subject: '[PATCH 1/2] one', id: '1' },
    { subject: '[PATCH 2/2] two', id: '2', parent: '1' },
    { subject: '[PATCH 2/2] two', id: '3', parent: '1', date: 'Tue, 21 Nov 2017 10:00:00 +0000' },
  );
  expect(series[0]?.patches.map((patch) => patch.messageId)).toEqual(['1', '3']);
  expect(problems).toEqual([
    { message: '"[PATCH 2/2] two" was sent again later; the later mail is used', document: 'test.mbox', line: 16 },
  ]);
});

test('the same mail from two lists counts once', async () => {
  const mail = { subject: '[PATCH] x', id: '1' };
  expect((await read(mail, mail)).series).toHaveLength(1);
});

test('missing numbers are listed', async () => {
  const { series } = await read(
    { subject: '[PATCH 2/4] x', id: '2', parent: '0' },
    { subject: '[PATCH 4/4] y', id: '4', parent: '0' },
  );
  expect(series[0]).toMatchObject({ total: 4, missing: [1, 3], patches: [{ index: 2 }, { index: 4 }] });
});

test('numbered patches that do not refer to each other: same sender, same day', async () => {
  const quilt = { from: 'Bob <bob@example.org>' };
  const { series } = await read(
    { subject: '[patch 2/2] b', id: '2', ...quilt },
    { subject: '[patch 1/2] other', id: '3' },
    { subject: '[patch 1/2] a', id: '1', ...quilt },
  );
  expect(series.map(({ patches }) => patches.map((patch) => patch.messageId))).toEqual([['1', '2'], ['3']]);
});

test('a cover letter without brackets, or with others, is found through the thread', async () => {
  const { series, leftOut } = await read(
    { subject: 'make dm safe v3', id: '0', body: ['Hi all,'] },
    { subject: '[PATCH 1/1] dm: x', id: '1', parent: '0' },
    { subject: '[PATCH 0/1 v2] md: all', id: '5', body: ['text'] },
    { subject: '[PATCH 1/1] md: y', id: '6', parent: '5' },
  );
  expect(series.map(({ subject, version, cover }) => [subject, version, cover?.messageId])).toEqual([
    ['make dm safe', 3, '0'],
    ['md: all', 2, '5'],
  ]);
  expect(leftOut).toEqual([]);
});

test('base-commit, prerequisites and change-id are read from wherever they stand', async () => {
  const id = '0123456789abcdef0123456789abcdef01234567';
  const { series } = await read(
    { subject: '[PATCH 0/1] x', id: '0', body: ['why', '', `base-commit: ${id}`, 'change-id: 20171120-x-1'] },
    {
      subject: '[PATCH 1/1] x',
      id: '1',
      parent: '0',
      body: ['why', '---', ...diff, '', `prerequisite-patch-id: ${id}`],
    },
  );
  expect(series[0]).toMatchObject({ baseCommit: id, prerequisites: [id], changeId: '20171120-x-1' });
});

test('files without Message-Id make one series in their order; a bare diff is named after its text or file', async () => {
  const bare = (name: string, ...text: string[]) => documentOf([...text, ...diff, ''].join('\n'), { name });
  const { series } = await readSeries([
    bare('dir/a.diff'),
    bare('dir/b.diff', 'explain b', ''),
    documentOf(mailOf({ subject: '[PATCH] c' })),
  ]);
  expect(series.map(({ patches }) => patches.map(({ index, subject }) => [index, subject]))).toEqual([
    [
      [1, 'a.diff'],
      [2, 'explain b'],
      [3, 'c'],
    ],
  ]);
});

test('a quilt queue is one series in its order with its own strip level, whatever the subjects say', async () => {
  const queue = { queue: 'patches/series' };
  const { series } = await readSeries([
    documentOf(mailOf({ subject: '[PATCH 7/9] x', id: 'x' }), queue),
    documentOf(['--- drivers/md/dm.c', '+++ drivers/md/dm.c', '@@ -1 +1 @@', '-a', '+b', ''].join('\n'), {
      ...queue,
      strip: 0,
    }),
  ]);
  expect(series).toHaveLength(1);
  expect(series[0]).toMatchObject({ total: 2, missing: [] });
  expect(series[0]?.patches.map(({ index, files }) => [index, files[0]?.newPath])).toEqual([
    [1, 'block/bio.c'],
    [2, 'drivers/md/dm.c'],
  ]);
});

test('what is no patch is left out by kind, and a patch mail without a diff is a problem', async () => {
  const { series, leftOut, problems } = await read(
    { subject: 'Re: x', id: '1', body: ['> y', 'no'] },
    { subject: '[GIT PULL] z', id: '2', body: ['please'] },
    { subject: '[PATCH 1/2] w', id: '3', body: ['oops'] },
    { subject: '[PATCH 0/2] w', id: '4', body: ['cover only'] },
  );
  expect(series).toEqual([]);
  expect(leftOut.map(({ kind, line }) => [kind, line])).toEqual([
    ['reply', 1],
    ['pull-request', 10],
    ['other', 18],
    ['cover', 26],
  ]);
  expect(problems).toEqual([{ message: 'no diff can be read in "[PATCH 1/2] w"', document: 'test.mbox', line: 18 }]);
});

test('an empty document is a problem', async () => {
  const { problems } = await readSeries([documentOf('')]);
  expect(problems).toEqual([{ message: 'nothing to read, it is empty', document: 'test.mbox', line: 1 }]);
});
