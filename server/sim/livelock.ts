import { breathe, type Courtesy } from '../text.js';
import { endless, type Interpreter, type Move, type Vector } from './interpret.js';

/** A cycle that tasks can go round for ever, although each that can go on at all times does. */
export interface Livelock {
  /** A way to the cycle and once round. */
  readonly path: readonly Move[];
  readonly state: Vector;
  /** Processes that are on the cycle but take no step in it and can take none. */
  readonly stuck: readonly number[];
  /** Processes that go round. */
  readonly running: readonly number[];
  /** No way leads out of the cycle. */
  readonly closed: boolean;
}

/** A move together with the local steps of the same process that follow it. */
interface Edge {
  readonly process: number;
  readonly moves: readonly Move[];
  readonly next: number;
}

interface Node {
  readonly state: Vector;
  readonly edges: readonly Edge[];
  readonly parent: number;
  readonly by: readonly Move[];
}

/** Runs the local steps of a process from `from` and adds them to `moves`. */
function settle(interpreter: Interpreter, from: Vector, index: number, moves: Move[]): Vector {
  const process = interpreter.machine.processes[index];
  let state = from;
  while (process && interpreter.instruction(state, process).local) {
    const move = interpreter.moves(state).find((candidate) => candidate.process === index);
    if (!move) break;
    if (moves.push(move) > 9999) endless();
    state = interpreter.fire(state, move);
  }
  return state;
}

/** All states with their edges, by breadth-first search; null if there are more than `limit`. */
async function explore(interpreter: Interpreter, limit: number, courtesy: Courtesy): Promise<Node[] | null> {
  const key = (state: Vector): string => String.fromCharCode(...state);
  const lead: Move[] = [];
  let start = interpreter.initial();
  for (const index of interpreter.machine.processes.keys()) start = settle(interpreter, start, index, lead);
  const known = new Map([[key(start), 0]]);
  const found: Omit<Node, 'edges'>[] = [{ state: start, parent: -1, by: lead }];
  const nodes: Node[] = [];
  for (const here of found) {
    if (found.length > limit) return null;
    const at = nodes.length;
    const edges = interpreter.moves(here.state).map((move): Edge => {
      const moves = [move];
      const after = settle(interpreter, interpreter.fire(here.state, move), move.process, moves);
      const name = key(after);
      const next = known.get(name) ?? found.length;
      if (next === found.length) {
        known.set(name, next);
        found.push({ state: after, parent: at, by: moves });
      }
      return { process: move.process, moves, next };
    });
    nodes.push({ ...here, edges });
    if (at % 500 === 499) await breathe(courtesy);
  }
  return nodes;
}

