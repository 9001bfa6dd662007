import { type Command, Option } from 'commander';
import { emit, outputOption } from './output.js';
import type { Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';
import { openPaths } from './tree.js';

/** `rescuer sets`: the inventory of bio_sets. */
export function addSets(program: Command, terminal: Terminal, _finish: Finish): void {
  program
    .command('sets')
    .description('list the bio_sets of a kernel tree: size, flags, rescuer, who allocates')
    .argument('<path...>', 'C files or folders of one kernel tree')
    .addOption(new Option('--format <format>', 'form of the list').choices(['text', 'json']).default('text'))
    .addOption(outputOption)
    .action(async (names: string[], options: { readonly format: string; readonly output?: string }) => {
      const courtesy = courtesyOf(terminal);
      const { source, paths } = await openPaths(names);
      const { renderSets, takeSets } = await import('../review/sets.js');
      const report = await takeSets({ source, paths, ...courtesy });
      courtesy.done();
      const text = options.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderSets(report);
      await emit(text, options.output, terminal);
    });
}
