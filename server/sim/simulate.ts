import { constantValue } from '../model/expression.js';
import type { Scenario } from '../model/scenario.js';
import { type Courtesy, UserError } from '../text.js';
import { explainLivelock } from './explain-livelock.js';
import type { Move, Vector } from './interpret.js';
import { findLivelock } from './livelock.js';
import { TooLarge } from './lower/builder.js';
import { constantsOf } from './lower/constants.js';
import { mirrorsOf } from './mirrors.js';
import { build, type Chosen, choose, classify, type Prepared } from './prepare.js';
import { follow, replayString } from './replay.js';
import { findScenario } from './scenarios.js';
import { type SearchLimits, search } from './search.js';
import { symmetryOf } from './symmetry.js';
import { explain, traceOf } from './trace.js';
import type { Limits, Reductions, Simulation, SimulationOptions } from './types.js';

const defaultLimits: Limits = { maxStates: 20_000_000, seconds: 120, megabytes: 2000, livelockStates: 500_000 };

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
  const limits = { ...defaultLimits, ...options.limits };
  const chosen = choose(typeof scenario === 'string' ? findScenario(scenario) : scenario, options);
  const prepared = buildable(chosen);
  if (prepared instanceof TooLarge) return unsearched(chosen, limits, prepared.limit);
  const reductions: Reductions = { symmetry: true, chaining: true, ...options.reductions };
  const result = await judge(prepared, reductions, { ...limits, deadline: started + 1000 * limits.seconds }, courtesy);
  const seconds = Math.round(performance.now() - started) / 1000;
  return { ...result, bounds: { parameters: chosen.parameters, ...limits }, seconds };
}

async function judge(
  prepared: Prepared,
  reductions: Reductions,
  limits: Limits & SearchLimits,
  courtesy: Courtesy,
): Promise<Omit<Simulation, 'bounds' | 'seconds'>> {
  const { model, interpreter } = prepared;
  const symmetry = reductions.symmetry ? symmetryOf(model, mirrorsOf(prepared)) : null;
  const problem = { interpreter, classify: (state: Vector) => classify(prepared, state), symmetry };
  let result = await search(problem, reductions, limits, courtesy);
  // Chaining keeps the length of ways to a standstill, but may lengthen the way to a crash.
  if (result.violation && reductions.chaining && model.machine.crashes.length > 0) {
    const again = await search(problem, { ...reductions, chaining: false }, limits, courtesy);
    if (again.violation) result = again;
  }
  const { violation, limit, witnessed } = result;
  // What was seen of one of several alike devices can be seen of all.
  const seen = (witness: number): boolean =>
    witnessed[witness] === 1 ||
    symmetry?.mirrors.some(({ witnesses }) => witnessed[witnesses[witness] ?? witness] === 1) === true;
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
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    megabytes: Math.round(result.bytes / 1e4) / 100,
    witnesses: model.machine.witnesses.map(({ what }, index) => ({ what, seen: seen(index) })),
  };
  return { ...common, ...(await verdictOf()) };

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
    if (result.cyclic) {
      const { livelock, complete, states } = await findLivelock(
        interpreter,
        limits.livelockStates,
        limits.deadline,
        courtesy,
      );
      if (livelock) return { cycle: [], ...explainLivelock(model, livelock), ...evidence(livelock.path) };
      if (!complete) {
        const sentence = `Nothing gets stuck, but whether tasks can go round for ever was decided within ${states} states only.`;
        return { verdict: 'incomplete', sentence, ...nothing };
      }
    }
    return { verdict: 'proved', sentence: proved(prepared.parameters), ...nothing };
  }
}

function buildable(chosen: Chosen): Prepared | TooLarge {
  try {
    return build(chosen);
  } catch (error) {
    if (error instanceof TooLarge) return error;
    throw error;
  }
}

/** The answer for a model that is larger than the search can take. */
function unsearched({ scenario, strategy, era, parameters }: Chosen, limits: Limits, limit: string): Simulation {
  return {
    scenario: scenario.name,
    strategy,
    era,
    verdict: 'incomplete',
    bounds: { parameters, ...limits },
    states: 0,
    transitions: 0,
    depth: 0,
    seconds: 0,
    megabytes: 0,
    sentence: `Nothing was searched: the model has more than ${limit}.`,
    cycle: [],
    trace: [],
    witnesses: [],
    replay: '',
  };
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

/**
 * Runs a replay string again and tells what it shows. `scenario` overrides the shipped one of that name. Throws UserError
 * that names the first step that cannot happen, or says that nothing is wrong at the end.
 */
export function replay(text: string, scenario?: Scenario): Simulation {
  const { prepared, path, states } = follow(text, scenario);
  return {
    scenario: prepared.scenario.name,
    strategy: prepared.strategy,
    era: prepared.era,
    bounds: { parameters: prepared.parameters, ...defaultLimits },
    states: states.length,
    transitions: path.length,
    depth: path.length,
    seconds: 0,
    megabytes: 0,
    ...shownBy(prepared, path, states),
    trace: traceOf(prepared, path),
    witnesses: [],
    replay: text.trim(),
  };
}

/** What is wrong at the end of a path through these states. Throws UserError if nothing is. */
function shownBy(
  prepared: Prepared,
  path: readonly Move[],
  states: readonly Vector[],
): Pick<Simulation, 'verdict' | 'sentence' | 'cycle'> {
  const { interpreter, model } = prepared;
  const last = states.at(-1) ?? interpreter.initial();
  if (interpreter.moves(last).length === 0) {
    const kind = classify(prepared, last);
    if (kind !== 'done') return { verdict: kind, ...explain(prepared, kind, last) };
  }
  const earlier = states.slice(0, -1).findIndex((state) => state.every((value, slot) => value === last[slot]));
  if (earlier < 0) throw new UserError('the replay string ends where nothing is wrong');
  const running = [...new Set(path.slice(earlier).map((move) => move.process))];
  return { ...explainLivelock(model, { path, state: last, stuck: [], running, closed: false }), cycle: [] };
}
