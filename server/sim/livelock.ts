import type { Courtesy } from '../text.js';
import type { Interpreter, Move, Vector } from './interpret.js';
import { cyclicComponents, type Edge, StateGraph } from './state-graph.js';

/** A cycle that tasks can go round for ever, although each that can go on at all times does. */
export interface Livelock {
  /** A way to the cycle, and once round from there. */
  readonly way: readonly Move[];
  readonly lap: readonly Move[];
  /** Processes that have not ended, take no step in the cycle and can take none. */
  readonly stuck: readonly number[];
  /** Processes that go round. */
  readonly running: readonly number[];
  /** No way leads out of the cycle. */
  readonly closed: boolean;
}

/** Memory for states, each of which takes a byte or two for each variable. */
const mostBytes = 400_000_000;

/** Processes that go on inside the component, and whether one is ready in all of it without ever going on. */
function fairness(
  graph: StateGraph,
  component: readonly number[],
): { running: Set<number>; starved: boolean; closed: boolean } {
  const inside = new Set(component);
  const running = new Set<number>();
  let always: Set<number> | null = null;
  let closed = true;
  for (const at of component) {
    const enabled = new Set<number>();
    for (const { process, next } of graph.edges(at)) {
      enabled.add(process);
      if (inside.has(next)) running.add(process);
      else closed = false;
    }
    const before: Set<number> = always ?? enabled;
    always = new Set([...before].filter((process) => enabled.has(process)));
  }
  return { running, closed, starved: [...(always ?? [])].some((process) => !running.has(process)) };
}

/** Processes that have not ended and are not among those that go round, in a state of the cycle. */
export function waiting(interpreter: Interpreter, state: Vector, running: ReadonlySet<number>): number[] {
  return interpreter.machine.processes.flatMap((process, index) =>
    running.has(index) || interpreter.instruction(state, process).rest ? [] : [index],
  );
}

/** A shortest walk inside the component from `from` whose last way satisfies `done`. */
function walk(
  graph: StateGraph,
  inside: ReadonlySet<number>,
  from: number,
  done: (edge: Edge) => boolean,
): { moves: Move[]; end: number } {
  const back = new Map<number, { from: number; edge: Edge }>();
  const queue = [from];
  for (const at of queue)
    for (const edge of graph.edges(at)) {
      if (!inside.has(edge.next)) continue;
      if (done(edge)) {
        const moves = [graph.moves(at, edge)];
        for (let step = back.get(at); step; step = step.from === from ? undefined : back.get(step.from))
          moves.unshift(graph.moves(step.from, step.edge));
        return { moves: moves.flat(), end: edge.next };
      }
      if (edge.next === from || back.has(edge.next)) continue;
      back.set(edge.next, { from: at, edge });
      queue.push(edge.next);
    }
  return { moves: [], end: from };
}

/** Once round the component from `start`, with a step of every process that runs in it. */
function lap(graph: StateGraph, component: readonly number[], start: number, running: ReadonlySet<number>): Move[] {
  const inside = new Set(component);
  const moves: Move[] = [];
  let at = start;
  for (const process of running) {
    if (moves.some((move) => move.process === process)) continue;
    const part = walk(graph, inside, at, (edge) => edge.process === process);
    moves.push(...part.moves);
    at = part.end;
  }
  if (at !== start) moves.push(...walk(graph, inside, at, (edge) => edge.next === start).moves);
  return moves;
}

/**
 * Looks for a cycle that weak fairness does not end, in at most `limit` states and until `deadline`, a time of
 * performance.now(). `complete` says that these were all states. Rejects with `signal.reason` once the signal is aborted.
 */
export async function findLivelock(
  interpreter: Interpreter,
  limit: number,
  deadline: number,
  courtesy: Courtesy,
): Promise<{ readonly livelock: Livelock | null; readonly complete: boolean; readonly states: number }> {
  const most = Math.min(limit, Math.floor(mostBytes / interpreter.machine.slots.length));
  const graph = await StateGraph.explore(interpreter, most, deadline, courtesy);
  const { visited: states, complete } = graph;
  const found = cyclicComponents(graph).flatMap((component) => {
    const { running, starved, closed } = fairness(graph, component);
    const start = component.reduce((least, at) => Math.min(least, at));
    return starved ? [] : [{ component, running, start, closed }];
  });
  const nearest = found.sort((left, right) => left.start - right.start)[0];
  if (!nearest) return { livelock: null, complete, states };
  const { component, start, running, closed } = nearest;
  const stuck = waiting(interpreter, graph.state(start), running);
  const [way, round] = [graph.path(start), lap(graph, component, start, running)];
  return { livelock: { way, lap: round, stuck, running: [...running], closed }, complete, states };
}
