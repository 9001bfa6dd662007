import { breathe, type Courtesy } from '../text.js';
import { hasCycle } from './cycles.js';
import { createExplorer, EngineLimit, type Explorer, type ExplorerOptions } from './explorer.js';
import type { Interpreter, Move, Vector } from './interpret.js';
import type { Machine } from './machine.js';
import type { Symmetry } from './symmetry.js';
import type { Limits, Reductions } from './types.js';

/** Why a state from which nothing goes on is what it is. `done`: everything has ended as it should. */
export type Terminal = 'done' | 'deadlock' | 'crash' | 'leak';

export interface SearchResult {
  readonly violation: {
    readonly kind: Exclude<Terminal, 'done'>;
    readonly path: readonly Move[];
    readonly state: Vector;
  } | null;
  /** No crash can be nearer than the violation, or as near. Steps that are chained may hide one. */
  readonly nearest: boolean;
  /** A violation is there, but the search for a way to it has ended early. */
  readonly untraced: Terminal | null;
  /** Some state can be reached again from itself; false if the machine cannot go round, or the search ended early. */
  readonly cyclic: boolean;
  /** Which limit ended the search early. */
  readonly limit: string | null;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly bytes: number;
  /** One per witness of the machine: 1 if it was seen. */
  readonly witnessed: Uint8Array;
}

export interface SearchLimits extends Pick<Limits, 'maxStates' | 'seconds' | 'megabytes'> {
  /** When `seconds` are over, a time of performance.now(). */
  readonly deadline: number;
}

export interface SearchProblem {
  readonly interpreter: Interpreter;
  readonly classify: (state: Vector) => Terminal;
  readonly symmetry: Symmetry | null;
}

/** States whose shortest distance is the same, in the order they were found. */
class Buckets {
  private readonly levels: number[][] = [];

  add(state: number, distance: number): void {
    const level = this.levels[distance];
    if (level) level.push(state);
    else this.levels[distance] = [state];
  }

  get length(): number {
    return this.levels.length;
  }

  take(distance: number): readonly number[] {
    return this.levels[distance] ?? [];
  }

  drop(distance: number): void {
    this.levels[distance] = [];
  }
}

const severity: readonly Terminal[] = ['done', 'leak', 'deadlock', 'crash'];
/** States between two looks at the clock: few, as one takes a millisecond in the largest models. */
const slice = 32;
/** How many times as many states as up to a violation it is worth to visit beyond it before steps are no longer chained. */
const beyond = 4;

/**
 * Visits every reachable state in the order of its distance, so that the first violation has a shortest trace. Of several
 * at the same distance the gravest is taken. Rejects with `signal.reason` once the signal is aborted.
 */
