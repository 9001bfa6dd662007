import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CodeAction, CodeLens } from 'vscode-languageserver/node';
import type { Trace } from '../../server/lsp/traces.js';
import { TestClient } from './client.js';
import { exampleSeries, exampleTree } from './example.js';
import { smallMapper } from './mapper.js';

const path = 'clones.scenario.yaml';
const example = readFileSync('examples/clones.scenario.yaml', 'utf8');

const trace = (client: TestClient, link: unknown, like?: readonly string[]): Promise<Trace> =>
  client.request<Trace>('rescuer/trace', { link, like });

test('the trace of a scenario file leads to its lines', async () => {
  const client = await TestClient.start({ files: { [path]: example } });
  const uri = client.uri(path);
  const { title, playback, lines, others } = await trace(client, { uri, strategy: 'loop' });
  expect(title).toBe('example / loop');
  expect(playback).toMatchObject({ kind: 'counterexample', verdict: 'deadlock' });
  const step = playback.steps.find(({ action }) => action === 'allocates clone from bs');
  const line = example.split('\n').findIndex((text) => text.includes('alloc: clone')) + 1;
  expect(lines[step?.spot ?? -1]).toEqual({ uri, line });
  expect(others).toEqual([{ title: 'rescuer', link: { uri, strategy: 'rescuer', parameters: {} } }]);
});

test('the trace of a shipped scenario leads to its text', async () => {
  const client = await TestClient.start();
  const { playback, lines } = await trace(client, { scenario: 'pool', strategy: 'loop', parameters: {} });
  const step = playback.steps.find(({ source }) => source === 'alloc_tio()');
  const found = lines[step?.spot ?? -1];
  expect(found?.uri).toBe('rescuer:/rescuer/scenario/pool.scenario.yaml');
  const { text } = await client.request<{ text: string }>('workspace/textDocumentContent', { uri: found?.uri });
  expect(text.split('\n')[(found?.line ?? 0) - 1]).toContain('alloc_tio()');
});

test('a proof has a sample to compare with, in the order of the other run', async () => {
  const client = await TestClient.start();
  const link = { scenario: 'pool', strategy: 'rescuer', parameters: {} };
  const { playback } = await trace(client, link, ['T', 'T', 'T', 'T', 'disk']);
  expect(playback.kind).toBe('sample');
  expect(playback.steps.slice(0, 4).map(({ lane }) => playback.lanes[lane]?.name)).toEqual(['T', 'T', 'T', 'T']);
});

test('a replay string says the run, so that nothing is searched', async () => {
  const client = await TestClient.start();
  const link = { scenario: 'pool', strategy: 'loop', parameters: {} };
  const { playback } = await trace(client, link);
  const again = await trace(client, { ...link, replay: playback.replay });
  expect(again.playback.steps).toEqual(playback.steps);
  await expect(trace(client, { ...link, replay: 'pool/loop@4.14?reserve=2#zz' })).rejects.toThrow(/replay string/);
});

test('the address of a trace as text is a link too', async () => {
  const client = await TestClient.start();
  await client.execute('rescuer.simulate', { scenario: 'pool', strategy: 'loop', parameters: { reserve: 1 } });
  const { link } = await trace(client, { report: client.shown[0] });
  expect(link).toEqual({ scenario: 'pool', strategy: 'loop', parameters: { reserve: 1 } });
});

test.each([
  [{ scenario: 'pool' }, /a trace is of/],
  [null, /a trace is of/],
  [{ scenario: 'nothing', strategy: 'x' }, /no scenario is called "nothing"/],
  [{ uri: 'file:///etc/passwd', strategy: 'x' }, /YAML file/],
  [{ document: 'file:///x.mbox', stack: 'dm', state: 0 }, /open .* first/],
])('%j has no trace', async (link, message) => {
  const client = await TestClient.start();
  await expect(trace(client, link)).rejects.toThrow(message);
});

