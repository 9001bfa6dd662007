import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { PartFile, shardOf } from '../../server/sweep/results.js';
import type { SweepLine } from '../../server/sweep/types.js';

const folder = mkdtempSync(join(tmpdir(), 'rescuer-results-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (id: string): SweepLine => ({
  schema: 'rescuer-sweep/1',
  id,
  date: null,
  subject: 'naïve \u2028 "subject"\n',
  author: '',
  version: 1,
  missing: [],
  files: [],
  problem: null,
  report: null,
});
const ids = ['a', 'b', 'c'];

test('killed at any byte, a file goes on where its last whole line ends: nothing is lost or doubled', async () => {
  const path = join(folder, 'part.jsonl');
  const whole = ids.map((id) => `${JSON.stringify(line(id))}\n`).join('');
  const bytes = Buffer.from(whole);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (length) => {
      writeFileSync(path, bytes.subarray(0, length));
      const part = await PartFile.open(path);
      for (const id of ids) if (!part.done.has(id)) await part.append([line(id)]);
      await part.close();
      expect(readFileSync(path, 'utf8')).toBe(whole);
    }),
    { numRuns: 60 },
  );
});

test('every series is in exactly one shard, and shards are about equal', () => {
  const counts = [0, 0, 0, 0, 0];
  for (let at = 0; at < 4000; at++) {
    const shard = shardOf(`${at}@example.org`, 4);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  expect(counts[0]).toBe(0);
  expect(Math.min(...counts.slice(1))).toBeGreaterThan(900);
});

test('which shard a series is in does not change from version to version', () => {
  expect(['20210301-veil@example.org', 'cover@x'].map((id) => shardOf(id, 8))).toEqual([8, 1]);
});
