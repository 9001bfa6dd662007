import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDiskStore } from '../../server/review/disk-store.js';
import { renderReports } from '../../server/review/formats/render.js';
import { checkSources, reviewSeries } from '../../server/review/session.js';
import { openDirectory } from '../../server/series/directory-source.js';
import { seriesFromRange } from '../../server/series/range.js';
import { readSeries } from '../../server/series/read.js';
import { listRevisions } from '../../server/series/revisions.js';
import { openSource } from '../../server/series/sources.js';
import type { TreeSource } from '../../server/series/types.js';
import { simulate } from '../../server/sim/simulate.js';
import { simulateInWorker } from '../../server/sim/worker-client.js';
import { UserError } from '../../server/text.js';
import { documentOf, mailOf } from '../series/mails.js';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rescuer-fault-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** What a rejection says: one line for the user. */
async function complaint(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toMatch(/\n/);
  return message;
}

const seriesOf = async () => {
  const [series] = (await readSeries([documentOf(mailOf({ subject: '[PATCH] x' }))])).series;
  if (!series) throw new Error('no series');
  return series;
};

test('git that is killed gives one line, and the next try works', async () => {
  const top = folder();
  const repository = join(top, 'repository');
  mkdirSync(join(repository, '.git'), { recursive: true });
  const path = process.env.PATH ?? '';
  onTestFinished(() => {
    process.env.PATH = path;
  });
  mkdirSync(join(top, 'bin'));
  const git = join(top, 'bin', 'git');
  const becomes = (script: string): void => {
    writeFileSync(git, `#!/bin/sh\n${script}\n`);
    chmodSync(git, 0o755);
  };
  process.env.PATH = `${join(top, 'bin')}:${path}`;
  const series = await seriesOf();
  becomes('kill -9 $$');
  expect(await complaint(openSource({ tree: repository, series, trusted: true }))).toMatch(/^git rev-parse HEAD: /);
  expect(await complaint(seriesFromRange(repository, 'a..b', {}))).toMatch(/^git rev-parse a: /);
  expect(await complaint(listRevisions(repository, ''))).toMatch(/^git for-each-ref: /);
  becomes('echo 0123456789012345678901234567890123456789');
  expect((await openSource({ tree: repository, series, trusted: true })).kind).toBe('git');
  becomes(
    'case "$*" in *cat-file*) echo 0123456789 blob 100; echo short; kill -9 $$;; *) echo 0123456789012345678901234567890123456789;; esac',
  );
  const source = await openSource({ tree: repository, series, trusted: true });
  expect(await complaint(Promise.resolve(source.read('block/bio.c')))).toMatch(/^git cat-file: /);
});

test('a machine without git says so', async () => {
  const top = folder();
  mkdirSync(join(top, '.git'));
  const path = process.env.PATH ?? '';
  onTestFinished(() => {
    process.env.PATH = path;
  });
  process.env.PATH = join(top, 'nothing');
  expect(await complaint(openSource({ tree: top, series: await seriesOf(), trusted: true }))).toMatch(
    /^git rev-parse HEAD: .*ENOENT/,
  );
});

/** A tree whose files change or go while they are read. */
function unsteady(source: TreeSource, change: (times: number, text: string | null) => string | null): TreeSource {
  const times = new Map<string, number>();
  return {
    ...source,
    read: async (path) => {
      const count = times.get(path) ?? 0;
      times.set(path, count + 1);
      return change(count, await source.read(path));
    },
  };
}

test.each([
  ['goes', (times: number, text: string | null) => (times === 0 ? text : null)],
  ['is cut off', (times: number, text: string | null) => (times === 0 ? text : (text?.slice(0, 700) ?? null))],
  ['is not there any more', () => null],
] as const)('a tree that %s under a review leaves a report', async (_, change) => {
  const steady = await openDirectory('examples/tree', 'test');
  const { series } = await readSeries([{ name: 'x', bytes: readFileSync('examples/drop-rescuer.mbox') }]);
  const [one] = series;
  if (!one) throw new Error('no series');
  const review = async (source: TreeSource): Promise<string> =>
    renderReports([(await reviewSeries({ series: one, source })).report], { format: 'json', all: true, colour: false });
  const before = await review(steady);
  expect(await review(unsteady(steady, change))).toMatch(/"schema"/);
  expect(await review(steady)).toBe(before);
});

test('files that go between search and reading are left out', async () => {
  const steady = await openDirectory('examples/tree', 'test');
  const gone: TreeSource = { ...steady, read: async () => null };
  const { report } = await checkSources({ source: gone, paths: ['drivers/md'], simulate: false });
  expect(report.findings).toEqual([]);
});

test('a cache on a full disk costs one line, and nothing else', async () => {
  // A folder that cannot be made is what a full or read-only disk looks like.
  const lines: string[] = [];
  const store = openDiskStore('/dev/full/cache', 'build', (line) => lines.push(line));
  await store.put(['a'], { value: 1 });
  await store.put(['b'], { value: 2 });
  expect(await store.get(['a'])).toBeNull();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^results are not kept for the next run: [^\n]*$/);
});

test('a simulation at its limit of memory says so, and the next one works', async () => {
  const parameters = { reserve: 16, splitReserve: 16, pieces: 8, tasks: 5 };
  const limited = await simulate('split', { limits: { megabytes: 0.001 }, parameters });
  expect(limited).toMatchObject({ verdict: 'incomplete', trace: [] });
  expect(limited.sentence).toBe('No violation was found, but the search ended at its limit of 0.001 MB.');
  expect((await simulate('split')).verdict).not.toBe('incomplete');
});

test.each([
  ['ends without a word', 'process.exit(3)'],
  ['throws', 'throw new Error("x")'],
])('a search thread that %s is told of in one line', async (_, program) => {
  const entry = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
  expect(await complaint(simulateInWorker(entry, { scenario: 'stack', options: {} }))).toMatch(
    /^the simulation of stack failed: /,
  );
});

test('a clock that jumps changes no verdict', async () => {
  const { verdict, states } = await simulate('stack');
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const jumping = simulate('stack', { limits: { seconds: 60 } }, { progress: () => vi.setSystemTime(4e12) });
  vi.setSystemTime(-1e12);
  expect(await jumping).toMatchObject({ verdict, states });
});