/** Strongly connected components that contain a cycle (Tarjan, without recursion). */
function cyclicComponents(nodes: readonly Node[]): number[][] {
  const order = new Int32Array(nodes.length).fill(-1);
  const low = new Int32Array(nodes.length);
  const open = new Uint8Array(nodes.length);
  const stack: number[] = [];
  const components: number[][] = [];
  let count = 0;
  for (let root = 0; root < nodes.length; root++) {
    if (order[root] !== -1) continue;
    const calls = [{ node: root, edge: 0 }];
    while (calls.length > 0) {
      const call = calls.at(-1);
      if (!call) break;
      const { node } = call;
      if (call.edge === 0) {
        order[node] = low[node] = count++;
        stack.push(node);
        open[node] = 1;
      }
      const target = nodes[node]?.edges[call.edge++]?.next;
      if (target !== undefined) {
        if (order[target] === -1) calls.push({ node: target, edge: 0 });
        else if (open[target]) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.node;
      if (caller !== undefined) low[caller] = Math.min(low[caller] ?? 0, low[node] ?? 0);
      if (low[node] !== order[node]) continue;
      const component: number[] = [];
      for (let member = -1; member !== node; ) {
        member = stack.pop() ?? node;
        open[member] = 0;
        component.push(member);
      }
      if (component.length > 1 || nodes[node]?.edges.some((edge) => edge.next === node)) components.push(component);
    }
  }
  return components;
}

/** Processes that go on inside the component, and whether one is ready in all of it without ever going on. */
function fairness(
  nodes: readonly Node[],
  component: readonly number[],
): { running: Set<number>; starved: boolean; closed: boolean } {
  const inside = new Set(component);
  const running = new Set<number>();
  let always = new Set(nodes[component[0] ?? 0]?.edges.map((edge) => edge.process));
  let closed = true;
  for (const index of component) {
    const edges = nodes[index]?.edges ?? [];
    const enabled = new Set(edges.map((edge) => edge.process));
    for (const edge of edges)
      if (inside.has(edge.next)) running.add(edge.process);
      else closed = false;
    always = new Set([...always].filter((process) => enabled.has(process)));
  }
  return { running, closed, starved: [...always].some((process) => !running.has(process)) };
}

/** A shortest walk inside the component from `from` whose last edge satisfies `done`. */
function walk(
  nodes: readonly Node[],
  inside: ReadonlySet<number>,
  from: number,
  done: (edge: Edge) => boolean,
): { moves: Move[]; end: number } {
  const back = new Map<number, { from: number; edge: Edge }>();
  const queue = [from];
  for (const index of queue)
    for (const edge of nodes[index]?.edges ?? []) {
      if (!inside.has(edge.next)) continue;
      if (done(edge)) {
        const edges = [edge];
        for (let step = back.get(index); step; step = step.from === from ? undefined : back.get(step.from))
          edges.unshift(step.edge);
        return { moves: edges.flatMap(({ moves }) => moves), end: edge.next };
      }
      if (edge.next === from || back.has(edge.next)) continue;
      back.set(edge.next, { from: index, edge });
      queue.push(edge.next);
    }
  return { moves: [], end: from };
}

/** Once round the component from `start`, with a step of every process that runs in it. */
function lap(
  nodes: readonly Node[],
  component: readonly number[],
  start: number,
  running: ReadonlySet<number>,
): Move[] {
  const inside = new Set(component);
  const moves: Move[] = [];
  let at = start;
  for (const process of running) {
    if (moves.some((move) => move.process === process)) continue;
    const part = walk(nodes, inside, at, (edge) => edge.process === process);
    moves.push(...part.moves);
    at = part.end;
  }
  if (at !== start) moves.push(...walk(nodes, inside, at, (edge) => edge.next === start).moves);
  return moves;
}

/**
 * Looks for a cycle that weak fairness does not end, in which somebody has not finished. 'unknown' if there are more than
 * `limit` states. Rejects with `signal.reason` once the signal is aborted.
 */
export async function findLivelock(
  interpreter: Interpreter,
  limit: number,
  courtesy: Courtesy,
): Promise<Livelock | null | 'unknown'> {
  const nodes = await explore(interpreter, limit, courtesy);
  if (!nodes) return 'unknown';
  const { processes } = interpreter.machine;
  const found = cyclicComponents(nodes).flatMap((component) => {
    const { running, starved, closed } = fairness(nodes, component);
    const start = Math.min(...component);
    const state = nodes[start]?.state;
    if (starved || !state) return [];
    const unfinished = processes.flatMap((process, index) =>
      interpreter.instruction(state, process).rest ? [] : [index],
    );
    return unfinished.length > 0 ? [{ component, running, start, state, unfinished, closed }] : [];
  });
  const nearest = found.sort((left, right) => left.start - right.start)[0];
  if (!nearest) return null;
  const ways: Move[][] = [];
  for (let at = nearest.start; at >= 0; at = nodes[at]?.parent ?? -1) ways.unshift([...(nodes[at]?.by ?? [])]);
  const path = [...ways.flat(), ...lap(nodes, nearest.component, nearest.start, nearest.running)];
  const stuck = nearest.unfinished.filter((index) => !nearest.running.has(index));
  return { path, state: nearest.state, stuck, running: [...nearest.running], closed: nearest.closed };
}
