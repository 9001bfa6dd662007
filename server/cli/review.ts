import { type Command, Option } from 'commander';
import type { Report } from '../review/types.js';
import type { Reading, Series, TreeSource } from '../series/types.js';
import { type Courtesy, UserError } from '../text.js';
import { resultStore } from './cache.js';
import {
  annotationsOption,
  cacheOption,
  emit,
  failOnOption,
  fails,
  outputOption,
  useAnnotations,
  wholeNumber,
} from './output.js';
import { exitCode, type Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';

interface ReviewOptions {
  readonly annotations?: readonly string[];
  readonly range?: string;
  readonly tree?: string;
  readonly base?: string;
  readonly seriesVersion?: number;
  readonly format: Format;
  readonly output?: string;
  readonly all?: boolean;
  readonly cache: boolean;
  readonly failOn: 'error' | 'warning' | 'never';
}

export const formats = ['text', 'json', 'sarif', 'github', 'markdown', 'html'] as const;
export type Format = (typeof formats)[number];

/** `rescuer review`: what a series does to forward progress. */
export function addReview(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('review')
    .description('review patch series: mbox, mails, patches, a quilt directory, or a git range')
    .argument('[series...]', 'files or directories, - for standard input')
    .option('--range <A..B>', 'review the commits of a range of the tree instead')
    .option('--tree <dir>', 'the kernel tree the series applies to; without one only the hunks are seen')
    .option('--base <rev>', 'revision of the tree to apply to')
    .option('--series-version <n>', 'take this version when the input holds several', wholeNumber(1))
    .addOption(new Option('--format <format>', 'form of the report').choices([...formats]).default('text'))
    .addOption(outputOption)
    .addOption(annotationsOption)
    .option('--all', 'show pre-existing findings, and guesses that the simulator refutes, as well')
    .addOption(failOnOption)
    .addOption(cacheOption)
    .action(async (inputs: string[], options: ReviewOptions) => {
      const annotations = await useAnnotations(options.annotations);
      const courtesy = courtesyOf(terminal);
      const reading = await read(inputs, options, terminal, courtesy);
      const reports = await reviewEach(
        pick(reading, options.seriesVersion),
        { ...options, annotations, terminal },
        courtesy,
      );
      courtesy.done();
      for (const problem of reading.problems) {
        terminal.err(`rescuer: ${problem.document}:${problem.line}: ${problem.message}\n`);
      }
      await emit(await render(reports, options, terminal), options.output, terminal);
      const failed = reports.some((report) => fails(report.findings, options.failOn));
      finish(failed ? exitCode.findings : exitCode.clean);
    });
}

async function read(
  inputs: readonly string[],
  options: ReviewOptions,
  terminal: Terminal,
  courtesy: Courtesy,
): Promise<Reading> {
  if (options.range !== undefined) {
    if (inputs.length > 0) throw new UserError('give either --range or files to review, not both');
    const { seriesFromRange } = await import('../series/range.js');
    return seriesFromRange(options.tree ?? '.', options.range, courtesy);
  }
  if (inputs.length === 0) throw new UserError('nothing to review: name a file, a directory, - or --range A..B');
  const [{ loadDocuments }, { readSeries }] = await Promise.all([
    import('../series/inputs.js'),
    import('../series/read.js'),
  ]);
  return readSeries(await loadDocuments(inputs, () => terminal.input()));
}

/** The series to review: the newest version of each, or the one version that was asked for. */
function pick(reading: Reading, version: number | undefined): readonly Series[] {
  if (reading.series.length === 0) {
    const others = reading.leftOut.length;
    throw new UserError(`no patch found in the input${others > 0 ? ` (${others} mails that are no patch)` : ''}`);
  }
  if (version !== undefined) {
    const found = reading.series.filter((series) => series.version === version);
    if (found.length > 0) return found;
    const there = [...new Set(reading.series.map((series) => `v${series.version}`))].join(', ');
    throw new UserError(`the input has no version ${version} of the series, only ${there}`);
  }
  return reading.series.filter((series) => series.newest);
}

async function reviewEach(
  all: readonly Series[],
  options: Omit<ReviewOptions, 'annotations'> & { readonly annotations: string; readonly terminal: Terminal },
  courtesy: Courtesy,
): Promise<readonly Report[]> {
  const [{ openSource }, { recalled }, kept] = await Promise.all([
    import('../series/sources.js'),
    import('../review/recorded.js'),
    resultStore(options.terminal, options.cache, options.annotations),
  ]);
  const tree = options.tree ?? (options.range === undefined ? undefined : '.');
  const reports: Report[] = [];
  for (const series of all) {
    const base = options.base === undefined ? {} : { base: options.base };
    const source = await openSource({ ...(tree === undefined ? {} : { tree }), ...base, series, trusted: true });
    const key = ['review', JSON.stringify(series), options.annotations];
    const review = async (watched: TreeSource): Promise<Report> => {
      const { reviewSeries } = await import('../review/session.js');
      return (await reviewSeries({ series, source: watched, ...courtesy })).report;
    };
    reports.push(await recalled({ ...kept, source, key }, review));
  }
  return reports;
}

async function render(reports: readonly Report[], options: ReviewOptions, terminal: Terminal): Promise<string> {
  const { renderReports } = await import('../review/formats/render.js');
  const performance = options.format === 'html' ? await timed(reports, courtesyOf(terminal)) : [];
  const colour = terminal.colour && options.output === undefined;
  return renderReports(reports, { format: options.format, all: options.all ?? false, colour, performance });
}

async function timed(reports: readonly Report[], courtesy: ReturnType<typeof courtesyOf>) {
  const { performanceFor } = await import('../review/performance.js');
  const compared = await performanceFor(reports, courtesy);
  courtesy.done();
  return compared;
}
