import { afterAll, expect, test } from 'vitest';
import {
  type CodeAction,
  type CompletionItem,
  type Diagnostic,
  type Location,
  type Position,
  TextDocumentEdit,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { addAnnotations, shippedLibrary } from '../../server/model/extract/library.js';
import { TestClient, type TestDocument } from './client.js';
import { driver, exampleSeries, exampleTree } from './example.js';
import { readMarkers } from './markers.js';

/** The files of tests share one process. */
afterAll(() => addAnnotations({}));

const path = 'drivers/md/shade.c';

/** A driver of few lines, with `comment` before the function that ends its bios. */
function shade(comment: string): string {
  return `#include <linux/bio.h>

struct shade_io {
	struct bio *orig;
	struct bio clone;
	int error;
};

${comment}static void shade_finish(struct shade_io *io, struct bio *bio)
{
	bio_endio(io->orig);
}

static blk_qc_t shade_make_request(struct request_queue *q, struct bio *bio)
{
	shade_finish(q->queuedata, bio);
	shade_trace(bio);
	return generic_make_request(bio);
}
`;
}

interface Opened {
  readonly client: TestClient;
  readonly document: TestDocument;
  readonly positions: readonly Position[];
}

/** Opens a text with cursors in a folder that is the tree of the example. */
async function open(file: string, marked: string): Promise<Opened> {
  const { text, positions } = readMarkers(marked);
  const client = await TestClient.start({ files: exampleTree });
  return { client, document: client.open(file, text), positions };
}

const source = (comment: string): Promise<Opened> => open(path, shade(comment));
const sidecar = (text: string): Promise<Opened> => open('mine.annotations.yaml', text);

async function labels({ document, positions }: Opened): Promise<readonly string[]> {
  const items = await document.ask<CompletionItem[]>('textDocument/completion', positions[0]);
  return items.map(({ label }) => label);
}

async function told(opened: Promise<Opened>): Promise<readonly string[]> {
  const { document } = await opened;
  return (await document.diagnostics())
    .filter(({ code }) => code === 'annotation')
    .map(({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`);
}

async function hovered(opened: Promise<Opened>): Promise<string> {
  const { document, positions } = await opened;
  const [position] = positions;
  if (position === undefined) throw new Error('the text has no cursor');
  return document.hover(position);
}

async function defined(opened: Promise<Opened>): Promise<readonly string[]> {
  const { client, document, positions } = await opened;
  const found = await document.ask<Location[]>('textDocument/definition', positions[0]);
  return found.map(({ uri, range }) => `${uri.slice(client.uri('.').length + 1)}:${range.start.line + 1}`);
}

test('a comment offers the keys of the language', async () => {
  expect(await labels(await source('/* rescuer: { <|> } */\n'))).toEqual([
    'does',
    'first',
    'body',
    'returns',
    'assumes',
  ]);
});

test('a step of a comment offers the verbs, and the bios that the function is given', async () => {
  expect(await labels(await source('/* rescuer: { does: [{ <|> }] } */\n'))).toContain('submit');
  expect(await labels(await source('/* rescuer: { does: [{ end: <|> }] } */\n'))).toEqual([
    'io->orig',
    'io->clone',
    'bio',
  ]);
});

test('a comment of several lines is completed like one of one line', async () => {
  const comment = '/*\n * rescuer:\n *   does:\n *     - { end: <|> }\n */\n';
  expect(await labels(await source(comment))).toEqual(['io->orig', 'io->clone', 'bio']);
});

test('C outside of annotations offers nothing', async () => {
  const opened = await open(path, shade('').replace('return generic', 're<|>turn generic'));
  expect(await labels(opened)).toEqual([]);
});

test('a file offers sections, and functions of the files that it names', async () => {
  expect(await labels(await sidecar('<|>\n'))).toEqual([
    'functions',
    'variables',
    'works',
    'workloads',
    'stacks',
    'templates',
  ]);
  const text = `stacks:\n  veil:\n    files: [${driver}]\nfunctions:\n  <|>\n`;
  expect(await labels(await sidecar(text))).toContain('veil_map_piece');
});

test('a file offers workloads, fields and what a stack may say', async () => {
  const head = `workloads:\n  mine: [bio_data_dir(bio) == READ]\nstacks:\n  veil:\n    files: [${driver}]\n`;
  expect(await labels(await sidecar(`${head}    tasks: [{ name: A, workload: <|> }]\n`))).toEqual(
    expect.arrayContaining(['mine', 'read']),
  );
  expect(await labels(await sidecar(`${head}    fields: { veil_device.<|>: 1 }\n`))).toContain('veil_device.bs');
  expect(await labels(await sidecar(`${head}    <|>\n`))).toContain('tables');
});

test('the hover of a comment tells what it says, and what is otherwise without it', async () => {
  const text = await hovered(source('/* resc<|>uer: { does: [{ end: bio }], assumes: nobody waits } */\n'));
  expect(text).toContain('`shade_finish()` — annotation');
  expect(text).toContain('instead of its body, it ends bio');
  expect(text).toContain('assumed: nobody waits');
  expect(text).toContain('without the annotation its body would be followed');
  expect(text).toContain('`shade_make_request()`');
});

test('the hover of a key explains it', async () => {
  expect(await hovered(source('/* rescuer: { ret<|>urns: 0 } */\n'))).toContain('**returns**: its value');
  expect(await hovered(sidecar('stacks:\n  veil:\n    ent<|>ry: [veil_make_request]\n'))).toContain('**entry**');
});

test('the hover of an annotated function in C shows the annotation', async () => {
  const text = shade('/* rescuer: { returns: 0 } */\n').replace('\tshade_finish(q', '\tshade_fi<|>nish(q');
  expect(await hovered(open(path, text))).toContain('its value is `0`');
});

test('the hover of an entry of a file tells what it says', async () => {
  const text = `stacks: { veil: { files: [${driver}] } }\nfunctions:\n  veil_map_<|>piece: {}\n`;
  expect(await hovered(sidecar(text))).toContain('it has no effect and never blocks');
});

test('a function that the comment is about is found, and one that it calls', async () => {
  const comment = '/* res<|>cuer: { does: ["shade_finish(io, bio)"] } */\n';
  expect(await defined(source(comment))).toEqual([`${path}:10`]);
  expect(await defined(source(comment.replace('<|>', '').replace('finish(', 'fin<|>ish(')))).toEqual([`${path}:10`]);
});

test('functions, fields and files of a file are found in the tree', async () => {
  const head = `stacks:\n  veil:\n    files: [${driver}]\n`;
  expect(await defined(sidecar(`${head}functions:\n  veil_<|>free: {}\n`))).toEqual([
    expect.stringMatching(/^drivers\/md\/veil\.c:\d+$/),
  ]);
  expect(await defined(sidecar(`${head}    fields: { veil_device.<|>bs: NOT NULL }\n`))).toHaveLength(1);
  expect(await defined(sidecar(`stacks:\n  veil:\n    files: [drivers/<|>md/veil.c]\n`))).toEqual([`${driver}:1`]);
});

test('an unknown key of a comment is a finding', async () => {
  expect(await told(source('/* rescuer: { retruns: 0 } */\n'))).toEqual([
    expect.stringContaining('unknown key "retruns"'),
  ]);
});

test('a field that is gone is told of in a comment', async () => {
  expect(await told(source('/* rescuer: { does: [{ end: io->origin }] } */\n'))).toEqual([
    '9:29 struct shade_io has no field origin',
  ]);
  expect(await told(source('/* rescuer: { does: [{ end: io->origin | io->orig }] } */\n'))).toEqual([]);
});

test('what is no C is told of', async () => {
  expect(await told(source('/* rescuer: { does: ["bio_put(io->"] } */\n'))).toEqual([
    '9:22 this is no C call or assignment',
  ]);
});

test('a file is told of functions, fields and files that are gone', async () => {
  const text = `functions:
  veil_map_piece: {}
  veil_gone: {}
variables:
  left: { places: [veil_device.bs, veil_device.gone] }
stacks:
  veil:
    entry: [veil_old_request, veil_make_request]
    files: [${driver}, drivers/md/gone.c]
`;
  const { document } = await sidecar(text);
  const found = (await document.diagnostics()).map(
    ({ range, severity, message }) => `${range.start.line + 1} ${severity} ${message}`,
  );
  expect(found).toEqual([
    '3 2 no function veil_gone() in the tree: what is said of it has no effect',
    '5 4 struct veil_device has no field gone',
    '8 4 no function veil_old_request() in the tree: what is said of it has no effect',
    '9 4 no file drivers/md/gone.c in the tree',
  ]);
});

test('a file with an unknown verb is told of it', async () => {
  const [first = ''] = await told(sidecar('functions:\n  veil_free: { does: [{ explode: bio }] }\n'));
  expect(first).toMatch(/^2:\d+ .*(?:unknown step|explode)/);
});

async function unresolved(document: TestDocument): Promise<readonly Diagnostic[]> {
  return (await document.diagnostics()).filter(({ code }) => code === 'call-unresolved');
}

const actionsAt = (document: TestDocument, range: Diagnostic['range'], diagnostics: readonly Diagnostic[]) =>
  document.ask<CodeAction[]>('textDocument/codeAction', undefined, { range, context: { diagnostics } });

test('a call that hands a bio to code that is not in view is hinted at, and can be annotated', async () => {
  const { client, document } = await source('');
  const [diagnostic] = await unresolved(document);
  if (diagnostic === undefined) throw new Error('no hint');
  expect(diagnostic.message).toContain('shade_trace() is not in view');
  const actions = (await actionsAt(document, diagnostic.range, [diagnostic])).filter(({ title }) =>
    title.startsWith('Annotate'),
  );
  expect(actions.map(({ title }) => title)).toEqual([
    'Annotate shade_trace() in rescuer.annotations.yaml: has no effect, never blocks',
    'Annotate shade_trace() in rescuer.annotations.yaml: returns 0',
    'Annotate shade_trace() in rescuer.annotations.yaml: waits until shade_trace_done is set (say who sets it)',
  ]);
  expect(actions[0]?.edit?.documentChanges).toEqual([
    { kind: 'create', uri: client.uri('rescuer.annotations.yaml'), options: { ignoreIfExists: true } },
    {
      textDocument: { uri: client.uri('rescuer.annotations.yaml'), version: null },
      edits: [expect.objectContaining({ newText: 'functions:\n  shade_trace: {}\n' })],
    },
  ]);
});

test('a call that the file of annotations speaks of is no longer hinted at', async () => {
  const client = await TestClient.start({
    files: { ...exampleTree, 'rescuer.annotations.yaml': 'functions:\n  shade_trace: {}\n' },
  });
  expect(await unresolved(client.open(path, shade('')))).toEqual([]);
});

test('the hint goes when the quick fix is in the editor, not on disk yet', async () => {
  const { client, document } = await source('');
  expect(await unresolved(document)).toHaveLength(1);
  client.expectNew(document.uri);
  client.open('rescuer.annotations.yaml', 'functions:\n  shade_trace: {}\n');
  expect(await unresolved(document)).toEqual([]);
});

test('a function of the file is annotated in a comment above it', async () => {
  const { text, ranges } = readMarkers(shade('').replace('\tshade_finish(q', '\t<|shade_finish|>(q'));
  const [range] = ranges;
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open(path, text);
  if (range === undefined) throw new Error('the text has no range');
  const actions = await actionsAt(document, range, []);
  const ends = actions.find(({ title }) => title === 'Annotate shade_finish(): ends bio');
  expect(editsOf(ends)).toEqual([document.uri]);
  expect(applied(ends, document.uri, text)).toBe(shade('/* rescuer: { does: [{ end: bio }] } */\n'));
});

const textEdits = (action: CodeAction | undefined): readonly TextDocumentEdit[] =>
  (action?.edit?.documentChanges ?? []).filter((change) => TextDocumentEdit.is(change));

/** The documents that an action writes to. */
const editsOf = (action: CodeAction | undefined): readonly string[] =>
  textEdits(action).map(({ textDocument }) => textDocument.uri);

/** A document after an action. */
function applied(action: CodeAction | undefined, uri: string, text: string): string {
  const edits = textEdits(action).flatMap((edit) => (edit.textDocument.uri === uri ? edit.edits : [])) as TextEdit[];
  return TextDocument.applyEdits(TextDocument.create(uri, '', 1, text), edits);
}

test.each([
  ['', 'functions:\n  shade_trace: NOTE\nvariables:\n  shade_trace_done: { max: 1 }\n'],
  ['functions:\n  a: {}', 'functions:\n  shade_trace: NOTE\n  a: {}\nvariables:\n  shade_trace_done: { max: 1 }\n'],
  [
    'variables:\n  b: {}\nfunctions:',
    'variables:\n  shade_trace_done: { max: 1 }\n  b: {}\nfunctions:\n  shade_trace: NOTE\n',
  ],
])('a wait is written with the variable that it is for, into %j', async (before, expected) => {
  const client = await TestClient.start({ files: { ...exampleTree, 'rescuer.annotations.yaml': before } });
  const document = client.open(path, shade(''));
  const [diagnostic] = await unresolved(document);
  if (diagnostic === undefined) throw new Error('no hint');
  const actions = await actionsAt(document, diagnostic.range, [diagnostic]);
  const waits = actions.find(({ title }) => title.includes('waits until'));
  const text = applied(waits, client.uri('rescuer.annotations.yaml'), before);
  expect(text).toBe(expected.replace('NOTE', '{ does: [{ wait: shade_trace_done > 0 }] }'));
  const written = client.open('rescuer.annotations.yaml', text);
  expect((await written.diagnostics()).map(({ message }) => message).join()).not.toContain('shade_trace_done');
});

test('a call that is given allocation flags where bios are at hand is hinted at', async () => {
  const text = shade('').replace('shade_trace(bio)', 'shade_prepare(q, GFP_NOIO);\n\tkmalloc(8, GFP_NOIO)');
  const found = await unresolved((await open(path, text)).document);
  expect(found.map(({ message }) => message)).toEqual([
    'shade_prepare() is not in view: it is given GFP_NOIO, so it may allocate and sleep, and it is taken to do nothing',
  ]);
});

const unknownVariable = (name: string): string => `no variable is called ${name}: nothing that comes to this step can`;

test('a step that speaks of a variable that is not declared is told of', async () => {
  const file = 'functions:\n  veil_map_piece: { does: [{ wait: done > pieces }, { set: [mine = mine + bio.left] }] }\n';
  expect(await told(sidecar(`${file}variables:\n  mine: {}\n`))).toEqual([
    expect.stringContaining(`2:36 ${unknownVariable('done')}`),
  ]);
  const comment = source('/* rescuer: { does: [{ wait: gone > tracked }] } */\n');
  expect(await told(comment)).toEqual([expect.stringContaining(unknownVariable('gone'))]);
});

test('a file of thousands of names is checked in a moment', async () => {
  const names = Array.from({ length: 3000 }, (_, i) => `  shade_${i}: {}\n`).join('');
  const begun = performance.now();
  expect(await told(sidecar(`functions:\n${names}`))).toHaveLength(3000);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('a review in the editor goes by the file at the top of the tree, in a workspace that is trusted', async () => {
  const files = { ...exampleTree, 'rescuer.annotations.yaml': 'functions:\n  veil_of_the_tree: {}\n' };
  const isKnown = async (trusted: boolean): Promise<boolean> => {
    const client = await TestClient.start({ files, trusted });
    await client.open('series.mbox', exampleSeries).diagnostics();
    return shippedLibrary().functions.has('veil_of_the_tree');
  };
  expect(await isKnown(false)).toBe(false);
  expect(await isKnown(true)).toBe(true);
  expect(await isKnown(false)).toBe(false);
});
