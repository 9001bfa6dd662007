import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CodeLens, Diagnostic } from 'vscode-languageserver/node';
import { TestClient } from './client.js';

const path = 'pieces.scenario.yaml';

/** One task, and a device that splits each bio in three out of a set of two. */
const scenario = `scenario: pieces
title: Three clones out of a set of two
parameters:
  reserve: {default: 2, min: 1, max: 4, about: elements of the set}
options: {rescuer: false}
strategies:
  loop: {expect: [deadlock if reserve < 3, proved]}
  rescuer: {with: {rescuer: true}, expect: deadlock}
  plain: {}
sets:
  bs: {reserve: reserve, rescuer: rescuer}
devices:
  dm:
    submit:
      - repeat: 3
        do:
          - {alloc: clone, from: bs, at: alloc_tio()}
          - {chain: clone, to: bio}
          - {submit: clone, to: disk, at: __map_bio()}
      - {end: bio}
  disk: {leaf: true}
tasks:
  - name: T
    do:
      - {new: b}
      - {submit: b, to: dm}
      - {await: b}
`;

/** A diagnostic as `line:column severity message`, 1-based as an editor shows it. */
function shown({ range: { start }, severity, message }: Diagnostic): string {
  return `${start.line + 1}:${start.character + 1} ${['', 'error', 'warning', 'information'][severity ?? 0]} ${message}`;
}

/** The sentence of a report, which names the tasks and what they wait for. */
function sentenceOf(report: string): string {
  return report.split('\n')[4] ?? '';
}

test('a scenario without a mistake has no diagnostics', async () => {
  const client = await TestClient.start();
  expect(await client.open(path, scenario).diagnostics()).toEqual([]);
});

test('a key that does not exist is marked where it stands', async () => {
  const client = await TestClient.start();
  const [diagnostic] = await client.open(path, scenario.replace('reserve: reserve', 'reserv: reserve')).diagnostics();
  expect(diagnostic).toEqual({
    range: { start: { line: 10, character: 7 }, end: { line: 10, character: 13 } },
    severity: 1,
    source: 'rescuer',
    message: 'unknown key "reserv": expected one of reserve, rescuer, missing, bvecs, cache',
  });
});

test('a name that does not exist is marked with the names that do', async () => {
  const client = await TestClient.start();
  const diagnostics = await client.open(path, scenario.replace('to: disk', 'to: disc')).diagnostics();
  expect(diagnostics.map(shown)).toEqual(['19:33 error to: "disc" is not in devices: expected one of dm, disk']);
});

test('what only the built model shows is marked on the strategies it concerns', async () => {
  const client = await TestClient.start();
  const wrong = scenario.replace(
    '    do:\n      - {new: b}',
    '    do:\n      - if: rescuer\n        then: [{wait: x > 0}]\n      - {new: b}',
  );
  const diagnostics = await client.open(path, wrong).diagnostics();
  expect(diagnostics.map(shown)).toEqual(['8:3 error T: no variable is called "x"']);
});

test('a mistake that is repaired is marked no more', async () => {
  const client = await TestClient.start();
  const document = client.open(path, scenario.replace('disk: {leaf', 'disk: {leaves'));
  expect(await document.diagnostics()).toHaveLength(1);
  document.change(scenario);
  expect(await document.diagnostics()).toEqual([]);
});

test('each strategy has a lens that runs it, and the heading one that runs all', async () => {
  const client = await TestClient.start();
  const document = client.open(path, scenario);
  const lenses = await document.ask<CodeLens[]>('textDocument/codeLens');
  expect(lenses.map(({ range, command }) => [range.start.line + 1, command?.title, command?.command])).toEqual([
    [6, 'Run all', 'rescuer.simulateAll'],
    [7, 'Run loop', 'rescuer.simulate'],
    [8, 'Run rescuer', 'rescuer.simulate'],
    [9, 'Run plain', 'rescuer.simulate'],
  ]);
  expect(lenses[1]?.command?.arguments).toEqual([{ uri: document.uri, strategy: 'loop', parameters: {} }]);
});

test('other documents have no lenses of a scenario', async () => {
  const client = await TestClient.start();
  expect(await client.open('compose.yaml', scenario).ask<CodeLens[]>('textDocument/codeLens')).toEqual([]);
});

test('a run puts its verdict on the line of the strategy and opens the trace', async () => {
  const client = await TestClient.start();
  const document = client.open(path, scenario);
  await document.diagnostics();
  client.expectNew(document.uri);
  const text = await client.execute<string>('rescuer.simulate', { uri: document.uri, strategy: 'loop' });
  expect(text).toMatch(/^pieces \/ loop \(order of Linux 4\.14\): DEADLOCK\n {2}reserve=2\n/);
  expect((await document.diagnostics()).map(shown)).toEqual([
    `7:3 information deadlock, as expected. ${sentenceOf(text)}`,
  ]);
  const [uri = ''] = client.shown;
  expect(uri).toMatch(/^rescuer:\/rescuer\/simulation\/pieces%20loop\.txt\?/);
  expect(client.refreshed).toEqual([uri]);
  expect((await client.request<{ text: string }>('workspace/textDocumentContent', { uri })).text).toBe(text);
});

