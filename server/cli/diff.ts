import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Comparison } from '../review/versions.js';
import type { Reading, Series } from '../series/types.js';
import { UserError } from '../text.js';
import {
  annotationsOption,
  cacheOption,
  emit,
  failOnOption,
  fails,
  type Level,
  outputOption,
  useAnnotations,
} from './output.js';
import { configOptions } from './policy.js';
import { exitCode, type Finish } from './run.js';
import { pick, type ReviewSettings, readInput, reviewEach, tellProblems } from './series.js';
import { courtesyOf, type Terminal } from './terminal.js';

const formats = ['text', 'json', 'markdown'] as const;

interface DiffOptions extends ReviewSettings {
  readonly annotations?: readonly string[];
  readonly format: (typeof formats)[number];
  readonly output?: string;
  readonly failOn: Level;
}

/** `rescuer diff`: what became of patches and findings between two versions of a series. */
export function addDiff(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('diff')
    .description('compare two versions of a series: patches as git range-diff has them, and their findings')
    .argument('<old>', 'file, directory, or range of --tree; alone: an input that holds both versions')
    .argument('[new]', 'the same for the newer version')
    .option('--tree <dir>', 'the kernel tree both apply to; without one only the hunks are seen')
    .addOption(annotationsOption)
    .addOption(cacheOption)
    .addOption(new Option('--format <format>', 'form of the comparison').choices([...formats]).default('text'))
    .addOption(outputOption)
    .addOption(failOnOption)
    .action(async (older: string, newer: string | undefined, options: DiffOptions) => {
      const annotations = await useAnnotations(options.annotations);
      const courtesy = courtesyOf(terminal);
      const read = async (name: string): Promise<Reading> => {
        const input = isRange(name) ? { names: [], range: name } : { names: [name] };
        const { reading } = await readInput(input.names, { ...options, ...input }, terminal, courtesy);
        tellProblems(reading, terminal);
        return reading;
      };
      const pair = newer === undefined ? twoNewest(await read(older), older) : [await read(older), await read(newer)];
      const versions = pair.map((one) => ('patches' in one ? one : single(one)));
      const reports = await reviewEach(versions, options, annotations, terminal, courtesy);
      courtesy.done();
      const [before, after] = versions.map((series, at) => ({ series, report: reports[at] }));
      if (!before?.report || !after?.report) throw new UserError('two versions are needed');
      const { compareVersions } = await import('../review/versions.js');
      const comparison = compareVersions(
        { series: before.series, report: before.report },
        { series: after.series, report: after.report },
      );
      await emit(await render(comparison, options), options.output, terminal);
      const added = comparison.pairs
        .flatMap(({ findings }) => findings)
        .filter(({ what }) => what === 'new')
        .map(({ finding }) => finding);
      finish(fails(added, options.failOn) ? exitCode.findings : exitCode.clean);
    });
  for (const option of configOptions) command.addOption(option);
}

function isRange(name: string): boolean {
  return name.includes('..') && !existsSync(name);
}

function single(reading: Reading): Series {
  const [series, ...others] = pick(reading, undefined);
  if (series === undefined || others.length > 0) {
    throw new UserError(`${others.length + 1} series in one input; give one version of one series for each side`);
  }
  return series;
}

/** Older first: the newest version in the input, and the one before it of the same series. */
function twoNewest(reading: Reading, name: string): readonly Series[] {
  const newest = single(reading);
  const before = reading.series.find((one) => one !== newest && one.version < newest.version);
  if (before === undefined) throw new UserError(`${name} holds one version only; name the other one too`);
  return [before, newest];
}

async function render(comparison: Comparison, { format }: DiffOptions): Promise<string> {
  if (format === 'text') return (await import('../review/versions.js')).renderComparison(comparison);
  const { comparisonJson, comparisonMarkdown } = await import('../review/formats/comparison.js');
  return format === 'json' ? comparisonJson(comparison) : comparisonMarkdown(comparison);
}
