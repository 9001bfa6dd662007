import { expect, test } from 'vitest';
import type { ReviewOutline, ReviewTree } from '../../server/lsp/review/tree.js';
import { TestClient } from './client.js';
import { exampleMails, exampleSeries, exampleTree } from './example.js';
import { diffOf, smallMapper } from './mapper.js';

const contentOf = async (client: TestClient, uri: string | null): Promise<string> =>
  (await client.request<{ text: string }>('workspace/textDocumentContent', { uri })).text;

async function open(files: Readonly<Record<string, string>>, ...names: string[]) {
  const client = await TestClient.start({ files });
  const input = { files: names.map((name) => client.uri(name)) };
  const outline = await client.request<ReviewOutline>('rescuer/openReview', input);
  return { client, input, outline };
}

const treeOf = (client: TestClient, outline: ReviewOutline, series = 0): Promise<ReviewTree> =>
  client.request<ReviewTree>('rescuer/reviewTree', outline.series[series]?.link);

test('a review has patches with their verdicts, files and findings', async () => {
  const { client, outline } = await open({ ...exampleTree, 'series.mbox': exampleSeries }, 'series.mbox');
  expect(outline).toMatchObject({ title: 'series.mbox', series: [{ version: 1, size: 2, newest: 0 }], problems: [] });
  expect(outline.series[0]?.subjects.map(({ index }) => index)).toEqual([1, 2]);
  const tree = await treeOf(client, outline);
  expect(tree.patches.map(({ index, verdict }) => [index, verdict])).toEqual([
    [1, 'error'],
    [2, 'error'],
  ]);
  const [file] = tree.patches[0]?.files ?? [];
  expect(file?.path).toBe('drivers/md/veil.c');
  expect(file?.findings.map(({ rule, line }) => [rule, line])).toContainEqual(['rescuer-flag-dropped', 188]);
  expect(tree.counts.error).toBe(tree.patches.reduce((sum, { counts }) => sum + counts.error, 0));
});

