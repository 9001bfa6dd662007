import { type Command, Option } from 'commander';
import { resultStore } from './cache.js';
import { annotationsOption, cacheOption, emit, failOnOption, fails, outputOption, useAnnotations } from './output.js';
import { type Format, formats } from './review.js';
import { exitCode, type Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';
import { openPaths } from './tree.js';

interface CheckOptions {
  readonly annotations?: readonly string[];
  readonly format: Format;
  readonly output?: string;
  readonly all?: boolean;
  readonly cache: boolean;
  readonly failOn: 'error' | 'warning' | 'never';
}

/** `rescuer check`: the rules over sources as they are, without a patch. */
export function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('check')
    .description('check C sources as they are, without a patch')
    .argument('<path...>', 'C files or folders of one kernel tree')
    .addOption(new Option('--format <format>', 'form of the report').choices([...formats]).default('text'))
    .addOption(outputOption)
    .addOption(annotationsOption)
    .option('--all', 'show guesses that the simulator refutes as well')
    .addOption(failOnOption)
    .addOption(cacheOption)
    .action(async (names: string[], options: CheckOptions) => {
      const annotations = await useAnnotations(options.annotations);
      const courtesy = courtesyOf(terminal);
      const { source, paths } = await openPaths(names);
      const { recalled } = await import('../review/recorded.js');
      const kept = await resultStore(terminal, options.cache, annotations);
      const key = ['check', JSON.stringify(paths), annotations];
      const report = await recalled({ ...kept, source, key }, async (watched) => {
        const { checkSources } = await import('../review/session.js');
        return (await checkSources({ source: watched, paths, ...courtesy })).report;
      });
      courtesy.done();
      const { renderReports } = await import('../review/formats/render.js');
      const colour = terminal.colour && options.output === undefined;
      await emit(
        renderReports([report], { format: options.format, all: options.all ?? false, colour }),
        options.output,
        terminal,
      );
      finish(fails(report.findings, options.failOn) ? exitCode.findings : exitCode.clean);
    });
}
