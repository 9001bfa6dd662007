import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Comparison } from '../../server/lsp/performance.js';
import type { StrategyPlace, StrategyVerdict } from '../../server/lsp/strategyTests.js';
import { TestClient } from './client.js';

const path = 'clones.scenario.yaml';
const example = readFileSync('examples/clones.scenario.yaml', 'utf8');

const judged = (client: TestClient, strategy: string): Promise<StrategyVerdict> =>
  client.request('rescuer/verdict', { uri: client.uri(path), strategy, parameters: {} });

test('the strategies of a file have their lines', async () => {
  const client = await TestClient.start({ files: { [path]: example } });
  const strategies = await client.request<StrategyPlace[]>('rescuer/strategies', { uri: client.uri(path) });
  expect(strategies).toEqual([
    { name: 'loop', about: 'without rescuer', line: 9 },
    { name: 'rescuer', about: 'with rescuer', line: 10 },
  ]);
});

test.each([
  ['the verdict that is expected', example, 'loop', { verdict: 'deadlock', expected: 'deadlock', outcome: 'passed' }],
  [
    'another verdict',
    example.replace('expect: proved', 'expect: leak'),
    'rescuer',
    { verdict: 'proved', expected: 'leak', outcome: 'failed' },
  ],
  [
    'a deadlock where nothing is expected',
    example.replace(/, expect: \[deadlock.*\]/, ''),
    'loop',
    { verdict: 'deadlock', expected: null, outcome: 'failed' },
  ],
])('a test with %s', async (_, text, strategy, verdict) => {
  const client = await TestClient.start({ files: { [path]: text } });
  expect(await judged(client, strategy)).toMatchObject(verdict);
});

test('a file with a mistake has no tests but a reason', async () => {
  const client = await TestClient.start({ files: { [path]: 'scenario: x\n' } });
  await expect(client.request('rescuer/strategies', { uri: client.uri(path) })).rejects.toThrow(
    /expected at least one/,
  );
});

test('timed runs compare the strategies of a file', async () => {
  const client = await TestClient.start({ files: { [path]: example } });
  const link = { uri: client.uri(path), strategy: 'loop', parameters: {} };
  const { scenario, rows, base } = await client.request<Comparison>('rescuer/performance', { link });
  expect(scenario).toBe('example');
  expect(rows.map(({ strategy, stuck }) => [strategy, stuck])).toEqual([
    ['loop', true],
    ['rescuer', false],
  ]);
  expect(base).toBe('rescuer');
});

test.each([
  ['rescuer/verdict', { scenario: 'pool', strategy: 'loop', parameters: {} }],
  ['rescuer/verdict', null],
  ['rescuer/performance', {}],
])('%s of %j is refused', async (method, sent) => {
  const client = await TestClient.start();
  await expect(client.request(method, sent)).rejects.toThrow(/expected \{/);
});
