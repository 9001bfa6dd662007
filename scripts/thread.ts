/**
 * node scripts/run.mjs scripts/thread.ts TREE
 *
 * The patch of November 2017 on a 4.14 kernel tree: makes it from the tree's own dm.c (the flag goes at bioset_create(),
 * the test of rescue_workqueue in flush_current_bio_list()), reviews it and its reverse, and compares with what the
 * thread said: a functional change, a NULL workqueue, and both what they lead to, as errors; the reverse is proved.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { reviewSeries } from '../server/review/session.js';
import { readSeries } from '../server/series/read.js';
import { openSource } from '../server/series/sources.js';

const tree = process.argv[2];
if (tree === undefined) throw new Error('usage: thread.ts TREE');
const file = 'drivers/md/dm.c';
const before = readFileSync(join(tree, file), 'utf8');
const after = before
  .replace(/(bioset_create\(pool_size, front_pad, )BIOSET_NEED_RESCUER/, '$10')
  .replace(/ \|\|\s+!bs->rescue_workqueue\) \{/, ') {');
if (after.includes('BIOSET_NEED_RESCUER') || after.includes('!bs->rescue_workqueue')) {
  throw new Error(`${file} of ${tree} is not of the 4.13 to 4.15 era`);
}

/** The files the example touches, so that the reverse patch has a tree to apply to. */
const patched = mkdtempSync(join(tmpdir(), 'rescuer-thread-'));
for (const part of ['include/linux', 'block', 'drivers/md']) {
  mkdirSync(dirname(join(patched, part)), { recursive: true });
  cpSync(join(tree, part), join(patched, part), { recursive: true });
}
writeFileSync(join(patched, file), after);

/** Flushes get stuck with small reserves only: a note. */
const wrong = [
  'error no-progress',
  'error no-progress',
  'error rescuer-flag-dropped',
  'error rescuer-unguarded',
  'note no-progress',
];
const expected = { introduced: wrong, fixed: [...wrong, 'note progress-proved'] };
let good = true;
for (const [status, root, from, to] of [
  ['introduced', tree, before, after],
  ['fixed', patched, after, before],
] as const) {
  const diff = createTwoFilesPatch(`a/${file}`, `b/${file}`, from, to, '', '', { context: 3 });
  const reading = await readSeries([{ name: `${status}.patch`, bytes: new TextEncoder().encode(diff) }]);
  for (const series of reading.series) {
    const source = await openSource({ tree: root, series, trusted: false });
    const { report } = await reviewSeries({ series, source });
    const found = report.findings.filter((finding) => finding.status !== 'preexisting');
    process.stdout.write(`${status}: era ${report.era.id} (${report.era.version ?? 'no version'})\n`);
    for (const { rule, level, status: how, set, location, mail, message } of found) {
      process.stdout.write(
        `  ${how} ${level} ${rule} ${set ?? ''}\n    ${location.file}:${location.line} (${location.side}), diff line ${mail?.line}\n    ${message}\n`,
      );
    }
    const rules = found.map(({ level, rule }) => `${level} ${rule}`).sort();
    good &&= found.every((finding) => finding.rule === 'progress-proved' || finding.status === status);
    good &&= JSON.stringify(rules) === JSON.stringify(expected[status]);
  }
}
rmSync(patched, { recursive: true });
process.stdout.write(good ? 'as in the thread\n' : 'NOT as in the thread\n');
process.exitCode = good ? 0 : 1;
