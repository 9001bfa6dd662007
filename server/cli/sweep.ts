import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import packageText from '../../package.json';
import { UserError } from '../text.js';
import { annotationsOption, useAnnotations, wholeNumber } from './output.js';
import type { Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';

interface SweepFlags {
  readonly out: string;
  readonly shard: { readonly index: number; readonly count: number };
  readonly jobs: number;
  readonly since?: string;
  readonly resume?: boolean;
  readonly tree?: string;
  readonly plan?: boolean;
  readonly merge?: boolean;
  readonly partial?: boolean;
  readonly limit: number;
  readonly annotations?: readonly string[];
}

/** `rescuer sweep`: reviews all series of a mail archive. */
export function addSweep(program: Command, terminal: Terminal, _finish: Finish): void {
  program
    .command('sweep')
    .description('review all series of mail archives: public-inbox repositories, mboxes, folders of mails')
    .argument('[archive...]', 'folders and files')
    .requiredOption('--out <dir>', 'folder for the results, made if it is not there')
    .addOption(
      new Option('--shard <i/n>', 'only part i of n; parts are merged with --merge')
        .argParser(shard)
        .default({ index: 1, count: 1 }, 'all'),
    )
    .option('--jobs <n>', 'worker threads', wholeNumber(1), 1)
    .option('--since <date>', 'only series that began then or later, for example 2024-01-01', date)
    .option('--resume', 'continue what an earlier run left')
    .option('--tree <dir>', 'review against this kernel tree instead of hunks only')
    .option('--limit <seconds>', 'give up on a series after this time', wholeNumber(1), 120)
    .addOption(annotationsOption)
    .addOption(new Option('--plan', 'only list the series, once for all shards').conflicts('merge'))
    .addOption(new Option('--merge', 'put the parts in --out together').conflicts('plan'))
    .option('--partial', 'with --merge: even if series have no result yet')
    .action(async (paths: string[], flags: SweepFlags) => {
      if (flags.merge === true) {
        if (paths.length > 0) throw new UserError('--merge takes no archive, only --out');
        await mergeParts(flags, terminal);
        return;
      }
      if (paths.length === 0) throw new UserError('nothing to sweep: name a mail archive');
      await runSweep(paths, flags, terminal);
      if (flags.shard.count === 1 && flags.plan !== true) await mergeParts(flags, terminal);
    });
}

async function runSweep(paths: readonly string[], flags: SweepFlags, terminal: Terminal): Promise<void> {
  const courtesy = courtesyOf(terminal);
  // Read here as well, so that a mistake in one is said before the work begins.
  const annotations = await useAnnotations(flags.annotations);
  const { sweep } = await import('../sweep/sweep.js');
  const tally = await sweep({
    paths,
    out: flags.out,
    shard: flags.shard,
    jobs: flags.jobs,
    since: flags.since ?? null,
    resume: flags.resume ?? false,
    tree: flags.tree ?? null,
    annotations: JSON.parse(annotations || '{}') as Record<string, string>,
    limit: flags.limit,
    version: packageText.version,
    planOnly: flags.plan ?? false,
    entry: new URL('./sweep.mjs', import.meta.url),
    ...courtesy,
  });
  courtesy.done();
  const { head, earlier, reviewed, patches, withFindings, problems, decoding, reviewing, seconds } = tally;
  const work = decoding + reviewing;
  const lines = [
    `archive   ${head.mails} mails, ${head.series} series${head.unread > 0 ? `, ${head.unread} mails could not be read` : ''}`,
    ...(flags.plan === true
      ? []
      : [
          `reviewed  ${reviewed} series, ${patches} patches${earlier > 0 ? `, ${earlier} series before` : ''}`,
          `findings  in ${withFindings} series`,
          `problems  ${problems} series without a report`,
        ]),
    `time      ${seconds.toFixed(1)} s, ${(reviewed / seconds).toFixed(1)} series per second`,
    `decoding  ${work === 0 ? 0 : Math.round((100 * decoding) / work)} % of the work`,
    `memory    ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at the most`,
  ];
  terminal.out(`${lines.join('\n')}\n`);
}

async function mergeParts({ out, partial }: SweepFlags, terminal: Terminal): Promise<void> {
  const { merge } = await import('../sweep/merge.js');
  const { series, without } = await merge(out, partial ?? false);
  terminal.out(
    `merged    ${series - without} of ${series} series: ${join(out, 'index.html')}, ${join(out, 'series.jsonl')}\n`,
  );
}

function shard(text: string): { index: number; count: number } {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const parsed = { index: Number(index), count: Number(count) };
  if (!(parsed.index >= 1 && parsed.index <= parsed.count)) {
    throw new InvalidArgumentError('Expected something like 2/8.');
  }
  return parsed;
}

function date(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Expected a date like 2024-01-01.');
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
