import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SetsReport } from '../../server/review/sets.js';
import type { Simulation } from '../../server/sim/types.js';
import { rescuer } from './capture.js';

test('sets prints size, flags, rescuer and allocation sites of each set', async () => {
  const { code, out } = await rescuer(['sets', 'examples/tree/drivers', '--format', 'json']);
  expect(code).toBe(0);
  const { sets } = JSON.parse(out) as SetsReport;
  expect(sets).toHaveLength(1);
  expect(sets[0]).toMatchObject({
    set: 'struct veil_device.bs',
    owner: 'struct veil_device',
    created: [
      {
        file: 'drivers/md/veil.c',
        function: 'veil_alloc',
        callee: 'bioset_create',
        poolSize: { text: 'VEIL_RESERVED_BIOS', number: 16 },
        flags: 'BIOSET_NEED_RESCUER',
        rescuer: 'yes',
        bvecs: 'no',
      },
    ],
    allocations: [{ function: 'veil_make_request', callee: 'bio_alloc_bioset', gfp: 'GFP_NOIO' }],
    exits: [{ function: 'veil_free', callee: 'bioset_free' }],
  });
});

test('check finds nothing to complain about in the example tree before the series', async () => {
  const { code, out } = await rescuer(['check', 'examples/tree/drivers', '--fail-on', 'warning', '--format', 'json']);
  expect(JSON.parse(out)).toMatchObject({ series: null, findings: [] });
  expect(code).toBe(0);
});

test('check and sets refuse a path that is not there', async () => {
  expect(await rescuer(['check', 'nowhere'])).toEqual({
    code: 2,
    out: '',
    err: 'rescuer: nowhere: no such file or folder\n',
  });
});

test('explain says what BIOSET_NEED_RESCUER does in the kernel asked for', async () => {
  const { code, out } = await rescuer(['explain', 'BIOSET_NEED_RESCUER', '--era', '4.14']);
  expect(code).toBe(0);
  expect(out).toMatch(/^BIOSET_NEED_RESCUER/);
});

test('explain without a name lists at least sixty names', async () => {
  const { out } = await rescuer(['explain']);
  expect(out.trim().split('\n').length).toBeGreaterThanOrEqual(60);
});

test('explain refuses an unknown name and a version that is none', async () => {
  expect((await rescuer(['explain', 'no_such_name'])).code).toBe(2);
  expect((await rescuer(['explain', 'BIOSET_NEED_RESCUER', '--era', 'yesterday'])).code).toBe(2);
});

test.each([
  ['loop', 2, 3, 1, 'deadlock'],
  ['loop', 2, 2, 2, 'deadlock'],
  ['rescuer', 2, 3, 1, 'proved'],
  ['rescuer', 2, 2, 2, 'proved'],
] as const)(
  'simulate pool under %s, reserve %i, %i pieces, %i tasks: %s',
  async (strategy, reserve, pieces, tasks, verdict) => {
    const set = [`reserve=${reserve}`, `pieces=${pieces}`, `tasks=${tasks}`].flatMap((text) => ['--set', text]);
    const { code, out } = await rescuer(['simulate', 'pool', '--strategy', strategy, ...set, '--format', 'json']);
    expect((JSON.parse(out) as Simulation).verdict).toBe(verdict);
    expect(code).toBe(verdict === 'proved' ? 0 : 1);
  },
);

test('simulate --list names the shipped scenarios', async () => {
  const { out } = await rescuer(['simulate', '--list']);
  expect(out).toMatch(/^pool: /m);
  expect(out).toMatch(/^snapshot: /m);
});

test('simulate refuses an unknown scenario, strategy or parameter in one line', async () => {
  for (const args of [['nothing'], ['pool', '--strategy', 'hope'], ['pool', '--set', 'luck=1']]) {
    const { code, err } = await rescuer(['simulate', ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(/^rescuer: [^\n]+\n$/);
  }
});

test('--version prints the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await rescuer(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each([
  'review',
  'reply',
  'diff',
  'b4-check',
  'hook',
  'check',
  'sets',
  'paths',
  'explain',
  'simulate',
  'sweep',
  'lsp',
])('%s has --help', async (command) => {
  const { code, out } = await rescuer([command, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: rescuer /);
});

test('simulate --matrix runs every shipped scenario, each with the verdict its file expects', async () => {
  const { code, out } = await rescuer(['simulate', '--matrix', '--format', 'json']);
  const cells = JSON.parse(out) as { verdict: string; expected: string }[];
  expect(cells.length).toBeGreaterThan(50);
  expect(cells.filter(({ verdict, expected }) => verdict !== expected)).toEqual([]);
  expect(code).toBe(0);
});

test('a replay string shows the same violation again', async () => {
  const first = await rescuer(['simulate', 'pool', '--strategy', 'loop', '--format', 'json']);
  const { replay, trace, sentence } = JSON.parse(first.out) as Simulation;
  const again = await rescuer(['simulate', '--replay', replay, '--format', 'json']);
  expect(JSON.parse(again.out)).toMatchObject({ verdict: 'deadlock', trace, sentence });
  expect(again.code).toBe(1);
});

test('simulate --perf compares the strategies, the same figures every time', async () => {
  const first = await rescuer(['simulate', 'pool', '--perf']);
  expect(first.out).toMatch(/^strategy .*\bp99\b/m);
  expect((await rescuer(['simulate', 'pool', '--perf'])).out).toBe(first.out);
});
