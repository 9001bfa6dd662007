import { expect, test } from 'vitest';
import type { CodeLens, Location, Position } from 'vscode-languageserver/node';
import { TestClient, type TestDocument } from './client.js';
import { driver, exampleSeries, exampleTree } from './example.js';

async function openExample(text = exampleSeries): Promise<{ client: TestClient; document: TestDocument }> {
  const client = await TestClient.start({ files: exampleTree });
  return { client, document: client.open('series.mbox', text) };
}

/** The position of the first place of `word` at or behind a 1-based line. */
function positionOf(text: string, word: string, line = 1): Position {
  const lines = text.split('\n');
  const found = lines.findIndex((candidate, i) => i >= line - 1 && candidate.includes(word));
  return { line: found, character: (lines[found]?.indexOf(word) ?? 0) + 1 };
}

test('BIOSET_NEED_RESCUER is explained with its era, its users, and what the series does to it', async () => {
  const { document } = await openExample();
  const value = await document.hover(positionOf(document.text, 'BIOSET_NEED_RESCUER', 40));
  expect(value).toContain('*4.13 to 4.17:*');
  expect(value).toContain('**Users in this tree:** `struct veil_device.bs`');
  expect(value).toContain('`veil_hand_over()` tests for it');
  expect(value).toContain('**This series:** patch 1 takes it from `struct veil_device.bs`.');
});

test('after the guard is gone the hover says that the queueing is not tested', async () => {
  const { document } = await openExample();
  const text = document.text.replace('bio_list_add(stay, bio)', 'bio_list_add(stay, BIOSET_NEED_RESCUER)');
  document.change(text);
  const value = await document.hover(positionOf(text, 'BIOSET_NEED_RESCUER', 78));
  expect(value).toContain('without a test');
});

test('the definition of a set in a diff is its creation on the diff line', async () => {
  const { document } = await openExample();
  const found = await document.ask<Location[]>('textDocument/definition', positionOf(document.text, 'bs = bioset', 40));
  expect(found.map(({ uri, range }) => [uri === document.uri, range.start.line + 1])).toEqual([[true, 45]]);
});

test('references that no hunk shows are in the tree', async () => {
  const { client, document } = await openExample();
  const found = await document.ask<Location[]>(
    'textDocument/references',
    positionOf(document.text, 'bs = bioset', 40),
    { context: { includeDeclaration: true } },
  );
  expect(found.map(({ uri }) => uri)).toContain(client.uri(driver));
});

test('a lens above the dropped flag runs the simulation that shows it', async () => {
  const { client, document } = await openExample();
  const lenses = await document.ask<CodeLens[]>('textDocument/codeLens');
  const lens = lenses.find(({ range }) => range.start.line === 46);
  expect(lens?.command?.command).toBe('rescuer.simulate');
  const text = await client.execute<string>('rescuer.simulate', ...(lens?.command?.arguments ?? []));
  expect(text).toMatch(/DEADLOCK|CRASH/);
  expect(client.shown).toHaveLength(1);
});
