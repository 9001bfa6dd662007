import type { Command } from 'commander';
import type { Report } from '../review/types.js';
import type { Series } from '../series/types.js';
import { addTreeOptions } from './review.js';
import type { Finish } from './run.js';
import { type ReviewSettings, readDocuments, reviewEach } from './series.js';
import { courtesyOf, type Terminal } from './terminal.js';

/** One entry of the array that b4 reads (`b4/review/checks.py`, `_run_external_cmd`). */
interface Check {
  readonly tool: 'rescuer';
  readonly status: 'pass' | 'warn' | 'fail';
  readonly summary: string;
  readonly details: string;
}

interface CheckOptions extends ReviewSettings {
  readonly lines?: boolean;
}

/** `rescuer b4-check`: what b4 runs for each patch, with the mail on standard input. */
export function addB4Check(program: Command, terminal: Terminal, _finish: Finish): void {
  const command = program
    .command('b4-check')
    .description('check one patch mail on standard input for b4: a JSON array on standard output')
    .option('--lines', 'lines as of checkpatch.pl --terse instead, for b4 prep --check and b4 am --check');
  addTreeOptions(command).action(async (options: CheckOptions) => {
    const { reading } = await readDocuments([{ name: 'patch', bytes: await terminal.input() }]);
    const courtesy = courtesyOf(terminal);
    const [series] = reading.series;
    // A cover letter is no patch: there is nothing to report.
    const reports = series ? [await check(series, options, terminal)] : [];
    courtesy.done();
    terminal.out(options.lines === true ? await asLines(reports) : `${JSON.stringify(await asChecks(reports))}\n`);
  });
}

async function check(series: Series, options: CheckOptions, terminal: Terminal): Promise<Report | null> {
  const { matters } = await import('../review/matters.js');
  const simulate = options.tree !== undefined;
  // Most patches are about something else, and b4 runs this for each.
  if (!simulate && !matters(series)) return null;
  const [report] = await reviewEach([series], { ...options, simulate }, '', terminal, courtesyOf(terminal));
  return report ?? null;
}

async function asChecks(reports: readonly (Report | null)[]): Promise<readonly Check[]> {
  const { causedBy, stateOf, summaryOf } = await import('../review/formats/patchwork.js');
  const states = { success: 'pass', warning: 'warn', fail: 'fail' } as const;
  const checks: Check[] = [];
  for (const report of reports) {
    if (report === null) {
      checks.push({ tool: 'rescuer', status: 'pass', summary: 'no findings: nothing about bio_sets', details: '' });
      continue;
    }
    const { renderText } = await import('../review/formats/text.js');
    const findings = causedBy(report, null);
    checks.push({
      tool: 'rescuer',
      status: states[stateOf(findings)],
      summary: summaryOf(findings),
      details: renderText(report, { all: false, colour: false }),
    });
  }
  return checks;
}

/** Nothing at all if nothing was found: that is what b4 takes for a pass. */
async function asLines(reports: readonly (Report | null)[]): Promise<string> {
  const { causedBy } = await import('../review/formats/patchwork.js');
  const { clean } = await import('../review/formats/clean.js');
  const levels = { error: 'ERROR', warning: 'WARNING', note: 'CHECK' };
  return reports
    .flatMap((report) => (report === null ? [] : causedBy(report, null)))
    .map(({ level, message, rule, location: { file, line } }) =>
      clean(`${file}:${line}: ${levels[level]}: ${message} [${rule}]`),
    )
    .map((line) => `${line}\n`)
    .join('');
}
