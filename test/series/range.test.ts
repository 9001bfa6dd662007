import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriesFromRange } from '../../server/series/range.js';
import { UserError } from '../../server/text.js';

let root = '';
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
function commit(text: string | Uint8Array, message: string, author = 'Åsa Ö <asa@example.org>'): string {
  writeFileSync(join(root, 'bio.c'), text);
  git('add', 'bio.c');
  git('commit', '-q', '-m', message, `--author=${author}`, '--date=2017-11-20T10:00:00+0100');
  return git('rev-parse', 'HEAD');
}
const ids: string[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'range-'));
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.org');
  ids.push(commit('one\n', 'start'));
  ids.push(commit('one\ntwo\n', 'block: add two\n\nFrom here on\n---\ndiff --git a/x b/x\n\nSigned-off-by: A <a@b>'));
  ids.push(commit(Uint8Array.from([...Buffer.from('one\ntwo\nfor Ren'), 0xe9, 10]), 'block: add three'));
});
afterAll(() => rmSync(root, { recursive: true }));

test('a range is a series on its base, with message, author and blob ids as they are', async () => {
  const { series, problems } = await seriesFromRange(root, `${ids[0]}..main`, {});
  expect(problems).toEqual([]);
  expect(series).toHaveLength(1);
  expect(series[0]).toMatchObject({
    subject: 'block: add two',
    total: 2,
    baseCommit: ids[0],
    missing: [],
    newest: true,
    cover: null,
  });
  const [first, second] = series[0]?.patches ?? [];
  expect(first).toMatchObject({
    index: 1,
    subject: 'block: add two',
    author: 'Åsa Ö <asa@example.org>',
    date: '2017-11-20T09:00:00Z',
    message: 'From here on\n---\ndiff --git a/x b/x\n\nSigned-off-by: A <a@b>',
    trailers: [{ name: 'Signed-off-by', value: 'A <a@b>' }],
    document: ids[1],
  });
  expect(first?.files[0]).toMatchObject({
    newPath: 'bio.c',
    oldBlob: git('rev-parse', `${ids[0]}:bio.c`),
    newBlob: git('rev-parse', `${ids[1]}:bio.c`),
  });
  expect(second?.files[0]?.hunks[0]?.lines.at(-1)?.text).toBe('for René');
});

test('B defaults to HEAD', async () => {
  expect((await seriesFromRange(root, 'HEAD~1..', {})).series[0]?.subject).toBe('block: add three');
});

test('configuration of the repository neither changes the format nor runs a program', async () => {
  const before = await seriesFromRange(root, `${ids[0]}..${ids[2]}`, {});
  const trap = join(root, '.git', 'trap.sh');
  writeFileSync(trap, '#!/bin/sh\ntouch "$(dirname "$0")/sprung"\n');
  chmodSync(trap, 0o755);
  for (const [key, value] of [
    ['diff.external', trap],
    ['diff.c.textconv', trap],
    ['diff.noprefix', 'true'],
    ['diff.context', '0'],
    ['log.showSignature', 'true'],
    ['gpg.program', trap],
    ['core.pager', trap],
    ['core.fsmonitor', trap],
    ['color.ui', 'always'],
  ] as const) {
    git('config', key, value);
  }
  writeFileSync(join(root, '.git', 'info', 'attributes'), '*.c diff=c\n');
  expect(await seriesFromRange(root, `${ids[0]}..${ids[2]}`, {})).toEqual(before);
  expect(existsSync(join(root, '.git', 'sprung'))).toBe(false);
});

test.each([
  ['--output=x..HEAD', /no revision/],
  ['HEAD..--all', /no revision/],
  ['HEAD', /is no range: write A\.\.B/],
  ['HEAD~1...HEAD', /is no range/],
  ['nowhere..HEAD', /no commit 'nowhere'/],
  ['HEAD..HEAD', /no commits in HEAD\.\.HEAD/],
])('%s is refused', async (range, message) => {
  const error = await seriesFromRange(root, range, {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toMatch(message);
});

test('it stops when asked to', async () => {
  await expect(seriesFromRange(root, `${ids[0]}..main`, { signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
});
