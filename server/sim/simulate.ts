import { constantValue } from '../model/expression.js';
import type { Scenario } from '../model/scenario.js';
import { type Courtesy, UserError } from '../text.js';
import { explainLivelock } from './explain-livelock.js';
import type { Move, Vector } from './interpret.js';
import { findLivelock, waiting } from './livelock.js';
import { TooLarge } from './lower/builder.js';
import { constantsOf } from './lower/constants.js';
import { mirrorsOf } from './mirrors.js';
import { build, type Chosen, choose, classify, type Prepared } from './prepare.js';
import { type Followed, follow, type Lap, replayString } from './replay.js';
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
  const judged = await judge(prepared, reductions, { ...limits, deadline: started + 1000 * limits.seconds }, courtesy);
  const { verdict, states, transitions, depth, ...rest } = judged;
  const seconds = Math.round(performance.now() - started) / 1000;
  return { ...named(chosen, limits, verdict), states, transitions, depth, seconds, ...rest };
}

/** What a result begins with. */
function named(
  { scenario, strategy, era, parameters }: Chosen,
  limits: Limits,
  verdict: Simulation['verdict'],
): Pick<Simulation, 'scenario' | 'strategy' | 'era' | 'verdict' | 'bounds'> {
  return { scenario: scenario.name, strategy, era, verdict, bounds: { parameters, ...limits } };
}

type Judged = Omit<Simulation, 'scenario' | 'strategy' | 'era' | 'bounds' | 'seconds'>;

async function judge(
  prepared: Prepared,
  reductions: Reductions,
  limits: Limits & SearchLimits,
  courtesy: Courtesy,
): Promise<Judged> {
  const { model, interpreter } = prepared;
  const symmetry = reductions.symmetry ? symmetryOf(model, mirrorsOf(prepared)) : null;
  const problem = { interpreter, classify: (state: Vector) => classify(prepared, state), symmetry };
  let result = await search(problem, reductions, limits, courtesy);
  // Chaining keeps the length of ways to a standstill, but may lengthen the way to a crash.
  if (!result.nearest) {
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
  const { replay: replayed, ...told } = await verdictOf();
  return {
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    megabytes: Math.round(result.bytes / 1e4) / 100,
    ...told,
    witnesses: model.machine.witnesses.map(({ what }, index) => ({ what, seen: seen(index) })),
    replay: replayed,
  };

  async function verdictOf(): Promise<Pick<Simulation, 'verdict' | 'sentence' | 'cycle' | 'trace' | 'replay'>> {
    const evidence = (path: readonly Move[], lap: Lap | null) => ({
      trace: traceOf(prepared, path),
      replay: replayString(prepared, path, lap),
    });
    if (violation)
      return {
        verdict: violation.kind,
        ...explain(prepared, violation.kind, violation.state),
        ...evidence(violation.path, null),
      };
    const nothing = { cycle: [], trace: [], replay: '' };
    if (limit !== null) {
      const sentence = result.untraced
        ? `There is a ${result.untraced}, but the search for a way to it ended at its limit of ${limit}.`
        : `No violation was found, but the search ended at its limit of ${limit}.`;
      return { verdict: 'incomplete', sentence, ...nothing };
    }
    if (result.cyclic) {
      const { livelock, complete, states } = await findLivelock(
        interpreter,
        limits.livelockStates,
        limits.deadline,
        courtesy,
      );
      if (livelock) {
        const { way, lap, closed } = livelock;
        const found = evidence([...way, ...lap], { from: way.length, closed });
        return { cycle: [], ...explainLivelock(model, livelock), ...found };
      }
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
function unsearched(chosen: Chosen, limits: Limits, limit: string): Simulation {
  return {
    ...named(chosen, limits, 'incomplete'),
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
  const followed = follow(text, scenario);
  const { prepared, path, states } = followed;
  const { verdict, ...told } = shownBy(followed);
  return {
    ...named(prepared, defaultLimits, verdict),
    states: states.length,
    transitions: path.length,
    depth: path.length,
    seconds: 0,
    megabytes: 0,
    ...told,
    trace: traceOf(prepared, path),
    witnesses: [],
    replay: text.trim(),
  };
}

/** What is wrong at the end of a path, or with its lap. Throws UserError if nothing is. */
function shownBy({ prepared, path, states, lap }: Followed): Pick<Simulation, 'verdict' | 'sentence' | 'cycle'> {
  const { interpreter, model } = prepared;
  const last = states.at(-1) ?? interpreter.initial();
  if (lap === null && interpreter.moves(last).length === 0) {
    const kind = classify(prepared, last);
    if (kind !== 'done') return { verdict: kind, ...explain(prepared, kind, last) };
  }
  const round = lap === null ? [] : states.slice(lap.from);
  const running = new Set(path.slice(lap?.from).map((move) => move.process));
  const goesOn = (state: Vector, process: number): boolean => interpreter.movesOf(state, process).length > 0;
  // Somebody who can always go on does so in the end.
  const starves = [...model.machine.processes.keys()].some(
    (process) => !running.has(process) && round.every((state) => goesOn(state, process)),
  );
  if (lap === null || starves || !round[0]?.every((value, slot) => value === last[slot]))
    throw new UserError('the replay string ends where nothing is wrong');
  const stuck = waiting(interpreter, last, running);
  return { ...explainLivelock(model, { stuck, running: [...running], closed: lap.closed }), cycle: [] };
}