test.each([
  ['text', /^pool \/ loop .*DEADLOCK/],
  ['markdown', /^## pool \/ loop: DEADLOCK/],
  ['json', /^\{\n {2}"scenario": "pool"/],
  ['svg', /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*role="img"/],
])('a trace is exported as %s', async (format, text) => {
  const client = await TestClient.start();
  const link = { scenario: 'pool', strategy: 'loop', parameters: {} };
  expect(await client.request('rescuer/traceText', { link, format })).toMatch(text);
});

test('a picture has every name as text, whatever it holds', async () => {
  const hostile = example.replace('name: T', `name: '<script>"&'`).replace('scenario: example', `scenario: 'a<b>'`);
  const client = await TestClient.start({ files: { [path]: hostile } });
  const link = { uri: client.uri(path), strategy: 'loop', parameters: {} };
  const svg = await client.request<string>('rescuer/traceText', { link, format: 'svg' });
  expect(svg).toContain('&#60;script&#62;&#34;&#38;');
  expect(svg).not.toContain('<script');
});

test('strategies and findings have lenses and actions for a client that shows traces', async () => {
  const client = await TestClient.start({ files: exampleTree, traces: true });
  const scenario = await client.open(path, example).ask<CodeLens[]>('textDocument/codeLens');
  expect(scenario.map(({ command }) => command?.title)).toEqual([
    'Run all',
    'Compare performance',
    ...['Run loop', 'Show trace', 'Debug', 'Run rescuer', 'Show trace', 'Debug'],
  ]);
  const series = client.open('drop-rescuer.mbox', exampleSeries);
  const lenses = await series.ask<CodeLens[]>('textDocument/codeLens');
  expect(lenses.map(({ command }) => command?.title)).toContain('Show trace');
  const diagnostics = await series.diagnostics();
  const context = { diagnostics };
  const actions = await series.ask<CodeAction[]>('textDocument/codeAction', undefined, {
    context,
    range: diagnostics[0]?.range,
  });
  expect(actions[0]?.command?.command).toBe('rescuer.showTrace');
  expect(actions[0]?.command?.arguments?.[0]).toMatchObject({ scenario: expect.any(String) });
});

test('a finding of the simulator leads to the run of its stack, with the calls of the code as call stack', async () => {
  const { files, patch } = smallMapper();
  const client = await TestClient.start({ files, traces: true });
  client.write('drop.patch', patch);
  const document = client.open('drop.patch', patch);
  const found = (await document.diagnostics()).find(({ code }) => code === 'no-progress');
  const { playback, lines, others } = await trace(client, found?.data.trace);
  expect(playback.kind).toBe('counterexample');
  expect(found?.message).toContain(playback.sentence);
  const step = playback.steps.find(({ action }) => action.startsWith('allocates'));
  expect(lines[step?.spot ?? -1]).toMatchObject({
    uri: expect.stringMatching(/^rescuer:\/\/new-1\/drivers\/md\/dm\.c\?/),
    line: 18,
  });
  const inTree = playback.spots.findIndex(({ path }) => path === 'drivers/md/dm-linear.c');
  expect(lines[inTree]?.uri).toBe(client.uri('drivers/md/dm-linear.c'));
  document.change(`${patch}\n`);
  const unsaved = await trace(client, found?.data.trace);
  expect(unsaved.lines[step?.spot ?? -1]).toEqual({ uri: client.uri('drivers/md/dm.c'), line: 18 });
  const inside = playback.steps.find(({ stack }) => stack[0]?.name === 'linear_map()')?.stack ?? [];
  expect(inside.map(({ name, spot }) => [name, spot === null ? null : playback.spots[spot]?.path])).toEqual([
    ['linear_map()', 'drivers/md/dm-linear.c'],
    ['dm_make_request()', 'drivers/md/dm.c'],
    ['->submit_bio() of device', null],
    ['generic_make_request()', null],
    ['submit_bio()', null],
  ]);
  expect(others.map(({ title }) => title)).toEqual(['base (proved)']);
}, 60_000);
