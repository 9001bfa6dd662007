import type { Command } from 'commander';
import { UserError } from '../text.js';
import type { Finish } from './run.js';
import type { Terminal } from './terminal.js';

/** `rescuer explain NAME`: the text of the editor's hover. */
export function addExplain(program: Command, terminal: Terminal, _finish: Finish): void {
  program
    .command('explain')
    .description('explain a kernel name of the domain, such as BIOSET_NEED_RESCUER')
    .argument('[name]', 'without one, all names are listed')
    .option('--era <version>', 'as of this kernel version, for example 4.14')
    .action(async (name: string | undefined, options: { readonly era?: string }) => {
      const { entryText, explain, glossaryNames } = await import('../kernel/glossary.js');
      if (name === undefined) {
        terminal.out(`${glossaryNames().join('\n')}\n`);
        return;
      }
      const { eraOfVersion } = await import('../kernel/eras.js');
      const era = options.era === undefined ? null : eraOfVersion(options.era);
      if (options.era !== undefined && era === null) {
        throw new UserError(`${options.era} is no kernel version; expected something like 4.14`);
      }
      const entry = explain(name, era);
      if (entry === null) throw new UserError(`no entry for ${name}; rescuer explain lists all names`);
      terminal.out(entryText(entry));
    });
}
