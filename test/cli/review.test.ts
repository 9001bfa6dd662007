import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../server/review/types.js';
import { rescuer } from './capture.js';

const example = 'examples/drop-rescuer.mbox';
const tree = ['--tree', 'examples/tree'];

async function report(...args: string[]): Promise<Report> {
  const { out } = await rescuer(['review', '--format', 'json', ...args]);
  return JSON.parse(out) as Report;
}

function lines(text: string): string[] {
  return text.split('\n');
}

test('the example gets both objections, each an error on its own line of the right hunk', async () => {
  const { findings } = await report(example, ...tree);
  const mail = lines(readFileSync(example, 'utf8'));
  expect(
    findings.map(({ rule, level, status, patch, mail: at }) => [
      rule,
      level,
      status,
      patch,
      at === null ? '' : mail[at.line - 1]?.trim(),
    ]),
  ).toEqual([
    ['rescuer-flag-dropped', 'error', 'introduced', 1, '-				 BIOSET_NEED_RESCUER);'],
    ['rescuer-unguarded', 'error', 'introduced', 2, '-	    !origin->rescue_workqueue) {'],
  ]);
});

test('without a tree the same objections come from the hunks, and the report says what was not seen', async () => {
  const { findings, base, coverage } = await report(example);
  expect(findings.map(({ rule, level, patch }) => [rule, level, patch])).toEqual([
    ['rescuer-flag-dropped', 'warning', 1],
    ['rescuer-guard-dropped', 'warning', 2],
  ]);
  expect(base.kind).toBe('hunks');
  expect(coverage.join('\n')).toMatch(/hunks/i);
});

test('standard input is read for -', async () => {
  const { out } = await rescuer(['review', '-', '--format', 'json', ...tree], readFileSync(example, 'utf8'));
  expect((JSON.parse(out) as Report).findings).toHaveLength(2);
});

test('exit code 1 says that there are findings at the level asked for', async () => {
  expect((await rescuer(['review', example, ...tree])).code).toBe(1);
  expect((await rescuer(['review', example, ...tree, '--fail-on', 'never'])).code).toBe(0);
});

test('the same input gives the same bytes', async () => {
  const first = await rescuer(['review', example, ...tree]);
  const second = await rescuer(['review', example, ...tree]);
  expect(second.out).toBe(first.out);
});

test('--output writes the report to a file and nothing to standard output', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-cli-'));
  const file = join(folder, 'report.txt');
  const { out } = await rescuer(['review', example, ...tree, '--output', file]);
  expect(out).toBe('');
  expect(readFileSync(file, 'utf8')).toContain('rescuer-unguarded');
  rmSync(folder, { recursive: true });
});

test.each([
  [['review'], /^rescuer: nothing to review/],
  [['review', 'no-such-file.mbox'], /^rescuer: .*no-such-file\.mbox/],
  [['review', 'LICENSE'], /^rescuer: no patch found/],
  [['review', example, '--tree', 'no-such-folder'], /^rescuer: no-such-folder/],
  [['review', example, '--series-version', '7'], /^rescuer: the input has no version 7/],
  [['review', example, '--range', 'A..B'], /^rescuer: give either --range or files/],
  [['review', example, '--format', 'xml'], /--format/],
  [['frobnicate'], /unknown command/],
] as const)('%j is bad usage: one line, exit code 2', async (args, message) => {
  const { code, out, err } = await rescuer(args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(message);
});
