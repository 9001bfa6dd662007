import { eraOf, type SubmissionEra } from '../model/era.js';
import type { Scenario } from '../model/scenario.js';
import { Interpreter, type Vector } from './interpret.js';
import { buildModel, type Model } from './lower/build.js';
import { constantsOf } from './lower/constants.js';
import type { Terminal } from './search.js';
import type { SimulationOptions } from './types.js';

/** A scenario with all choices made. */
export interface Chosen {
  readonly scenario: Scenario;
  readonly strategy: string;
  readonly era: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** Values of parameters, options and what the era says. */
  readonly constants: ReadonlyMap<string, number>;
  readonly submission: SubmissionEra;
}

/** A scenario built under one strategy. */
export interface Prepared extends Chosen {
  readonly model: Model;
  readonly interpreter: Interpreter;
}

/** Chooses strategy, parameters and era. Throws UserError for a choice that does not exist. */
export function choose(scenario: Scenario, options: SimulationOptions): Chosen {
  const strategy = options.strategy ?? [...scenario.strategies.keys()][0] ?? '';
  const constants = constantsOf(scenario, strategy, options.parameters ?? {}, options.era);
  const chosen = scenario.strategies.get(strategy);
  const era = options.era ?? chosen?.era ?? scenario.era;
  const parameters = Object.fromEntries(
    [...scenario.parameters.keys()].map((name) => [name, constants.get(name) ?? 0]),
  );
  return { scenario, strategy, era, parameters, constants, submission: eraOf(scenario, chosen, options.era) };
}

/** Builds the model. Throws TooLarge, and UserError for what is wrong in the scenario. */
export function build(chosen: Chosen): Prepared {
  const model = buildModel(chosen.scenario, chosen.constants, chosen.submission);
  return { ...chosen, model, interpreter: new Interpreter(model.machine) };
}

/** `choose` and `build`. */
export function prepare(scenario: Scenario, options: SimulationOptions): Prepared {
  return build(choose(scenario, options));
}

/** What a state is from which nothing goes on. */
export function classify({ model, interpreter }: Pick<Prepared, 'model' | 'interpreter'>, state: Vector): Terminal {
  const { machine } = model;
  if (state[machine.crashSlot] !== 0) return 'crash';
  if (machine.processes.some((process) => !interpreter.instruction(state, process).rest)) return 'deadlock';
  return interpreter.value(state, machine.leak) === 0 ? 'done' : 'leak';
}
