import { expect, test } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { stepKeys } from '../../server/model/steps.js';
import { TestClient, type TestDocument } from './client.js';
import { readMarkers } from './markers.js';

const head = `scenario: s
options: {depthFirst: false, rescuer: true}
parameters:
  reserve: {default: 2}
strategies:
  loop: {expect: proved}
sets:
  bs: {reserve: 1}
  s->split: {reserve: 1}
devices:
  disk: {leaf: true}
`;

interface Completed {
  readonly document: TestDocument;
  readonly items: readonly CompletionItem[];
}

/** Completes at the cursor of a text. */
async function complete(marked: string): Promise<Completed> {
  const { text, positions } = readMarkers(marked);
  const client = await TestClient.start();
  const document = client.open('s.scenario.yaml', text);
  return { document, items: await document.ask<CompletionItem[]>('textDocument/completion', positions[0]) };
}

const labels = ({ items }: Completed): readonly string[] => items.map(({ label }) => label);

/** The line of the cursor after the item of that name was chosen. */
function chosen({ document, items }: Completed, label: string): string {
  const edit = items.find((item) => item.label === label)?.textEdit as TextEdit;
  const before = TextDocument.create(document.uri, 'yaml', 1, document.text);
  return TextDocument.applyEdits(before, [edit]).split('\n')[edit.range.start.line] ?? '';
}

test('an empty line offers the sections that are not there yet', async () => {
  expect(labels(await complete(`${head}<|>\n`))).toEqual([
    'title',
    'about',
    'era',
    'core',
    'pools',
    'locks',
    'variables',
    'lists',
    'queues',
    'works',
    'endings',
    'tasks',
    'reclaim',
  ]);
});

test('a mapping in braces offers the keys it may have', async () => {
  const completed = await complete(`${head}queues:\n  wq: {reclaim: true, <|>}\n`);
  expect(labels(completed)).toEqual(['maxActive', 'spare', 'missing']);
  expect(chosen(completed, 'missing')).toBe('  wq: {reclaim: true, missing: }');
});

test('a mapping in lines offers the keys it may have, above others too', async () => {
  const completed = await complete(`${head}tasks:\n  - na<|>\n    count: 2\n`);
  expect(labels(completed)).toEqual(['name', 'daemon', 'do']);
  expect(chosen(completed, 'name')).toBe('  - name: ');
});

test('a key whose value goes on below ends with its colon', async () => {
  const completed = await complete(`${head}tasks:\n  - name: T\n    <|>\n`);
  expect(chosen(completed, 'do')).toBe('    do:');
  expect(chosen(completed, 'count')).toBe('    count: ');
});

test('a key that has its colon keeps it', async () => {
  expect(chosen(await complete(`${head}locks:\n  l: {ki<|>: mutex}\n`), 'kind')).toBe('  l: {kind: mutex}');
});

test('a step offers its verbs with what they do', async () => {
  const completed = await complete(`${head}reclaim:\n  - <|>\n`);
  expect([...labels(completed)].sort()).toEqual([...stepKeys.keys()].sort());
  expect(completed.items[0]).toMatchObject({
    label: 'alloc',
    documentation: expect.stringContaining('bio_alloc_bioset()'),
  });
});

test('a list of steps that is still empty offers them as items', async () => {
  const completed = await complete(`${head}tasks:\n  - name: T\n    do:\n      <|>\n`);
  expect(chosen(completed, 'submit')).toBe('      - submit: ');
});

test('a step with a verb offers the other keys of that step', async () => {
  expect(labels(await complete(`${head}reclaim:\n  - {submit: b, <|>}\n`))).toEqual(['to', 'at']);
});

test('steps inside steps are known as well', async () => {
  const nested = `${head}reclaim:\n  - repeat: 3\n    do:\n      - if: depthFirst\n        then: [{lock: l, <|>`;
  expect(labels(await complete(nested))).toEqual(['mode', 'at']);
});

test.each([
  ['one of a few words', 'locks:\n  l: {kind: <|>}', ['mutex', 'rwsem', 'spinlock', 'semaphore']],
  ['true or false', 'devices:\n  disk: {leaf: t<|>}', ['true', 'false']],
  ['a set of the file', 'reclaim:\n  - {alloc: b, from: <|>}', ['bs', 's->split']],
  ['a device of the file', 'reclaim:\n  - {submit: b, to: d<|>}', ['disk']],
  ['a verdict', 'strategies:\n  loop:\n    expect: <|>', ['proved', 'deadlock', 'crash', 'livelock', 'leak']],
  [
    'a verdict in a list',
    'strategies:\n  loop:\n    expect:\n      - <|>',
    ['proved', 'deadlock', 'crash', 'livelock', 'leak'],
  ],
  ['names in an expression', 'reclaim:\n  - if: <|>', ['reserve', 'depthFirst', 'rescuer']],
  ['options that a strategy sets', 'strategies:\n  loop: {with: {rescuer: false, <|>}}', ['depthFirst']],
  ['nothing in a text', 'title: <|>', []],
  ['nothing in a comment', 'locks: # k<|>', []],
])('%s can stand in its place', async (_, text, expected) => {
  const whole = head
    .split('\n')
    .filter((line) => !text.startsWith(line) || line === '')
    .join('\n');
  expect(labels(await complete(`${whole}${text}\n`))).toEqual(expected);
});

test('a name inside an expression is replaced, not the expression', async () => {
  const completed = await complete(`${head}reclaim:\n  - if: reserve > 1 && dep<|> != 0\n`);
  expect(chosen(completed, 'depthFirst')).toBe('  - if: reserve > 1 && depthFirst != 0');
});

test('a name with an arrow is replaced as a whole', async () => {
  const completed = await complete(`${head}reclaim:\n  - {alloc: b, from: s-<|>}\n`);
  expect(chosen(completed, 's->split')).toBe('  - {alloc: b, from: s->split}');
});

test('other documents get no completions', async () => {
  const client = await TestClient.start();
  const document = client.open('compose.yaml', 's');
  expect(await document.ask('textDocument/completion', { line: 0, character: 1 })).toEqual([]);
});

test.each([
  ['a section', 'se<|>ts: {}', '**sets**: bio_sets'],
  ['a key', 'locks: {l: {ki<|>nd: mutex}}', '**kind**: mutex if absent;'],
  [
    'a verb',
    'reclaim:\n  - {allo<|>c: b, from: bs}',
    '**alloc**: bio_alloc_bioset(): a bio from a set into a variable',
  ],
  ['a key of a step', 'reclaim:\n  - {alloc: b, fro<|>m: bs}', '**from**: the set'],
])('hovering over %s explains it', async (_, marked, text) => {
  const { text: whole, positions } = readMarkers(`scenario: s\n${marked}\n`);
  const client = await TestClient.start();
  const [position = { line: 0, character: 0 }] = positions;
  expect(await client.open('s.scenario.yaml', whole).hover(position)).toContain(text);
});

test('hovering over a kernel function explains it as in a source', async () => {
  const { text, positions } = readMarkers('scenario: s\nreclaim:\n  - {new: b, at: bio_alloc_bio<|>set()}\n');
  const client = await TestClient.start();
  const [position = { line: 0, character: 0 }] = positions;
  expect(await client.open('s.scenario.yaml', text).hover(position)).toContain('bio_alloc_bioset');
});