test('a verdict that the file does not expect is an error', async () => {
  const client = await TestClient.start();
  const document = client.open(path, scenario);
  await document.diagnostics();
  client.expectNew(document.uri);
  await client.execute('rescuer.simulate', { uri: document.uri, strategy: 'rescuer' });
  expect((await document.diagnostics()).map(shown)).toEqual([
    '8:3 error proved, but deadlock is expected. Every task always goes on to its end with reserve=2.',
  ]);
});

test('a verdict is judged by the parameters of its run, and says them', async () => {
  const client = await TestClient.start();
  const document = client.open(path, scenario);
  await document.diagnostics();
  client.expectNew(document.uri);
  await client.execute('rescuer.simulate', { uri: document.uri, strategy: 'loop', parameters: { reserve: 3 } });
  expect((await document.diagnostics()).map(shown)).toEqual([
    '7:3 information proved with reserve=3, as expected. Every task always goes on to its end with reserve=3.',
  ]);
});

test('a verdict goes when the text changes, and comes back with the text', async () => {
  const client = await TestClient.start();
  const document = client.open(path, scenario);
  await document.diagnostics();
  client.expectNew(document.uri);
  await client.execute('rescuer.simulate', { uri: document.uri, strategy: 'plain' });
  const verdict = await document.diagnostics();
  expect(verdict.map(({ severity }) => severity)).toEqual([3]);
  document.change(scenario.replace('default: 2', 'default: 4'));
  expect(await document.diagnostics()).toEqual([]);
  document.change(scenario);
  expect(await document.diagnostics()).toEqual(verdict);
});

test('Run all runs every strategy and sums them up', async () => {
  const client = await TestClient.start();
  const document = client.open(path, scenario);
  const deadlock = sentenceOf(
    await client.execute<string>('rescuer.simulate', { uri: document.uri, strategy: 'loop' }),
  );
  const text = await client.execute<string>('rescuer.simulateAll', document.uri);
  expect(text.replace(/\d+ states, .*/g, '… states')).toBe(`pieces.scenario.yaml: 1 of 3 verdicts not as expected

loop: deadlock, as expected
  ${deadlock}
  … states

rescuer: proved, but deadlock is expected
  Every task always goes on to its end with reserve=2.
  … states

plain: deadlock
  ${deadlock}
  … states
`);
  expect(client.shown.slice(1)).toEqual(['rescuer:/rescuer/report/Strategies%20of%20pieces.scenario.yaml.txt']);
});

test('the bundled example is that of the documentation, and has the verdicts that it expects', async () => {
  const example = readFileSync('examples/clones.scenario.yaml', 'utf8');
  expect(readFileSync('docs/scenarios.md', 'utf8')).toContain(`\`\`\`yaml\n${example}\`\`\``);
  const client = await TestClient.start({ files: { [path]: example } });
  const text = await client.execute<string>('rescuer.simulateAll', client.uri(path));
  expect(text).toMatch(
    /^pieces\.scenario\.yaml: no verdict is unexpected\n\nloop: deadlock.*\n.*\n.*\n\nrescuer: proved/,
  );
});

test('a scenario file that is not open is read from disk', async () => {
  const client = await TestClient.start({ files: { [path]: scenario } });
  const text = await client.execute<string>('rescuer.simulate', { uri: client.uri(path), strategy: 'loop' });
  expect(text).toContain('DEADLOCK');
});

test.each([
  [
    'a strategy that it does not have',
    scenario,
    { strategy: 'none' },
    /no strategy is called "none"; it has loop, rescuer, plain/,
  ],
  [
    'a parameter out of range',
    scenario,
    { strategy: 'loop', parameters: { reserve: 5 } },
    /reserve=5 is out of range 1\.\.4/,
  ],
  [
    'a mistake',
    'scenario: x\nstrategy: {}\n',
    { strategy: 'loop' },
    /pieces\.scenario\.yaml:2:1: unknown key "strategy"/,
  ],
])('running a scenario file with %s is refused', async (_, text, link, message) => {
  const client = await TestClient.start({ files: { [path]: text } });
  await expect(client.execute('rescuer.simulate', { uri: client.uri(path), ...link })).rejects.toThrow(message);
});

test.each([
  ['file:///etc/passwd', /YAML file/],
  ['https://example.org/x.yaml', /YAML file/],
  ['file:///nowhere/x.scenario.yaml', /no file/],
])('%s is not run', async (uri, message) => {
  const client = await TestClient.start();
  await expect(client.execute('rescuer.simulate', { uri, strategy: 'loop' })).rejects.toThrow(message);
});

test('rescuer.scenarios describes one file, or says why it cannot', async () => {
  const client = await TestClient.start({ files: { [path]: scenario, 'bad.scenario.yaml': 'scenario: x\n' } });
  expect(await client.execute('rescuer.scenarios', client.uri(path))).toEqual({
    name: path,
    summary: 'Three clones out of a set of two',
    strategies: [
      { name: 'loop', summary: '' },
      { name: 'rescuer', summary: '' },
      { name: 'plain', summary: '' },
    ],
    parameters: { reserve: 2 },
    problem: null,
  });
  expect(await client.execute('rescuer.scenarios', client.uri('bad.scenario.yaml'))).toMatchObject({
    name: 'bad.scenario.yaml',
    problem: 'bad.scenario.yaml:1:1: strategies: expected at least one',
  });
});
