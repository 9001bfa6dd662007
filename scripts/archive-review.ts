/**
 * node scripts/run.mjs scripts/archive-review.ts [--series N] [--findings FILE] MBOX…
 *
 * Reviews the first N (default 500) series of a mail archive from their hunks alone, and prints how long that took and the
 * findings by rule. With --findings every finding is written to a file, for reading.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { renderReports } from '../server/review/formats/render.js';
import { reviewSeries } from '../server/review/session.js';
import type { Report } from '../server/review/types.js';
import { loadDocuments } from '../server/series/inputs.js';
import { readSeries } from '../server/series/read.js';
import { openSource } from '../server/series/sources.js';

const { values, positionals } = parseArgs({
  options: { series: { type: 'string', default: '500' }, findings: { type: 'string' } },
  allowPositionals: true,
});
const print = (line: string) => void process.stdout.write(`${line}\n`);
const noInput = () => Promise.resolve(new Uint8Array());

const started = performance.now();
const reading = await readSeries(await loadDocuments(positionals, noInput));
const chosen = reading.series.slice(0, Number(values.series));
print(`read      ${reading.series.length} series in ${Math.round(performance.now() - started)} ms`);

const reports: Report[] = [];
const crashes: string[] = [];
const times: { readonly subject: string; readonly milliseconds: number }[] = [];
for (const series of chosen) {
  const begin = performance.now();
  try {
    const source = await openSource({ series, trusted: false });
    reports.push((await reviewSeries({ series, source })).report);
  } catch (error) {
    crashes.push(`${series.subject}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  times.push({ subject: series.subject, milliseconds: performance.now() - begin });
}

const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
const slowest = times.reduce((worst, time) => (time.milliseconds > worst.milliseconds ? time : worst), {
  subject: '',
  milliseconds: 0,
});
print(`reviewed  ${chosen.length} series, ${chosen.reduce((n, { patches }) => n + patches.length, 0)} patches`);
print(`time      ${Math.round(total)} ms, slowest ${Math.round(slowest.milliseconds)} ms (${slowest.subject})`);
print(`memory    ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at the most`);
print(`crashes   ${crashes.length}`);
for (const crash of crashes) print(crash);

const counts = new Map<string, number>();
for (const { rule, level, status } of reports.flatMap(({ findings }) => findings)) {
  const row = `${rule.padEnd(24)} ${level.padEnd(8)} ${status}`;
  counts.set(row, (counts.get(row) ?? 0) + 1);
}
for (const [row, count] of [...counts].sort()) print(`${String(count).padStart(6)}  ${row}`);

if (values.findings !== undefined) {
  const withFindings = reports.filter(({ findings }) => findings.length > 0);
  writeFileSync(values.findings, renderReports(withFindings, { format: 'text', all: true, colour: false }));
}
process.exitCode = crashes.length === 0 ? 0 : 1;