test('a first look has what single functions show; the findings of the simulator come with the review', async () => {
  const { files, patch } = smallMapper();
  const { client, outline } = await open({ ...files, 'drop.patch': patch }, 'drop.patch');
  const rules = ({ patches }: ReviewTree) =>
    patches.flatMap((one) => one.files.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  const link = outline.series[0]?.link;
  const first = rules(await client.request<ReviewTree>('rescuer/reviewTree', { ...link, first: true }));
  expect(first).toContain('rescuer-flag-dropped');
  expect(first).not.toContain('no-progress');
  expect(rules(await treeOf(client, outline))).toContain('no-progress');
}, 60_000);

test('both sides of a file are documents; the deleted line is in the old one at the line of its finding', async () => {
  const { client, outline } = await open({ ...exampleTree, 'series.mbox': exampleSeries }, 'series.mbox');
  const [file] = (await treeOf(client, outline)).patches[0]?.files ?? [];
  const dropped = file?.findings.find(({ rule }) => rule === 'rescuer-flag-dropped');
  const old = await contentOf(client, file?.old ?? null);
  expect(old).toBe(exampleTree['drivers/md/veil.c']);
  expect(dropped?.place).toEqual({ uri: file?.old, line: 188 });
  expect(old.split('\n')[188 - 1]).toContain('BIOSET_NEED_RESCUER');
  const after = (await contentOf(client, file?.new ?? null)).split('\n');
  expect(after[(dropped?.shownAt ?? 0) - 1]).toContain('clone), 0);');
});

test('without a tree the gaps between the hunks are marked alike on both sides', async () => {
  const { client, outline } = await open({ 'series.mbox': exampleSeries }, 'series.mbox');
  const [file] = (await treeOf(client, outline)).patches[1]?.files ?? [];
  const [old, after] = [await contentOf(client, file?.old ?? null), await contentOf(client, file?.new ?? null)];
  expect(old.split('\n')[52]).toMatch(
    /^\/\* \.\.\. 53 lines that the patches do not show \.\.\. \*\/ static void veil_hand_over/,
  );
  expect(after.split('\n')[52]).toBe(old.split('\n')[52]);
  expect(old.split('\n')[56]).toContain('origin == fs_bio_set ||');
});

test('the commit message and the cover letter are documents', async () => {
  const { client, outline } = await open({ 'series.mbox': exampleSeries }, 'series.mbox');
  const tree = await treeOf(client, outline);
  expect(await contentOf(client, tree.cover?.message ?? null)).toMatch(
    /^veil: get rid of the rescuer thread\n\nUsers wonder/,
  );
  expect(await contentOf(client, tree.patches[0]?.message ?? null)).toMatch(
    /^veil: do without .*\n\nEvery veil device/,
  );
});

test('versions stand together, each reviewed when it is asked for', async () => {
  const second = exampleSeries.replaceAll('[PATCH ', '[PATCH v2 ').replaceAll('20171120100600.1', '20171121100600.1');
  const { client, outline } = await open({ 'v1.mbox': exampleSeries, 'v2.mbox': second }, 'v1.mbox', 'v2.mbox');
  expect(outline.series.map(({ version, newest }) => [version, newest])).toEqual([
    [2, 0],
    [1, 0],
  ]);
  expect((await treeOf(client, outline, 1)).version).toBe(1);
});

test('a folder of mails is one series', async () => {
  const [first = '', second = ''] = exampleMails;
  const { outline } = await open({ 'queue/1.eml': first, 'queue/2.eml': second }, 'queue');
  expect(outline).toMatchObject({ title: 'queue', series: [{ size: 2 }] });
});

test('a changed file is read again once its review is closed', async () => {
  const { client, input, outline } = await open({ 'series.mbox': exampleSeries }, 'series.mbox');
  expect(outline.series[0]?.subject).toBe('veil: get rid of the rescuer thread');
  client.write('series.mbox', exampleSeries.replaceAll('get rid of', 'drop'));
  await client.request('rescuer/closeReview', input);
  const again = await client.request<ReviewOutline>('rescuer/openReview', input);
  expect(again.series[0]?.subject).toBe('veil: drop the rescuer thread');
});

test('what is no patch, no file or no input is refused in one line', async () => {
  const client = await TestClient.start({ files: { 'note.txt': 'nothing here\n' } });
  const open = (sent: unknown) => client.request('rescuer/openReview', sent);
  await expect(open({ files: [client.uri('note.txt')] })).rejects.toThrow('no patch found in note.txt');
  await expect(open({ files: [client.uri('absent.mbox')] })).rejects.toThrow(/absent\.mbox: no such file/);
  await expect(open({ files: ['https://example.org/x'] })).rejects.toThrow(
    'a review is of {files} or of {folder, range}',
  );
});

test('a document of a review names no file outside the tree', async () => {
  const { client, outline } = await open({ 'series.mbox': exampleSeries }, 'series.mbox');
  const [file] = (await treeOf(client, outline)).patches[0]?.files ?? [];
  const outside = file?.new?.replace('drivers/md/veil.c', '../../etc/passwd') ?? null;
  expect(await contentOf(client, outside)).not.toContain('root:');
});

test('a review can be exported, in no other format than there are', async () => {
  const { client, outline } = await open({ ...exampleTree, 'series.mbox': exampleSeries }, 'series.mbox');
  const save = (format: string) =>
    client.request<string>('rescuer/exportReview', { link: outline.series[0]?.link, format });
  expect(await save('markdown')).toMatch(/^# Rescuer: veil: get rid/);
  expect(JSON.parse(await save('sarif'))).toMatchObject({ version: '2.1.0' });
  await expect(save('exe')).rejects.toThrow('a review can be had as html, markdown, sarif, json, text');
});

test('two versions are compared in a document', async () => {
  const second = exampleSeries
    .replaceAll('[PATCH ', '[PATCH v2 ')
    .replaceAll('20171120100600.1', '20171121100600.1')
    .replace('clone), 0);', 'clone), BIOSET_NEED_RESCUER);');
  const files = { ...exampleTree, 'v1.mbox': exampleSeries, 'v2.mbox': second };
  const { client, outline } = await open(files, 'v1.mbox', 'v2.mbox');
  const [newer, older] = outline.series;
  const uri = await client.request<string>('rescuer/compareVersions', { older: older?.link, newer: newer?.link });
  const text = await contentOf(client, uri);
  expect(text).toMatch(/^veil: get rid of the rescuer thread: v1 to v2\n/);
  expect(text).toMatch(/ {2}1 ! {3}1 {2}veil: do without the rescuer thread\n {4}fixed: error: .*rescuer-flag-dropped/);
});

test('revisions are branches, tags and commits that match; not in an untrusted workspace', async () => {
  const { client } = await open({ 'series.mbox': exampleSeries }, 'series.mbox');
  const ask = (sent: object) => client.request('rescuer/revisions', sent);
  await expect(ask({ folder: client.uri('.'), text: '' })).rejects.toThrow(/git for-each-ref/);
  const untrusted = await TestClient.start({ trusted: false });
  const asked = untrusted.request('rescuer/revisions', { folder: untrusted.uri('.'), text: '' });
  await expect(asked).rejects.toThrow('not trusted');
});

test('a patch without findings says how many stacks are proved with what it changes, and whether it has code at all', async () => {
  const { files } = smallMapper();
  const driver = files['drivers/md/dm.c'] ?? '';
  const patches = [
    diffOf('drivers/md/dm.c', driver, driver.replace('do {', '/* One clone at a time. */\n\tdo {')),
    diffOf('Makefile', files.Makefile ?? '', `${files.Makefile}# dm\n`),
  ].map((diff, i) => `From: A <a@example.org>\nSubject: [PATCH ${i + 1}/2] dm: tidy up\n\nWhy not.\n---\n${diff}`);
  const { client, outline } = await open({ ...files, 'q/1.eml': patches[0] ?? '', 'q/2.eml': patches[1] ?? '' }, 'q');
  const said = ({ patches }: ReviewTree) =>
    patches.map(({ verdict, problems, hasCode, simulated }) => ({ verdict, problems, hasCode, simulated }));
  expect(said(await treeOf(client, outline))).toEqual([
    { verdict: 'clean', problems: [], hasCode: true, simulated: { proved: 2, undecided: 0 } },
    { verdict: 'clean', problems: [], hasCode: false, simulated: { proved: 0, undecided: 0 } },
  ]);
}, 60_000);

test('the page of a review keeps by which series it is opened again, and runs nothing else', async () => {
  const { client, outline } = await open({ 'series.mbox': exampleSeries }, 'series.mbox');
  const link = outline.series[0]?.link;
  const nonce = '0123456789abcdef'.repeat(2);
  const page = await client.request<string>('rescuer/reviewPage', { link, nonce });
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'"`);
  const scripts = [...page.matchAll(/<script nonce="(\w+)">acquireVsCodeApi\(\)\.setState\((.*)\)<\/script>/g)];
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(scripts.map(([, own, state]) => [own, JSON.parse(state ?? '')])).toEqual([[nonce, { link }]]);
  await expect(client.request('rescuer/reviewPage', { link, nonce: `"><script>` })).rejects.toThrow('needs a {nonce}');
});
