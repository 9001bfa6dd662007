import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { merge } from '../../server/sweep/merge.js';
import { sweep, type Tally } from '../../server/sweep/sweep.js';
import type { SweepLine } from '../../server/sweep/types.js';
import { rescuer } from '../cli/capture.js';
import { threadOf } from '../search-thread.js';
import { mbox } from './mails.js';

const folder = mkdtempSync(join(tmpdir(), 'rescuer-sweep-'));
afterAll(() => rmSync(folder, { recursive: true }));
const archive = join(folder, 'list.mbox');
writeFileSync(archive, mbox());

async function run(
  out: string,
  shard = { index: 1, count: 1 },
  resume = false,
  tree: string | null = null,
): Promise<Tally> {
  return sweep({
    paths: [archive],
    out: join(folder, out),
    shard,
    jobs: out === 'whole' ? 2 : 1,
    since: null,
    resume,
    tree,
    version: '1.2.3',
    annotations: {},
    limit: 60,
    entry: await threadOf('server/sweep/worker.ts'),
    planOnly: false,
  });
}

const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
const lines = (out: string): SweepLine[] =>
  read(out, 'series.jsonl')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as SweepLine);

test('every series has a line with the report of its review', async () => {
  await run('whole');
  await merge(join(folder, 'whole'), false);
  expect(
    lines('whole').map(({ id, files, report }) => [
      id,
      files,
      report?.findings.map(({ rule, mail }) => [rule, mail?.file]),
    ]),
  ).toEqual([
    [
      'cover@x',
      ['drivers/md/veil-write.c', 'drivers/md/veil.c'],
      [
        ['null-check-dead', '1@x'],
        ['null-check-dead', '2@x'],
      ],
    ],
    ['single@x', ['drivers/md/hull.c'], [['null-check-dead', 'single@x']]],
    ['late@x', ['drivers/md/keel.c'], [['null-check-dead', 'late@x']]],
  ]);
});

test('shards merge to the bytes of one run', async () => {
  for (const index of [3, 1, 2]) await run('shards', { index, count: 3 });
  await merge(join(folder, 'shards'), false);
  expect(read('shards', 'series.jsonl')).toBe(read('whole', 'series.jsonl'));
  expect(read('shards', 'index.html')).toBe(read('whole', 'index.html'));
});

test('a run goes on where a killed one was, and says how much was there', async () => {
  await run('killed');
  const part = join(folder, 'killed', 'part-1-of-1.jsonl');
  const whole = readFileSync(part, 'utf8');
  writeFileSync(part, whole.slice(0, whole.indexOf('\n') + 100));
  const { earlier, reviewed } = await run('killed', { index: 1, count: 1 }, true);
  expect({ earlier, reviewed }).toEqual({ earlier: 1, reviewed: 2 });
  expect(readFileSync(part, 'utf8')).toBe(whole);
});

test('an earlier result is not overwritten unless it is to be continued', async () => {
  await expect(run('whole')).rejects.toThrow(/--resume continues it/);
});

test('a plan of an archive that has grown is not used', async () => {
  writeFileSync(archive, mbox().repeat(2));
  await expect(run('whole', { index: 1, count: 1 }, true)).rejects.toThrow(/of an earlier state/);
  writeFileSync(archive, mbox());
});

test('results against a tree do not get among those from hunks', async () => {
  await expect(run('whole', { index: 1, count: 1 }, true, folder)).rejects.toThrow(/of other options/);
});

test('a merge says how many series have no result yet, and does without them if told to', async () => {
  await run('partial', { index: 1, count: 2 });
  await expect(merge(join(folder, 'partial'), false)).rejects.toThrow(/of 3 series have no result yet/);
  const { without } = await merge(join(folder, 'partial'), true);
  expect(lines('partial')).toHaveLength(3 - without);
});

test('usage mistakes are one line', async () => {
  const out = join(folder, 'usage');
  for (const [args, said] of [
    [['sweep', archive, '--out', out, '--shard', '4/3'], /2\/8/],
    [['sweep', '--out', out], /name a mail archive/],
    [['sweep', join(folder, 'nowhere'), '--out', out], /no such file/],
    [['sweep', archive, '--merge', '--out', out], /takes no archive/],
    [['sweep', '--merge', '--out', out], /no sweep was begun here/],
    [['sweep', archive, '--out', out, '--since', 'soon'], /2024-01-01/],
  ] as const) {
    const { code, err } = await rescuer(args);
    expect([code, err]).toEqual([2, expect.stringMatching(said)]);
  }
});
