import { expect, test } from 'vitest';
import type { CodeLens, Hover } from 'vscode-languageserver/node';
import type { Trace } from '../../server/lsp/traces.js';
import type { WhatIfChanges, WhatIfSubject } from '../../server/lsp/whatIf.js';
import { TestClient } from './client.js';
import { exampleSeries, exampleTree } from './example.js';
import { smallMapper } from './mapper.js';

const subjects = (client: TestClient, uri: string, line: number, character: number): Promise<WhatIfSubject[]> =>
  client.request('rescuer/whatIfSubjects', { uri, position: { line, character } });

const changes = (client: TestClient, link: unknown): Promise<WhatIfChanges> =>
  client.request('rescuer/whatIfChanges', { link });

const placeOf = (text: string, word: string): [line: number, character: number] => {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  return [before.length - 1, before.at(-1)?.length ?? 0];
};

test('a set of an open source loses its rescuer without an edit: the verdicts stand side by side', async () => {
  const { files } = smallMapper();
  const path = 'drivers/md/dm.c';
  const text = files[path] ?? '';
  const client = await TestClient.start({ files, traces: true });
  const document = client.open(path, text);
  const uri = client.uri(path);
  const at = placeOf(text, 'BIOSET_NEED_RESCUER');
  const [subject] = (await subjects(client, uri, ...at)).filter(({ title }) => title === 'dm-linear');
  expect(subject?.link).toEqual({ document: uri, stack: 'dm-linear', state: 0 });

  const found = await changes(client, subject?.link);
  const without = found.changes.find(({ title }) => title === 'mapped_device.bs without a rescuer');
  expect(without?.link).toEqual({ ...subject?.link, supposed: [{ set: 'mapped_device.bs', rescuer: false }] });
  const page = await client.execute('rescuer.whatIf', subject?.link, without?.link);
  expect(page).toMatch(/^proved becomes DEADLOCK\.$/m);
  expect(page).toMatch(/^mapped_device\.bs +reserve 16, rescuer +reserve 16, no rescuer$/m);
  expect(client.shown[0]).toMatch(/^rescuer:\/rescuer\/what-if\/What/);

  const { title, playback } = await client.request<Trace>('rescuer/trace', { link: without?.link });
  expect(title).toBe('dm-linear, in the editor, mapped_device.bs without a rescuer');
  expect(playback).toMatchObject({ kind: 'counterexample', verdict: 'deadlock' });
  const { parameters } = playback;
  const beside = await client.request<Trace>('rescuer/trace', { link: { ...subject?.link, parameters } });
  expect(beside.playback).toMatchObject({ verdict: 'proved', parameters });
  const lenses = await document.ask<CodeLens[]>('textDocument/codeLens');
  expect(lenses.map(({ command }) => command?.title)).toContain('what if…');
  const [line, character] = at;
  const { contents } = await document.ask<Hover>('textDocument/hover', { line, character });
  expect(contents).toMatchObject({ value: expect.stringContaining('](command:rescuer.askWhatIf?') });
}, 60_000);

test('what one tree says of its functions is not said of another', async () => {
  const { files } = smallMapper();
  const path = 'drivers/md/dm.c';
  const verdict = async (more: Record<string, string>): Promise<string | undefined> => {
    const client = await TestClient.start({ files: { ...files, ...more }, traces: true });
    client.open(path, files[path] ?? '');
    const link = { document: client.uri(path), stack: 'dm-linear', state: 0 };
    return (await client.request<Trace>('rescuer/trace', { link })).playback?.verdict;
  };
  const idle = 'functions:\n  linear_map: {}\n';
  expect([await verdict({}), await verdict({ 'rescuer.annotations.yaml': idle }), await verdict({})]).toEqual([
    'proved',
    'deadlock',
    'proved',
  ]);
}, 60_000);

test('a reserve is another, on top of what was changed before, and larger than any is refused', async () => {
  const { files } = smallMapper();
  const client = await TestClient.start({ files, traces: true });
  const path = 'drivers/md/dm.c';
  client.open(path, files[path] ?? '');
  const link = { document: client.uri(path), stack: 'dm-linear', state: 0 };
  const supposed = [{ set: 'mapped_device.bs', rescuer: false }];
  const found = await changes(client, { ...link, supposed });
  const reserve = found.changes.find(({ number }) => number?.name === 'mapped_device.bs');
  expect(reserve).toMatchObject({
    detail: '16 now',
    link: { ...link, supposed: [{ set: 'mapped_device.bs', rescuer: false, reserve: 16 }] },
    number: { value: 16, least: 1, most: 16 },
  });
  const small = { ...link, supposed: [{ set: 'mapped_device.bs', rescuer: false, reserve: 1 }] };
  expect(await client.execute('rescuer.whatIf', link, small)).toMatch(/^verdict +proved +DEADLOCK$/m);
  const large = { ...link, supposed: [{ set: 'mapped_device.bs', reserve: 17 }] };
  await expect(client.execute('rescuer.whatIf', link, large)).rejects.toThrow(/at most 16/);
}, 60_000);

test('a finding that names a scenario can be tried under another strategy', async () => {
  const client = await TestClient.start({ files: exampleTree, traces: true });
  const series = client.open('drop-rescuer.mbox', exampleSeries);
  await series.diagnostics();
  const [line, character] = placeOf(exampleSeries, 'BIOSET_NEED_RESCUER);');
  const [subject] = await subjects(client, client.uri('drop-rescuer.mbox'), line, character);
  expect(subject?.link).toMatchObject({ scenario: 'pool', strategy: 'flag-dropped' });
  const found = await changes(client, subject?.link);
  const strategy = found.changes.find(({ title }) => title === 'strategy rescuer');
  expect(await client.execute('rescuer.whatIf', subject?.link, strategy?.link)).toMatch(/^DEADLOCK becomes proved\.$/m);

  const page = client.openAs('rescuer-report', client.shown[0] ?? '', '');
  const lenses = await page.ask<CodeLens[]>('textDocument/codeLens');
  expect(lenses.map(({ command }) => command?.title)).toEqual([
    'Show trace as it is',
    'Show trace of what if',
    'Compare traces',
    'Change more…',
  ]);
});
