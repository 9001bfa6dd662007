import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Policy } from '../review/policy.js';
import { UserError } from '../text.js';
import { resultStore } from './cache.js';
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
import { choosePolicy, configOptions, type PolicyOptions } from './policy.js';
import { type Format, formats } from './review.js';
import { exitCode, type Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';
import { openPaths } from './tree.js';

interface CheckOptions extends PolicyOptions {
  readonly annotations?: readonly string[];
  readonly format: Format;
  readonly output?: string;
  readonly all?: boolean;
  readonly cache: boolean;
  readonly failOn: Level;
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

/** `rescuer check`: the rules over sources as they are, without a patch. */
export function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('check')
    .description('check C sources as they are, without a patch')
    .argument('<path...>', 'C files or folders of one kernel tree')
    .addOption(new Option('--format <format>', 'form of the report').choices([...formats]).default('text'))
    .addOption(outputOption)
    .addOption(annotationsOption)
    .option('--all', 'show suppressed findings, and guesses that the simulator refutes, as well')
    .option('--baseline <file>', 'findings in this file are known; only others count')
    .option('--write-baseline <file>', 'write the findings to this file instead of reporting them')
    .addOption(failOnOption)
    .addOption(cacheOption)
    .action(async (names: string[], options: CheckOptions) => {
      const annotations = await useAnnotations(options.annotations);
      const courtesy = courtesyOf(terminal);
      const { source, paths } = await openPaths(names);
      const { recalled } = await import('../review/recorded.js');
      const kept = await resultStore(terminal, options.cache, annotations);
      const key = ['check', JSON.stringify(paths), annotations];
      const policy = await policyFor(options, await choosePolicy(options, source));
      const found = await recalled({ ...kept, source, key }, async (watched) => {
        const { checkSources } = await import('../review/session.js');
        return (await checkSources({ source: watched, paths, ...courtesy })).report;
      });
      courtesy.done();
      const { applyPolicy, today } = await import('../review/policy.js');
      const report = applyPolicy(found, policy, today());
      if (options.writeBaseline !== undefined) {
        const { writeBaseline } = await import('../review/baseline.js');
        await emit(writeBaseline(report), options.writeBaseline, terminal);
        return;
      }
      const { renderReports } = await import('../review/formats/render.js');
      const colour = terminal.colour && options.output === undefined;
      await emit(
        renderReports([report], { format: options.format, all: options.all ?? false, colour }),
        options.output,
        terminal,
      );
      finish(fails(report.findings, options.failOn) ? exitCode.findings : exitCode.clean);
    });
  for (const option of configOptions) command.addOption(option);
}

/** A baseline that is named wins over that of the configuration; one that is written afresh is compared with none. */
async function policyFor({ baseline, writeBaseline }: CheckOptions, policy: Policy): Promise<Policy> {
  if (writeBaseline !== undefined) return { ...policy, baseline: null };
  if (baseline === undefined) return policy;
  const { readBaseline } = await import('../review/baseline.js');
  const text = await readFile(baseline, 'utf8').catch((error: unknown) => {
    throw new UserError(`cannot read ${baseline}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return { ...policy, baseline: readBaseline(baseline, text) };
}
