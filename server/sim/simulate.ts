import { constantValue } from '../model/expression.js';
import type { Scenario } from '../model/scenario.js';
import { type Courtesy, UserError } from '../text.js';
import { explainDeadlock } from './explain.js';
import { explainLivelock } from './explain-livelock.js';
import { Interpreter, type Move, type Vector } from './interpret.js';
import { findLivelock } from './livelock.js';
import { buildModel, type Model } from './lower/build.js';
import { constantsOf } from './lower/constants.js';
import { replayString } from './replay.js';
import { findScenario } from './scenarios.js';
import { search, type Terminal } from './search.js';
import { symmetryOf } from './symmetry.js';
import type { CycleNode, Limits, Reductions, Simulation, SimulationOptions, TraceStep } from './types.js';
import { changes, View } from './view.js';

const defaultLimits: Limits = { maxStates: 20_000_000, seconds: 120, megabytes: 2000 };

/** States, with local steps run together, up to which cycles without progress are looked for. */
const livelockLimit = 50_000;

/** A scenario built under one strategy, with all choices made. */
export interface Prepared {
  readonly scenario: Scenario;
  readonly strategy: string;
  readonly era: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly model: Model;
  readonly interpreter: Interpreter;
}

/** Chooses strategy, parameters and era, and builds the model. Throws UserError for a choice that does not exist. */
export function prepare(scenario: Scenario, options: SimulationOptions): Prepared {
  const strategy = options.strategy ?? [...scenario.strategies.keys()][0] ?? '';
  const constants = constantsOf(scenario, strategy, options.parameters ?? {}, options.era);
  const era = options.era ?? scenario.strategies.get(strategy)?.era ?? scenario.era;
  const model = buildModel(scenario, constants, era);
  const parameters = Object.fromEntries(
    [...scenario.parameters.keys()].map((name) => [name, constants.get(name) ?? 0]),
  );
  return { scenario, strategy, era, parameters, model, interpreter: new Interpreter(model.machine) };
}

/** What a state is from which nothing goes on. */
export function classify({ model, interpreter }: Pick<Prepared, 'model' | 'interpreter'>, state: Vector): Terminal {
  const { kernel, machine } = model;
  if (state[machine.crashSlot] !== 0) return 'crash';
  if (machine.processes.some((process) => !interpreter.instruction(state, process).rest)) return 'deadlock';
  const used = kernel.bioNames.some((_, index) => state[kernel.fields.used + index + 1] !== 0);
  const unbalanced = kernel.variables.some(({ place, initial, balanced }) => balanced && state[place.slot] !== initial);
  return used || unbalanced ? 'leak' : 'done';
}

/** The steps of a path, with what each changes. */
export function traceOf(
  { model, interpreter }: Pick<Prepared, 'model' | 'interpreter'>,
  path: readonly Move[],
): TraceStep[] {
  let state = interpreter.initial();
  let values = new View(model, state).values();
  return path.map((move, index) => {
    const process = model.machine.processes[move.process];
    const alternative = process && interpreter.instruction(state, process).alternatives[move.alternative];
    state = interpreter.fire(state, move);
    const before = values;
    values = new View(model, state).values();
    return {
      step: index + 1,
      task: process?.name ?? '',
      action: alternative?.action ?? '',
      source: alternative?.source ?? '',
      changed: changes(before, values),
    };
  });
}

/** What is wrong in the last state of a violation, in one sentence. */
export function explain(
  { model, interpreter }: Pick<Prepared, 'model' | 'interpreter'>,
  kind: Terminal,
  state: Vector,
): { cycle: CycleNode[]; sentence: string } {
  const { kernel, machine } = model;
  if (kind === 'deadlock') return explainDeadlock(model, interpreter, state);
  if (kind === 'crash')
    return { cycle: [], sentence: `${machine.crashes[(state[machine.crashSlot] ?? 0) - 1] ?? 'it crashes'}.` };
  const lost = kernel.bioNames.filter((_, index) => state[kernel.fields.used + index + 1] !== 0);
  const off = kernel.variables
    .filter(({ place, initial, balanced }) => balanced && state[place.slot] !== initial)
    .map(({ name }) => name);
  return { cycle: [], sentence: `Everything has ended, but ${[...lost, ...off].join(', ')} did not come back.` };
}

