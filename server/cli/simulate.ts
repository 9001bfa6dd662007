import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Scenario } from '../model/scenario.js';
import type { Simulation, SimulationOptions } from '../sim/types.js';
import { type Courtesy, UserError } from '../text.js';
import { annotationsOption, emit, outputOption, useAnnotations, wholeNumber } from './output.js';
import { exitCode, type Finish } from './run.js';
import { courtesyOf, type Terminal } from './terminal.js';

const formats = ['text', 'json', 'markdown', 'dot'] as const;

interface SimulateOptions {
  readonly annotations?: readonly string[];
  readonly list?: boolean;
  readonly matrix?: boolean;
  readonly tree: string;
  readonly stack?: string;
  readonly perf?: boolean;
  readonly replay?: string;
  readonly promela?: string;
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

/** What a run prints, and whether nothing was found to complain about. */
interface Outcome {
  readonly text: string;
  readonly clean: boolean;
}

/** `rescuer simulate`: the verdict on a scenario, with the shortest trace that violates it. */
export function addSimulate(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('simulate')
    .description('search every interleaving of a scenario of the submission path; exit 1 if it can get stuck')
    .argument('[scenario...]', 'names of shipped scenarios, or scenario files (*.yaml)')
    .option('--list', 'list the shipped scenarios with their strategies and parameters')
    .option('--stack <name>', 'a stack of devices as the code of a kernel tree has it; rescuer paths --list shows them')
    .option('--tree <dir>', 'the kernel tree of --stack', '.')
    .option('--matrix', 'run every shipped scenario under each of its strategies')
    .option('--perf', 'timed runs of a scenario under all its strategies, instead of the search')
    .option('--replay <string>', 'show again the violation that a replay string stands for')
    .option('--promela <file>', 'write the model for SPIN to this file as well')
    .option('--strategy <name>', "the scenario's first strategy if not given")
    .option('--set <name=value>', 'set a parameter; may be repeated', collect, {})
    .option('--era <version>', 'with the submission order of this kernel, for example 4.10')
    .option('--max-states <n>', 'stop after this many states', wholeNumber(1))
    .option('--time <seconds>', 'stop after this time', wholeNumber(1))
    .option('--no-por', 'let every single step interleave')
    .option('--no-symmetry', 'tell identical tasks and bios apart')
    .addOption(new Option('--format <format>', 'form of the result').choices([...formats]).default('text'))
    .addOption(outputOption)
    .addOption(annotationsOption)
    .action(async (names: string[], options: SimulateOptions) => {
      await useAnnotations(options.annotations);
      const courtesy = courtesyOf(terminal);
      const { text, clean } = await outcome(names, options, courtesy);
      courtesy.done();
      await emit(text, options.output, terminal);
      finish(clean ? exitCode.clean : exitCode.findings);
    });
}

async function outcome(names: readonly string[], options: SimulateOptions, courtesy: Courtesy): Promise<Outcome> {
  if (options.list === true) return { text: await listing(), clean: true };
  if (options.matrix === true) return matrix(options, courtesy);
  if (options.replay !== undefined) return replayed(options.replay, names, options, courtesy);
  const scenarios = await scenariosOf(names, options, courtesy);
  if (scenarios.length === 0) throw new UserError('name a scenario; rescuer simulate --list shows the shipped ones');
  if (options.promela !== undefined) await exportPromela(scenarios, options.promela, options);
  return options.perf === true ? performance(scenarios, options, courtesy) : search(scenarios, options, courtesy);
}

function collect(text: string, before: Readonly<Record<string, number>>): Record<string, number> {
  const [, name, value] = /^(\w+)=(-?\d+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Expected NAME=NUMBER.');
  return { ...before, [name]: Number(value) };
}

async function scenariosOf(
  names: readonly string[],
  { stack, tree }: SimulateOptions,
  courtesy: Courtesy,
): Promise<readonly Scenario[]> {
  const named = await Promise.all(names.map(load));
  return stack === undefined ? named : [...named, await extracted(stack, tree, courtesy)];
}

/** A shipped scenario by its name, or one from a file. */
async function load(name: string): Promise<Scenario> {
  if (!/\.ya?ml$/.test(name)) return (await import('../sim/scenarios.js')).findScenario(name);
  const { readScenario } = await import('../model/read.js');
  try {
    return readScenario(name, await readFile(name, 'utf8'));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot read ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The scenario of a stack, extracted from a tree. */
async function extracted(name: string, tree: string, courtesy: Courtesy): Promise<Scenario> {
  const [{ extractStack, findStack }, { openTree }] = await Promise.all([
    import('../review/stacks.js'),
    import('./tree.js'),
  ]);
  const stack = findStack(name);
  return (await extractStack({ source: await openTree(tree), stack }, courtesy)).scenario;
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

async function search(scenarios: readonly Scenario[], options: SimulateOptions, courtesy: Courtesy): Promise<Outcome> {
  const { simulate } = await import('../sim/simulate.js');
  const results: Simulation[] = [];
  for (const scenario of scenarios) results.push(await simulate(scenario, simulationOptions(options), courtesy));
  return shown(results, options);
}

async function replayed(
  text: string,
  names: readonly string[],
  options: SimulateOptions,
  courtesy: Courtesy,
): Promise<Outcome> {
  const { replay } = await import('../sim/simulate.js');
  const [scenario] = await scenariosOf(names, options, courtesy);
  return shown([replay(text, scenario)], options);
}

/** One result is the JSON document itself, several are an array. */
async function shown(results: readonly Simulation[], { format }: SimulateOptions): Promise<Outcome> {
  const { renderSimulation } = await import('../sim/render.js');
  const text =
    format === 'json' && results.length > 1
      ? `${JSON.stringify(results, null, 2)}\n`
      : results.map((result) => renderSimulation(result, format)).join('\n');
  return { text, clean: results.every(({ verdict }) => verdict === 'proved') };
}

/** Clean when every verdict is the one that its scenario file expects. */
async function matrix(options: SimulateOptions, courtesy: Courtesy): Promise<Outcome> {
  const { renderMatrix, runMatrix } = await import('../sim/matrix.js');
  const { format } = options;
  if (format === 'dot') throw new UserError('--matrix has the formats text, markdown and json');
  const cells = await runMatrix(simulationOptions(options), courtesy);
  const clean = cells.every(({ verdict, expected }) => expected === null || verdict === expected);
  return { text: renderMatrix(cells, format), clean };
}

async function performance(
  scenarios: readonly Scenario[],
  options: SimulateOptions,
  courtesy: Courtesy,
): Promise<Outcome> {
  const { compare, renderComparison } = await import('../sim/perf-table.js');
  const { format } = options;
  if (format !== 'text' && format !== 'json') throw new UserError('--perf has the formats text and json');
  const texts: string[] = [];
  for (const scenario of scenarios) {
    const comparison = await compare(scenario, simulationOptions(options), courtesy);
    texts.push(format === 'json' ? `${JSON.stringify(comparison, null, 2)}\n` : renderComparison(comparison));
  }
  return { text: texts.join('\n'), clean: true };
}

async function exportPromela(scenarios: readonly Scenario[], file: string, options: SimulateOptions): Promise<void> {
  const [scenario] = scenarios;
  if (scenario === undefined || scenarios.length > 1) throw new UserError('--promela takes a single scenario');
  const [{ prepare }, { promela }, { writeWhole }] = await Promise.all([
    import('../sim/prepare.js'),
    import('../sim/promela.js'),
    import('../sweep/whole-file.js'),
  ]);
  await writeWhole(file, [promela(prepare(scenario, simulationOptions(options)).model.machine)]);
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
