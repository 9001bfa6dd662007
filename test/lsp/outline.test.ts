import { expect, test } from 'vitest';
import type { DocumentSymbol, FoldingRange } from 'vscode-languageserver/node';
import { TestClient } from './client.js';
import { exampleSeries } from './example.js';

/** Names, with the 1-based lines each covers, indented by depth. */
function sketch(symbols: readonly DocumentSymbol[], depth = 0): readonly string[] {
  return symbols.flatMap(({ name, detail, range, children = [] }) => [
    `${'  '.repeat(depth)}${detail ? `[${detail}] ` : ''}${name} ${range.start.line + 1}-${range.end.line + 1}`,
    ...sketch(children, depth + 1),
  ]);
}

test('the outline of a series goes from patch to file to hunk', async () => {
  const client = await TestClient.start();
  const document = client.open('series.mbox', exampleSeries);
  const symbols = await document.ask<DocumentSymbol[]>('textDocument/documentSymbol');
  expect(sketch(symbols)).toEqual([
    '[1/2] veil: do without the rescuer thread 21-55',
    '  drivers/md/veil.c 38-51',
    '    [@@ -184,8 +184,7 @@] struct veil_device *veil_alloc(struct block_device *lower) 42-51',
    '[2/2] veil: simplify the test for parked bios 56-89',
    '  drivers/md/veil.c 73-86',
    '    [@@ -54,8 +54,7 @@] static void veil_hand_over(struct bio *bio, struct bio_list *stay) 77-86',
  ]);
});

test('every part of the outline folds', async () => {
  const client = await TestClient.start();
  const document = client.open('series.mbox', exampleSeries);
  const ranges = await document.ask<FoldingRange[]>('textDocument/foldingRange');
  expect(ranges.map(({ startLine, endLine }) => [startLine + 1, endLine + 1])).toEqual([
    [21, 55],
    [38, 51],
    [42, 51],
    [56, 89],
    [73, 86],
    [77, 86],
  ]);
});

test('a plain diff has no patch mail, but files and hunks', async () => {
  const client = await TestClient.start();
  const diff = exampleSeries.slice(exampleSeries.indexOf('diff --git'), exampleSeries.indexOf('-- \n2.39', 1500));
  const document = client.open('change.diff', diff);
  const [patch] = await document.ask<DocumentSymbol[]>('textDocument/documentSymbol');
  expect(patch?.children?.map(({ name }) => name)).toEqual(['drivers/md/veil.c']);
});
