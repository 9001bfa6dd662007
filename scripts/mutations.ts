/**
 * node scripts/run.mjs scripts/mutations.ts TREE [WORD]
 *
 * Makes the changes of scripts/mutations.yaml to a copy in memory of a 6.12 kernel tree, one at a time, reviews each as a
 * patch, and compares: a change that can stop a device must bring a finding, one that cannot must bring none. With WORD only
 * those whose text has it. Prints recall and false alarms by kind; ends with 1 when recall is below 95 % or an alarm is false.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { parse } from 'yaml';
import { noProgress } from '../server/review/rules/no-progress.js';
import { reviewSeries } from '../server/review/session.js';
import type { Finding } from '../server/review/types.js';
import { readSeries } from '../server/series/read.js';
import { openSource } from '../server/series/sources.js';

interface Mutation {
  readonly kind: string;
  readonly file: string;
  readonly find?: string;
  readonly put?: string;
  readonly edits?: readonly (readonly [string, string])[];
  readonly expect: 'found' | 'quiet';
  readonly why?: string;
}

const [tree, word = ''] = process.argv.slice(2);
if (tree === undefined) throw new Error('usage: mutations.ts TREE [WORD]');
const mutations = (parse(readFileSync('scripts/mutations.yaml', 'utf8')) as Mutation[]).filter((one) =>
  JSON.stringify(one).includes(word),
);
const tally = new Map<string, { found: number; missed: number; alarms: number; quiet: number }>();
for (const mutation of mutations) {
  const before = readFileSync(join(tree, mutation.file), 'utf8');
  const after = mutated(before, mutation);
  const started = performance.now();
  const findings = await introduced(tree, mutation.file, before, after);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const count = tally.get(mutation.kind) ?? { found: 0, missed: 0, alarms: 0, quiet: 0 };
  tally.set(mutation.kind, count);
  const isFound = findings.some(({ rule, level }) => level !== 'note' || rule === noProgress.id);
  if (mutation.expect === 'found') count[isFound ? 'found' : 'missed']++;
  else count[isFound ? 'alarms' : 'quiet']++;
  const good = isFound === (mutation.expect === 'found');
  const what = (mutation.find ?? mutation.edits?.[0]?.[0] ?? '').replaceAll('\\', '').slice(0, 60);
  const told = findings.map(({ rule, level }) => `${rule} (${level})`).join(', ');
  process.stdout.write(
    `${good ? 'ok ' : 'BAD'} ${mutation.kind.padEnd(9)} ${mutation.expect.padEnd(6)} ${mutation.file}: ${what} → ${told || 'nothing'} (${seconds} s)\n`,
  );
  if (mutation.expect === 'quiet' && isFound)
    for (const { message } of findings) process.stdout.write(`    ${message.slice(0, 400)}\n`);
}
const sum = (key: 'found' | 'missed' | 'alarms' | 'quiet'): number =>
  [...tally.values()].reduce((total, count) => total + count[key], 0);
for (const [kind, { found, missed, alarms, quiet }] of tally)
  process.stdout.write(
    `${kind.padEnd(9)} ${found} of ${found + missed} found, ${alarms} of ${alarms + quiet} false alarms\n`,
  );
const recall = sum('found') / Math.max(1, sum('found') + sum('missed'));
process.stdout.write(
  `recall ${(recall * 100).toFixed(1)} % (${sum('found')} of ${sum('found') + sum('missed')}), ${sum('alarms')} false alarms in ${sum('alarms') + sum('quiet')} harmless changes\n`,
);
process.exitCode = recall >= 0.95 && sum('alarms') === 0 ? 0 : 1;

function mutated(text: string, { file, find = '', put = '', edits = [[find, put]] }: Mutation): string {
  return edits.reduce((now, [pattern, replacement]) => {
    const after = now.replace(new RegExp(pattern.replaceAll(' ', '\\s+'), 's'), replacement);
    if (after === now) throw new Error(`${file} has nothing like ${pattern}`);
    return after;
  }, text);
}

async function introduced(root: string, file: string, before: string, after: string): Promise<readonly Finding[]> {
  const diff = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, '', '', { context: 3 });
  const reading = await readSeries([{ name: 'mutation.patch', bytes: new TextEncoder().encode(diff) }]);
  const found: Finding[] = [];
  for (const series of reading.series) {
    const source = await openSource({ tree: root, series, trusted: false });
    const { report } = await reviewSeries({ series, source });
    found.push(...report.findings.filter(({ status }) => status === 'introduced'));
  }
  return found;
}
