import { expect, test } from 'vitest';
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  CodeLens,
  DocumentHighlight,
  Location,
  Position,
} from 'vscode-languageserver/node';
import type { FileNode, ReviewOutline, ReviewTree } from '../../server/lsp/review/tree.js';
import { TestClient, type TestDocument } from './client.js';
import { driver, exampleSeries, exampleTree } from './example.js';

interface Opened {
  readonly client: TestClient;
  readonly file: FileNode;
  readonly document: TestDocument;
}

/** Opens one side of the only file of a patch as an editor does. */
async function open(patch: number, side: 'old' | 'new', tree = exampleTree): Promise<Opened> {
  const client = await TestClient.start({ files: { ...tree, 'series.mbox': exampleSeries }, traces: true });
  const outline = await client.request<ReviewOutline>('rescuer/openReview', { files: [client.uri('series.mbox')] });
  const review = await client.request<ReviewTree>('rescuer/reviewTree', outline.series[0]?.link);
  const file = review.patches[patch - 1]?.files[0];
  const uri = file?.[side];
  if (file === undefined || !uri) throw new Error('no such document');
  const { text } = await client.request<{ text: string }>('workspace/textDocumentContent', { uri });
  return { client, file, document: client.openAs('c', uri, text) };
}

/** The position of the first `word` at or behind a 1-based line. */
function positionOf({ text }: TestDocument, word: string, line = 1): Position {
  const lines = text.split('\n');
  const found = lines.findIndex((candidate, i) => i >= line - 1 && candidate.includes(word));
  return { line: found, character: (lines[found]?.indexOf(word) ?? 0) + 1 };
}

test('each side of a patch shows the findings that stand in it', async () => {
  const { client, document, file } = await open(1, 'old');
  const old = await document.diagnostics();
  expect(old.map(({ code, range }) => [code, range.start.line + 1])).toContainEqual(['rescuer-flag-dropped', 188]);
  const after = client.openAs('c', file.new ?? '', 'int x;\n');
  expect((await after.diagnostics()).map(({ code }) => code)).not.toContain('rescuer-flag-dropped');
});

test('a hover tells of the state of the file: before the patch the set has its rescuer', async () => {
  const { document } = await open(1, 'old');
  const value = await document.hover(positionOf(document, 'BIOSET_NEED_RESCUER', 150));
  expect(value).toContain('**Users in this tree:** `struct veil_device.bs`');
  expect(value).toContain('**This series:** patch 1 takes it from `struct veil_device.bs`.');
  const set = await document.hover(positionOf(document, 'bs = bioset_create', 150));
  expect(set).toContain('reserve 16, rescuer');
});

test('definitions lead to the same side of the patch, or to the tree', async () => {
  const { client, document } = await open(1, 'old');
  const find = async (word: string, line = 1) =>
    (await document.ask<Location[]>('textDocument/definition', positionOf(document, word, line))).map(({ uri }) => uri);
  expect(await find('veil_hand_over(', 60)).toEqual([document.uri]);
  expect(await find('__bio_clone_fast(')).toEqual([client.uri('include/linux/bio.h')]);
});

test('a lens over a creation says what the set is', async () => {
  const lensesOf = async (side: 'old' | 'new') => {
    const { document } = await open(1, side);
    return (await document.ask<CodeLens[]>('textDocument/codeLens')).map(({ command }) => command?.title ?? '');
  };
  expect(await lensesOf('old')).toContainEqual(
    expect.stringMatching(/^bioset struct veil_device\.bs · reserve 16, rescuer/),
  );
  expect(await lensesOf('new')).toContainEqual(
    expect.stringMatching(/^bioset struct veil_device\.bs · reserve 16, no rescuer/),
  );
});

test('a lens over a function that allocates shows its path', async () => {
  const { client, document } = await open(1, 'new');
  const lenses = await document.ask<CodeLens[]>('textDocument/codeLens');
  const show = lenses.find(({ command }) => command?.title === 'show path')?.command;
  expect(show?.command).toBe('rescuer.paths');
  const text = await client.execute<string>('rescuer.paths', ...(show?.arguments ?? []));
  expect(text).toContain(`${show?.arguments?.[1]}() ${driver}:`);
});

test('all places of one set in the file are highlighted; other words are left to the editor', async () => {
  const { document } = await open(1, 'old');
  const ask = (position: Position) =>
    document.ask<DocumentHighlight[] | null>('textDocument/documentHighlight', position);
  const found = await ask(positionOf(document, 'bs = bioset_create'));
  expect(found?.map(({ range }) => range.start.line + 1)).toContain(186);
  expect(found?.length).toBeGreaterThan(1);
  expect(await ask(positionOf(document, 'static'))).toBeNull();
});

test('the call hierarchy keeps to the submission path', async () => {
  const { client, document } = await open(1, 'old');
  const prepare = (word: string) =>
    document.ask<CallHierarchyItem[]>('textDocument/prepareCallHierarchy', positionOf(document, word));
  const [item] = await prepare('veil_map_piece(struct');
  expect(item).toMatchObject({ name: 'veil_map_piece', uri: document.uri, detail: 'calls generic_make_request' });
  const incoming = await client.request<CallHierarchyIncomingCall[]>('callHierarchy/incomingCalls', { item });
  expect(incoming.map(({ from }) => from.name)).toEqual(['veil_make_request']);
  const [caller] = incoming;
  const asked = { item: caller?.from };
  const outgoing = await client.request<CallHierarchyOutgoingCall[]>('callHierarchy/outgoingCalls', asked);
  expect(outgoing.map(({ to }) => to.name)).toContain('veil_map_piece');
  expect(outgoing.map(({ to }) => to.name)).not.toContain('bio_list_add');
  expect(await prepare('bio_list_add')).toEqual([]);
});

test('a file known from its hunks has its findings at their lines', async () => {
  const { document } = await open(2, 'old', {});
  const found = await document.diagnostics();
  for (const { range } of found) expect(document.text.split('\n')[range.start.line]).not.toBe('');
  expect(found.length).toBeGreaterThan(0);
});

test('a file that is open gets its findings again when its review is read anew', async () => {
  const { client, document } = await open(1, 'new');
  const before = await document.diagnostics();
  client.expectNew(document.uri);
  const input = { files: [client.uri('series.mbox')] };
  await client.request('rescuer/closeReview', input);
  await client.request('rescuer/openReview', input);
  expect(await document.diagnostics()).toEqual(before);
});
