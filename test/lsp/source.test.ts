import { expect, test } from 'vitest';
import type { CodeAction, Diagnostic, InlayHint, Location, Position, TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TestClient, type TestDocument } from './client.js';
import { driver, exampleTree } from './example.js';
import { readMarkers } from './markers.js';

const path = 'drivers/md/shim.c';

/** A small driver with the code of `body` behind its declarations. */
function shim(body: string): string {
  return `#include <linux/bio.h>

struct shim {
	struct bio_set *bs;
	struct bio_set *own;
};

${body}`;
}

async function openShim(body: string): Promise<{ client: TestClient; document: TestDocument }> {
  const client = await TestClient.start({ files: exampleTree });
  return { client, document: client.open(path, shim(body)) };
}

/** Opens a source with one cursor, and gives the document and the position. */
async function openAt(body: string): Promise<{ document: TestDocument; position: Position }> {
  const { text, positions } = readMarkers(shim(body));
  const [position] = positions;
  if (position === undefined) throw new Error('the source has no cursor');
  const client = await TestClient.start({ files: exampleTree });
  return { document: client.open(path, text), position };
}

/** The source after the first code action for the finding of `rule` whose title has `title`. */
async function fixed(document: TestDocument, rule: string, title: string): Promise<string> {
  const diagnostics = (await document.diagnostics()).filter(({ code }) => code === rule);
  const [diagnostic] = diagnostics;
  if (diagnostic === undefined) throw new Error(`no finding of ${rule}`);
  const actions = await document.ask<CodeAction[]>('textDocument/codeAction', undefined, {
    range: diagnostic.range,
    context: { diagnostics },
  });
  const action = actions.find((candidate) => candidate.title.includes(title));
  const edits = action?.edit?.changes?.[document.uri];
  if (edits === undefined) throw new Error(`no action "${title}" among ${actions.map((found) => found.title)}`);
  return TextDocument.applyEdits(TextDocument.create(document.uri, 'c', 1, document.text), edits as TextEdit[]);
}

const unchecked = `int shim_init(struct shim *shim)
{
	shim->bs = bioset_create(4, 0, 0);
	return 0;
}
`;

const unguarded = `static void shim_flush(struct shim *shim, struct bio *bio)
{
	struct bio_set *bs = bio->bi_pool;

	bio_list_add(&bs->rescue_list, bio);
	queue_work(bs->rescue_workqueue, &bs->rescue_work);
}
`;

test('a source is checked as it stands in the editor', async () => {
  const { document } = await openShim(unchecked);
  expect((await document.diagnostics()).map(({ code }) => code)).toContain('set-unchecked');
  document.change(shim(unchecked.replace('\treturn 0;', '\tif (!shim->bs)\n\t\treturn -ENOMEM;\n\treturn 0;')));
  expect((await document.diagnostics()).map(({ code }) => code)).not.toContain('set-unchecked');
});

test('sources outside a kernel tree are left alone', async () => {
  const client = await TestClient.start();
  const document = client.open(path, shim(unchecked));
  expect(await document.diagnostics()).toEqual([]);
});

test('checking sources can be switched off', async () => {
  const client = await TestClient.start({ files: exampleTree, settings: { checkSources: false } });
  expect(await client.open(path, shim(unchecked)).diagnostics()).toEqual([]);
});

test('the missing check is added behind the creation', async () => {
  const { document } = await openShim(unchecked);
  expect(await fixed(document, 'set-unchecked', 'Check the result')).toBe(
    shim(unchecked.replace('0, 0);\n', '0, 0);\n\tif (!shim->bs)\n\t\treturn -ENOMEM;\n')),
  );
});

test('an edit keeps the line ends of the source', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open(path, shim(unchecked).replaceAll('\n', '\r\n'));
  const text = await fixed(document, 'set-unchecked', 'Check the result');
  expect(text.replaceAll('\r\n', '')).not.toContain('\n');
});

test('the missing guard is put around the queueing', async () => {
  const { document } = await openShim(unguarded);
  expect(await fixed(document, 'rescuer-unguarded', 'Queue only if')).toBe(
    shim(
      unguarded.replace(
        '\tqueue_work(bs->rescue_workqueue',
        '\tif (bs->rescue_workqueue)\n\t\tqueue_work(bs->rescue_workqueue',
      ),
    ),
  );
});

const twoSets = `int shim_init(struct shim *shim)
{
	shim->bs = bioset_create(4, 0, BIOSET_NEED_BVECS);
	if (!shim->bs)
		return -ENOMEM;
	shim->own = bioset_create(16, 0, BIOSET_NEED_RESCUER);
	if (!shim->own)
		return -ENOMEM;
	return 0;
}

struct bio *shim_get(struct shim *shim)
{
	return bio_alloc_bioset(GFP_NOIO, 0, shim->o<|>wn);
}
`;

test('a creation shows its reserve and flags', async () => {
  const { document } = await openAt(twoSets);
  const hints = await document.ask<InlayHint[]>('textDocument/inlayHint', undefined, {
    range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
  });
  expect(hints.map(({ label, tooltip }) => `${tooltip}: ${label}`)).toEqual([
    'struct shim.bs: reserve 4, no rescuer, bvecs',
    'struct shim.own: reserve 16, rescuer, no bvecs',
  ]);
});

test('the definition of a set is where it is created', async () => {
  const { document, position } = await openAt(twoSets);
  const found = await document.ask<Location[]>('textDocument/definition', position);
  expect(found.map(({ uri, range }) => [uri === document.uri, range.start.line + 1])).toEqual([[true, 13]]);
});

test('the references of a set are its creation, allocations and releases', async () => {
  const { document, position } = await openAt(twoSets);
  const found = await document.ask<Location[]>('textDocument/references', position, {
    context: { includeDeclaration: true },
  });
  expect(found.map(({ range }) => range.start.line + 1)).toEqual([13, 21]);
});

test('hovering a set tells how it was created', async () => {
  const { document, position } = await openAt(twoSets);
  const value = await document.hover(position);
  expect(value).toContain('struct shim.own');
  expect(value).toContain('reserve 16, rescuer');
});

test('hovering a flag speaks of the era of this tree', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const text = exampleTree[driver] ?? '';
  const document = client.open(driver, text);
  const before = text.slice(0, text.indexOf('BIOSET_NEED_RESCUER'));
  const line = before.split('\n').length - 1;
  const position = { line, character: before.length - before.lastIndexOf('\n') - 1 };
  const value = await document.hover(position);
  expect(value).toContain('4.13 to 4.17');
  expect(value).not.toContain('6.0 and later');
  expect(value).toContain('**Users in this tree:** `struct veil_device.bs`');
});

test('a word that means nothing has no hover', async () => {
  const { document, position } = await openAt('int oth<|>er;\n');
  expect(await document.hover(position)).toBe('');
});

test('the bundled driver as it is has nothing wrong', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const diagnostics: readonly Diagnostic[] = await client.open(driver, exampleTree[driver] ?? '').diagnostics();
  expect(diagnostics).toEqual([]);
});
