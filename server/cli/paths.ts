import { relative, resolve, sep } from 'node:path';
import { type Command, Option } from 'commander';
import type { TreeSource } from '../series/types.js';
import { UserError } from '../text.js';
import { annotationsOption, emit, outputOption, useAnnotations } from './output.js';
import type { Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';
import { openPaths, openTree } from './tree.js';

interface PathsOptions {
  readonly annotations?: readonly string[];
  readonly list?: boolean;
  readonly tree?: string;
  readonly stack?: string;
  readonly format: 'text' | 'json';
  readonly scenario?: boolean;
  readonly output?: string;
}

/** `rescuer paths`: what a function does to bios, sets and locks, as the simulator gets it. */
export function addPaths(program: Command, terminal: Terminal, _finish: Finish): void {
  program
    .command('paths')
    .description('show what a function does to bios, sets and locks on every way through it')
    .argument('[function]', 'FILE:FUNCTION, for example drivers/md/dm.c:dm_make_request')
    .option('--list', 'list the stacks that functions can be followed on')
    .option('--tree <dir>', 'the kernel tree that FILE is in; else the one that it lies in')
    .option('--stack <name>', 'follow it on the devices of this stack')
    .addOption(new Option('--format <format>', 'form of the listing').choices(['text', 'json']).default('text'))
    .option('--scenario', 'write a scenario file instead, which rescuer simulate runs')
    .addOption(outputOption)
    .addOption(annotationsOption)
    .action(async (name: string | undefined, options: PathsOptions) => {
      await useAnnotations(options.annotations);
      if (options.list === true) {
        await emit(await listing(), options.output, terminal);
        return;
      }
      const [, file, wanted] = /^(.+):(\w+)$/.exec(name ?? '') ?? [];
      if (file === undefined || wanted === undefined) {
        throw new UserError('name a function as FILE:FUNCTION, for example drivers/md/dm.c:dm_make_request');
      }
      const courtesy = courtesyOf(terminal);
      const { extractPaths } = await import('../review/paths.js');
      const { report, scenario } = await extractPaths({
        ...(await open(file, options.tree)),
        function: wanted,
        ...(options.stack === undefined ? {} : { stack: options.stack }),
        ...courtesy,
      });
      courtesy.done();
      const text =
        options.scenario === true
          ? scenario
          : options.format === 'json'
            ? `${JSON.stringify(report, null, 2)}\n`
            : (await import('../review/render-paths.js')).renderPaths(report);
      await emit(text, options.output, terminal);
    });
}

async function open(file: string, tree: string | undefined): Promise<{ source: TreeSource; path: string }> {
  if (tree === undefined) {
    const { source, paths } = await openPaths([file]);
    return { source, path: paths[0] ?? file };
  }
  // A path of the tree, or one of the current folder that lies in the tree.
  const below = relative(resolve(tree), resolve(file)).split(sep).join('/');
  return { source: await openTree(tree), path: below.startsWith('../') ? file : below };
}

async function listing(): Promise<string> {
  const { shippedLibrary } = await import('../model/extract/library.js');
  return shippedLibrary()
    .stacks.map(({ name, about, entry, files }) =>
      [
        `${name}: ${about}`,
        `  bios come to ${entry.map((one) => `${one}()`).join(' or ')}`,
        `  ${files.join(', ')}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}
