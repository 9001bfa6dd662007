import { expect, test } from 'vitest';
import type { Diagnostic, InlayHint } from 'vscode-languageserver/node';
import { TestClient, type TestDocument } from './client.js';
import { exampleTree } from './example.js';

const source = 'drivers/md/shim.c';
const header = 'drivers/md/shim.h';

/** A header that says how large the reserve of the driver below is. */
const reserve = (bios: number): string => `#define SHIM_RESERVE ${bios}\n`;

const shim = `#include <linux/bio.h>
#include "shim.h"

struct shim {
	struct bio_set *bs;
};

int shim_init(struct shim *shim)
{
	shim->bs = bioset_create(SHIM_RESERVE, 0, BIOSET_NEED_BVECS);
	if (!shim->bs)
		return -ENOMEM;
	return 0;
}
`;

const unchecked = shim.replace('\tif (!shim->bs)\n\t\treturn -ENOMEM;\n', '');

async function openShim(options: { readonly watches?: boolean } = {}): Promise<{
  readonly client: TestClient;
  readonly document: TestDocument;
}> {
  const client = await TestClient.start({ ...options, files: { ...exampleTree, [header]: reserve(4) } });
  const document = client.open(source, shim);
  expect(await document.diagnostics()).toEqual([]);
  return { client, document };
}

/** Rule and line of each finding. */
function codes(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code, range }) => `${code} ${range.start.line + 1}`);
}

/** The hints of a source, each behind its line. */
async function hintsOf(document: TestDocument): Promise<readonly string[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = await document.ask<InlayHint[]>('textDocument/inlayHint', undefined, { range });
  return hints.map(({ label, position }) => `${position.line + 1}: ${label}`);
}

test('an edit of a few characters is analysed in its place', async () => {
  const { document } = await openShim();
  document.edit({ line: 5, character: 2 }, '\n\nstatic int shims;');
  expect(await hintsOf(document)).toEqual(['12: reserve 4, no rescuer, bvecs']);
  document.edit({ line: 13, character: 0 }, '\tshims++;\n');
  document.change(document.text.replace('BIOSET_NEED_BVECS', 'BIOSET_NEED_RESCUER'));
  expect(await hintsOf(document)).toEqual(['12: reserve 4, rescuer, no bvecs']);
});

test('a source that was closed is analysed afresh when it is opened again', async () => {
  const { client, document } = await openShim();
  document.close();
  expect(await document.diagnostics()).toEqual([]);
  client.expectNew(document.uri);
  const again = client.open(source, unchecked);
  expect(codes(await again.diagnostics())).toEqual(['set-unchecked 10']);
});

test('the client is asked to watch the C files of the tree and its configuration, once', async () => {
  const { client, document } = await openShim();
  document.edit({ line: 0, character: 0 }, '\n');
  await hintsOf(document);
  expect(client.watched).toEqual([`${client.uri('')} **/*.{c,h}`, `${client.uri('')} .rescuer.yaml`]);
});

test('other files are read again only when the client says that they changed', async () => {
  const { client, document } = await openShim();
  client.write(header, reserve(8));
  document.edit({ line: 0, character: 0 }, '\n');
  expect(await hintsOf(document)).toEqual(['11: reserve 4, no rescuer, bvecs']);
  client.tellOfChange(header);
  expect(await hintsOf(document)).toEqual(['11: reserve 8, no rescuer, bvecs']);
});

test('a changed file brings new diagnostics of the open sources of its tree', async () => {
  const allocating = `${shim.replace('BIOSET_NEED_BVECS', '0')}
struct bio *shim_get(struct shim *shim)
{
	return bio_alloc_bioset(GFP_NOIO, SHIM_VECS, shim->bs);
}
`;
  const files = { ...exampleTree, [header]: `${reserve(4)}#define SHIM_VECS 0\n` };
  const client = await TestClient.start({ files });
  const document = client.open(source, allocating);
  expect(await document.diagnostics()).toEqual([]);
  client.expectNew(document.uri);
  client.write(header, `${reserve(4)}#define SHIM_VECS 2\n`);
  client.tellOfChange(header);
  expect(codes(await document.diagnostics())).toEqual(['bvecs-missing 18']);
});

test('a source that changed alone on disk is not analysed again: its editor has the text', async () => {
  const { client, document } = await openShim();
  client.write(header, reserve(8));
  client.tellOfChange(source);
  expect(await hintsOf(document)).toEqual(['10: reserve 4, no rescuer, bvecs']);
});

test('without a client that watches files they are read at each analysis', async () => {
  const { client, document } = await openShim({ watches: false });
  expect(client.watched).toEqual([]);
  client.write(header, reserve(8));
  document.edit({ line: 0, character: 0 }, '\n');
  expect(await hintsOf(document)).toEqual(['11: reserve 8, no rescuer, bvecs']);
});
