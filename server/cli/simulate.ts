import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Simulation, SimulationOptions } from '../sim/types.js';
import { UserError } from '../text.js';
import { emit, outputOption, wholeNumber } from './output.js';
import { exitCode, type Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';

const formats = ['text', 'json', 'markdown', 'dot'] as const;

interface SimulateOptions {
  readonly list?: boolean;
  readonly strategy?: string;
  readonly set: Readonly<Record<string, number>>;
  readonly era?: string;
  readonly maxStates?: number;
  readonly time?: number;
  readonly por: boolean;
  readonly symmetry: boolean;
  readonly format: (typeof formats)[number];
  readonly output?: string;
}

/** `rescuer simulate`: the verdict on a scenario, with the shortest trace that violates it. */
export function addSimulate(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('simulate')
    .description('search every interleaving of a scenario of the submission path; exit 1 if it can get stuck')
    .argument('[scenario...]', 'names of shipped scenarios, or scenario files (*.yaml)')
    .option('--list', 'list the shipped scenarios with their strategies and parameters')
    .option('--strategy <name>', "the scenario's first strategy if not given")
    .option('--set <name=value>', 'set a parameter; may be repeated', collect, {})
    .option('--era <version>', 'with the submission order of this kernel, for example 4.10')
    .option('--max-states <n>', 'stop after this many states', wholeNumber(1))
    .option('--time <seconds>', 'stop after this time', wholeNumber(1))
    .option('--no-por', 'let every single step interleave')
    .option('--no-symmetry', 'tell identical tasks and bios apart')
    .addOption(new Option('--format <format>', 'form of the result').choices([...formats]).default('text'))
    .addOption(outputOption)
    .action(async (scenarios: string[], options: SimulateOptions) => {
      if (options.list === true) {
        await emit(await listing(), options.output, terminal);
        return;
      }
      if (scenarios.length === 0)
        throw new UserError('name a scenario; rescuer simulate --list shows the shipped ones');
      const { renderSimulation } = await import('../sim/render.js');
      const results = await simulateEach(scenarios, options, terminal);
      await emit(
        results.map((result) => renderSimulation(result, options.format)).join('\n'),
        options.output,
        terminal,
      );
      finish(results.every(({ verdict }) => verdict === 'proved') ? exitCode.clean : exitCode.findings);
    });
}

function collect(text: string, before: Readonly<Record<string, number>>): Record<string, number> {
  const [, name, value] = /^(\w+)=(-?\d+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Expected NAME=NUMBER.');
  return { ...before, [name]: Number(value) };
}

async function simulateEach(
  names: readonly string[],
  options: SimulateOptions,
  terminal: Terminal,
): Promise<readonly Simulation[]> {
  const [{ simulate }, { readScenario }] = await Promise.all([
    import('../sim/simulate.js'),
    import('../model/read.js'),
  ]);
  const courtesy = courtesyOf(terminal);
  const results: Simulation[] = [];
  for (const name of names) {
    const scenario = /\.ya?ml$/.test(name) ? readScenario(name, await readText(name)) : name;
    results.push(await simulate(scenario, simulationOptions(options), courtesy));
  }
  courtesy.done();
  return results;
}

function simulationOptions(options: SimulateOptions): SimulationOptions {
  const { strategy, era, maxStates, time, por, symmetry } = options;
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(era === undefined ? {} : { era }),
    parameters: options.set,
    limits: {
      ...(maxStates === undefined ? {} : { maxStates }),
      ...(time === undefined ? {} : { seconds: time }),
    },
    reductions: { chaining: por, symmetry },
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function listing(): Promise<string> {
  const { listScenarios } = await import('../sim/scenarios.js');
  return listScenarios()
    .map(({ name, title, era, parameters, strategies }) =>
      [
        `${name}: ${title} (Linux ${era})`,
        ...parameters.map((p) => `  --set ${p.name}=${p.default}  ${p.about} (${p.min} to ${p.max})`),
        ...strategies.map((strategy) => `  --strategy ${strategy.name}  ${strategy.about}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}
