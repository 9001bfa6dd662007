import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { threadOf } from '../search-thread.js';
import { mbox } from '../sweep/mails.js';

const program = fileURLToPath(await threadOf('server/cli/main.ts'));
copyFileSync(fileURLToPath(await threadOf('server/sweep/worker.ts')), join(dirname(program), 'sweep.mjs'));
const review = 'review examples/drop-rescuer.mbox --tree examples/tree --format json';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rescuer-full-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs the program in a shell where no file can become larger than so many blocks, as on a disk with so little room. */
function run(command: string, blocks: number | 'unlimited' = 'unlimited', cache = '') {
  const script = `ulimit -f ${blocks}; exec ${process.execPath} ${program} ${command}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, RESCUER_CACHE: cache },
  });
  return { status, stdout, stderr };
}

test('a cache without room costs one line, and the next run keeps its results', () => {
  const cache = join(folder(), 'cache');
  const well = run(review, 'unlimited', join(folder(), 'other'));
  const full = run(review, 1, cache);
  expect(full).toMatchObject({ status: well.status, stdout: well.stdout });
  expect(full.stderr).toMatch(/^rescuer: results are not kept for the next run: EFBIG[^\n]*\n$/);
  expect(readdirSync(cache)).toEqual([]);
  expect(run(review, 'unlimited', cache)).toEqual(well);
  expect(readdirSync(cache)).not.toEqual([]);
});

test('a report that has no room leaves the one that was there', () => {
  const made = folder();
  const file = join(made, 'report.json');
  writeFileSync(file, 'the old report');
  expect(run(`${review} --output ${file}`, 1)).toEqual({
    status: 2,
    stdout: '',
    stderr: `rescuer: cannot write ${file}: EFBIG: file too large, write\n`,
  });
  expect(readFileSync(file, 'utf8')).toBe('the old report');
  expect(readdirSync(made)).toEqual(['report.json']);
  run(`${review} --output ${file}`);
  expect(readFileSync(file, 'utf8')).toMatch(/"schema"/);
});

test.each([review, '--version', 'simulate stack'])('%s to a full disk says so, and is no verdict', (command) => {
  expect(run(`${command} > /dev/full`)).toEqual({
    status: 2,
    stdout: '',
    stderr: 'rescuer: cannot write the output: ENOSPC: no space left on device, write\n',
  });
});

test('a sweep without room stops in one line; with room it comes to the same bytes', () => {
  const made = folder();
  const archive = join(made, 'list.mbox');
  writeFileSync(archive, mbox());
  const results = (out: string): string => readFileSync(join(made, out, 'series.jsonl'), 'utf8');
  expect(run(`sweep ${archive} --out ${join(made, 'whole')}`).status).toBe(0);
  mkdirSync(join(made, 'part'));
  const sweep = `sweep ${archive} --out ${join(made, 'part')}`;
  run(`${sweep} --plan`);
  const stopped = run(`${sweep} --resume`, 4);
  expect(stopped.status).toBe(2);
  expect(stopped.stderr).toMatch(
    /^rescuer: cannot write \S+part-1-of-1.jsonl: EFBIG[^\n]*; --resume goes on from there\n$/,
  );
  expect(run(`${sweep} --resume`).status).toBe(0);
  expect(results('part')).toBe(results('whole'));
}, 60_000);