export async function search(
  problem: SearchProblem,
  reductions: Reductions,
  limits: SearchLimits,
  courtesy: Courtesy,
): Promise<SearchResult> {
  const { interpreter } = problem;
  const buckets = new Buckets();
  const { loops } = interpreter.machine;
  const free: number[] = [];
  const explorer = openExplorer(interpreter.machine, {
    chaining: reductions.chaining,
    symmetry: reductions.symmetry ? problem.symmetry : null,
    found: (state, distance) => buckets.add(state, distance),
    free: loops ? (state) => free.push(state) : null,
  });
  if (explorer instanceof EngineLimit) return nothingSearched(interpreter.machine, explorer.message);
  let transitions = 0;
  let expanded = 0;
  let pause = performance.now() + 20;
  let limit: string | null = null;
  let worst: { kind: Terminal; state: number } = { kind: 'done', state: -1 };

  const expand = (state: number): number => {
    try {
      return explorer.expand(state);
    } catch (error) {
      if (!(error instanceof EngineLimit)) throw error;
      limit = `${error.message}, ${Math.round(explorer.bytes() / 1e6)} MB`;
      return 1;
    }
  };
  const visit = (state: number): void => {
    const successors = expand(state);
    if (successors > 0) {
      transitions += successors;
      return;
    }
    const kind = problem.classify(explorer.load(state));
    if (severity.indexOf(kind) > severity.indexOf(worst.kind)) worst = { kind, state };
  };
  const isDue = (): boolean =>
    ++expanded % slice === 0 && (performance.now() > pause || explorer.count() > limits.maxStates);
  const rest = async (): Promise<void> => {
    if (explorer.count() > limits.maxStates) limit = `${limits.maxStates} states`;
    else if (explorer.bytes() > limits.megabytes * 1e6) limit = `${limits.megabytes} MB`;
    else if (performance.now() > limits.deadline) limit = `${limits.seconds} s`;
    courtesy.progress?.('states', explorer.count(), limits.maxStates);
    await breathe(courtesy);
    pause = performance.now() + 20;
  };

  explorer.start();
  let depth = 0;
  /** Visits the states at one distance. */
  const visitLevel = async (distance: number): Promise<void> => {
    const level = buckets.take(distance);
    for (let at = 0; at < level.length && limit === null; at++) {
      const state = level[at] ?? 0;
      if (explorer.distance(state) === distance) visit(state);
      if (isDue()) await rest();
    }
    buckets.drop(distance);
  };
  if (reductions.chaining) {
    for (; depth < buckets.length && worst.kind === 'done' && limit === null; depth++) await visitLevel(depth);
  } else {
    let next = 0;
    for (; next < explorer.count() && worst.kind === 'done' && limit === null; depth++) {
      const end = explorer.count();
      while (next < end && limit === null) {
        visit(next++);
        if (isDue()) await rest();
      }
    }
  }
  let found: SearchResult['violation'] = null;
  if (worst.kind !== 'done') {
    const trace = rebuild(problem, reductions, explorer, worst.state);
    // Where representatives are not unique, the way back may not be found by names; then look for it without renaming.
    if (!trace) {
      const again = await search(problem, { ...reductions, symmetry: false }, limits, courtesy);
      return again.violation ? again : { ...again, untraced: worst.kind };
    }
    found = { kind: worst.kind, ...trace };
  }
  const isCrash = (): boolean => worst.kind === 'crash';
  /**
   * Goes on behind the violation, to where a crash that is as near would have been found: chaining comes to it at most as
   * many steps later as the processes make local steps after the last other one of each.
   */
  const isNearest = async (): Promise<boolean> => {
    if (!found || !reductions.chaining) return true;
    const [violated, most] = [depth - 1, (1 + beyond) * explorer.count()];
    const delay = (): number => explorer.longestRuns().reduce((sum, run) => sum + run, 0);
    for (; !isCrash() && depth < buckets.length && depth <= violated + delay(); depth++) {
      if (limit !== null || explorer.count() > most) return false;
      await visitLevel(depth);
    }
    return limit === null && !isCrash();
  };
  const nearest = await isNearest();
  return {
    violation: found,
    nearest,
    untraced: null,
    cyclic: loops && !found && limit === null && (await hasCycle(explorer, free, courtesy)),
    limit: found ? null : limit,
    states: explorer.count(),
    transitions,
    witnessed: explorer.witnessed(),
    bytes: explorer.bytes(),
    depth: found ? found.path.length : Math.max(depth - 1, 0),
  };
}

function openExplorer(machine: Machine, options: ExplorerOptions): Explorer | EngineLimit {
  try {
    return createExplorer(machine, options);
  } catch (error) {
    if (error instanceof EngineLimit) return error;
    throw error;
  }
}

function nothingSearched({ witnesses }: Machine, limit: string): SearchResult {
  const nothing = {
    violation: null,
    nearest: true,
    untraced: null,
    cyclic: false,
    states: 0,
    transitions: 0,
    depth: 0,
    bytes: 0,
  };
  return { ...nothing, limit, witnessed: new Uint8Array(witnesses.length) };
}

/** The moves that lead to a state, found again from the chain of its parents; null if symmetry hides them. */
function rebuild(
  problem: SearchProblem,
  reductions: Reductions,
  explorer: Explorer,
  state: number,
): { path: Move[]; state: Vector } | null {
  const { interpreter } = problem;
  const chain: number[] = [];
  for (let at = state; at >= 0; at = explorer.parent(at)) chain.unshift(at);
  const path: Move[] = [];
  const settle = (from: Vector, process: number, moves: Move[]): Vector => {
    const running = interpreter.machine.processes[process];
    let current = from;
    while (reductions.chaining && running && interpreter.instruction(current, running).local) {
      const move = interpreter.movesOf(current, process)[0];
      if (!move) break;
      moves.push(move);
      current = interpreter.fire(current, move);
    }
    return current;
  };
  let current = interpreter.initial();
  interpreter.machine.processes.forEach((_, process) => {
    current = settle(current, process, path);
  });
  for (const next of chain.slice(1)) {
    const steps = interpreter.moves(current).map((move) => {
      const moves = [move];
      return { moves, after: settle(interpreter.fire(current, move), move.process, moves) };
    });
    // Nearly always one of them fits as it is renamed in the search.
    const step =
      steps.find(({ after }) => explorer.matches(after, next, 'usual')) ??
      steps.find(({ after }) => explorer.matches(after, next, 'all'));
    if (!step) {
      if (reductions.symmetry) return null;
      throw new Error('the search and the interpreter disagree');
    }
    path.push(...step.moves);
    current = step.after;
  }
  return { path, state: current };
}
