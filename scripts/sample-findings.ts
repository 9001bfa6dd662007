/**
 * node scripts/run.mjs scripts/sample-findings.ts [--count N] [--seed N] [--rule RULE] SERIES.JSONL…
 *
 * A random sample of the findings of sweeps (`series.jsonl`), for judging by hand: the same one for the same seed and files.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Finding } from '../server/review/types.js';
import type { SweepLine } from '../server/sweep/types.js';

const { values, positionals } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    rule: { type: 'string' },
  },
  allowPositionals: true,
});
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Marsaglia's xorshift: numbers from 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const findings: { readonly line: SweepLine; readonly finding: Finding }[] = [];
let series = 0;
for (const path of positionals) {
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const line = JSON.parse(text) as SweepLine;
    series++;
    for (const finding of line.report?.findings ?? []) {
      if (values.rule === undefined || finding.rule === values.rule) findings.push({ line, finding });
    }
  }
}

const random = randomNumbers(Number(values.seed));
const sample = findings
  .map((one) => ({ ...one, key: random() }))
  .sort((a, b) => a.key - b.key)
  .slice(0, Number(values.count));

print(`${series} series, ${findings.length} findings, ${sample.length} chosen with seed ${values.seed}`);
for (const [at, { line, finding }] of sample.entries()) {
  const { rule, level, status, message, location, patch, excerpt, mail } = finding;
  print('');
  print(`${at + 1}. ${line.id}  ${line.subject}`);
  print(`   ${rule} ${level} ${status}${patch === null ? '' : ` by patch ${patch}`}: ${message}`);
  print(
    `   ${location.file}:${location.line} (${location.side})  ${mail === null ? 'no mail' : `${mail.file}:${mail.line}`}`,
  );
  if (excerpt !== null) print(`   > ${excerpt.trim()}`);
}
