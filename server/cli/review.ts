import { type Command, Option } from 'commander';
import type { Report } from '../review/types.js';
import {
  annotationsOption,
  cacheOption,
  emit,
  failOnOption,
  fails,
  type Level,
  outputOption,
  useAnnotations,
  wholeNumber,
} from './output.js';
import { configOptions } from './policy.js';
import { exitCode, type Finish } from './run.js';
import { pick, type ReviewSettings, readInput, reviewEach, tellProblems } from './series.js';
import { courtesyOf, type Terminal } from './terminal.js';

interface ReviewOptions extends ReviewSettings {
  readonly annotations?: readonly string[];
  readonly range?: string;
  readonly seriesVersion?: number;
  readonly format: Format;
  readonly output?: string;
  readonly all?: boolean;
  readonly failOn: Level;
}

/** Here, not from the formats themselves, so that the program starts without them. */
export const formats = ['text', 'json', 'sarif', 'github', 'gitlab', 'patchwork', 'markdown', 'html'] as const;
export type Format = (typeof formats)[number];

/** `rescuer review`: what a series does to forward progress. */
export function addReview(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('review')
    .description('review patch series: mbox, mails, patches, a quilt directory, or a git range')
    .argument('[series...]', 'files or directories, - for standard input');
  addSeriesOptions(command)
    .addOption(new Option('--format <format>', 'form of the report').choices([...formats]).default('text'))
    .addOption(outputOption)
    .option('--all', 'show pre-existing and suppressed findings, and guesses that the simulator refutes, as well')
    .addOption(failOnOption)
    .action(async (inputs: string[], options: ReviewOptions) => {
      const annotations = await useAnnotations(options.annotations);
      const courtesy = courtesyOf(terminal);
      const { reading } = await readInput(inputs, options, terminal, courtesy);
      const series = pick(reading, options.seriesVersion);
      const reports = await reviewEach(series, treeOf(options), annotations, terminal, courtesy);
      courtesy.done();
      tellProblems(reading, terminal);
      await emit(await render(reports, options, terminal), options.output, terminal);
      const failed = reports.some((report) => fails(report.findings, options.failOn));
      finish(failed ? exitCode.findings : exitCode.clean);
    });
}

/** The options by which a command finds series and their tree. */
export function addSeriesOptions(command: Command): Command {
  command
    .option('--range <A..B>', 'review the commits of a range of the tree instead')
    .option('--series-version <n>', 'take this version when the input holds several', wholeNumber(1))
    .addOption(annotationsOption);
  return addTreeOptions(command);
}

/** The options that say what a series is reviewed against. */
export function addTreeOptions(command: Command): Command {
  command
    .option('--tree <dir>', 'the kernel tree the series applies to; without one only the hunks are seen')
    .option('--base <rev>', 'revision of the tree to apply to')
    .addOption(cacheOption);
  for (const option of configOptions) command.addOption(option);
  return command;
}

/** A range is reviewed in the repository that it is of. */
export function treeOf<Options extends ReviewSettings & { readonly range?: string }>(options: Options): Options {
  return options.range === undefined || options.tree !== undefined ? options : { ...options, tree: '.' };
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