/**
 * Decides whether a scenario (or the shipped one of that name) always makes progress. Rejects with `signal.reason` once
 * the signal is aborted, and with UserError for a choice that does not exist.
 */
export async function simulate(
  scenario: Scenario | string,
  options: SimulationOptions = {},
  courtesy: Courtesy = {},
): Promise<Simulation> {
  const started = performance.now();
  const prepared = prepare(typeof scenario === 'string' ? findScenario(scenario) : scenario, options);
  const limits = { ...defaultLimits, ...options.limits };
  const reductions: Reductions = { symmetry: true, chaining: true, ...options.reductions };
  const { model, interpreter } = prepared;
  const problem = { interpreter, classify: (state: Vector) => classify(prepared, state), symmetry: symmetryOf(model) };
  let result = await search(problem, reductions, limits, courtesy);
  // Chaining keeps the length of ways to a standstill, but may lengthen the way to a crash.
  if (result.violation && reductions.chaining && model.machine.crashes.length > 0)
    result = await search(problem, { ...reductions, chaining: false }, limits, courtesy);
  const { violation, limit } = result;
  const overflow =
    violation?.kind === 'crash'
      ? model.machine.crashes[(violation.state[model.machine.crashSlot] ?? 0) - 1]
      : undefined;
  if (overflow?.includes('leaves its range'))
    throw new UserError(`${prepared.scenario.name}: ${overflow}; give it a larger max`);
  const common = {
    scenario: prepared.scenario.name,
    strategy: prepared.strategy,
    era: prepared.era,
    bounds: { parameters: prepared.parameters, ...limits },
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    megabytes: Math.round(result.bytes / 1e4) / 100,
    witnesses: model.machine.witnesses.map(({ what }, index) => ({ what, seen: result.witnessed[index] === 1 })),
  };
  const told = await verdictOf();
  return { ...common, ...told, seconds: Math.round(performance.now() - started) / 1000 };

  async function verdictOf(): Promise<Pick<Simulation, 'verdict' | 'sentence' | 'cycle' | 'trace' | 'replay'>> {
    const evidence = (path: readonly Move[]) => ({
      trace: traceOf(prepared, path),
      replay: replayString(prepared, path),
    });
    if (violation)
      return {
        verdict: violation.kind,
        ...explain(prepared, violation.kind, violation.state),
        ...evidence(violation.path),
      };
    const nothing = { cycle: [], trace: [], replay: '' };
    if (limit !== null) {
      const sentence = `No violation was found, but the search ended at its limit of ${limit}.`;
      return { verdict: 'incomplete', sentence, ...nothing };
    }
    const livelock = model.machine.loops ? await findLivelock(interpreter, livelockLimit, courtesy) : null;
    if (livelock === 'unknown') {
      const sentence = `Nothing gets stuck, but whether tasks can go round for ever was not decided beyond ${livelockLimit} states.`;
      return { verdict: 'incomplete', sentence, ...nothing };
    }
    if (livelock) return { cycle: [], ...explainLivelock(model, livelock), ...evidence(livelock.path) };
    return { verdict: 'proved', sentence: proved(prepared.parameters), ...nothing };
  }
}

function proved(parameters: Readonly<Record<string, number>>): string {
  const bounds = Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  return `Every task always goes on to its end${bounds ? ` with ${bounds}` : ''}.`;
}

/** The verdict that the scenario file says this strategy must have with these parameters; null if it says nothing. */
export function expectedVerdict(
  scenario: Scenario,
  strategy: string,
  parameters: Readonly<Record<string, number>>,
  era?: string,
): string | null {
  const constants = constantsOf(scenario, strategy, parameters, era);
  const expectation = scenario.strategies
    .get(strategy)
    ?.expect.find(({ condition }) => constantValue(condition, constants) !== 0);
  return expectation?.verdict ?? null;
}
