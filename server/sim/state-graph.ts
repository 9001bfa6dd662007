import { breathe, type Courtesy } from '../text.js';
import { endless, type Interpreter, type Move, mostLocal, type Vector } from './interpret.js';

/** A way from one state to the next: one move of a process, and the local steps of it that follow. */
export interface Edge {
  readonly process: number;
  readonly next: number;
}

/**
 * States and the ways between them, found breadth first by the interpreter. Hundreds of thousands of states must fit, so a
 * state is kept as a string, and the moves of a way are found again when they are asked for.
 */
export class StateGraph {
  private readonly states: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly parents: number[] = [];
  /** Where the ways out of each state begin, in the two lists after it. */
  private readonly first = [0];
  private readonly process: number[] = [];
  private readonly next: number[] = [];
  private readonly lead: Move[] = [];

  private constructor(private readonly interpreter: Interpreter) {
    const start = interpreter.initial();
    for (const index of interpreter.machine.processes.keys()) this.settle(start, index, this.lead);
    this.add(start, -1);
  }

  /** Visits states until all have been, more than `limit` are known, or the clock (performance.now()) is at `deadline`. */
  static async explore(
    interpreter: Interpreter,
    limit: number,
    deadline: number,
    courtesy: Courtesy,
  ): Promise<StateGraph> {
    const graph = new StateGraph(interpreter);
    for (let at = 0; at < graph.states.length && graph.states.length <= limit; at++) {
      graph.visit(at);
      if (at % 500 !== 499) continue;
      if (performance.now() > deadline) break;
      await breathe(courtesy);
    }
    return graph;
  }

  /** States whose ways out are known: 0 … visited-1. */
  get visited(): number {
    return this.first.length - 1;
  }

  /** No state is left out. */
  get complete(): boolean {
    return this.visited === this.states.length;
  }

  state(at: number): Vector {
    const text = this.states[at] ?? '';
    const state = new Int32Array(text.length);
    for (let slot = 0; slot < state.length; slot++) state[slot] = text.charCodeAt(slot);
    return state;
  }

  /** Ways out of a state; none if it has not been visited. */
  *edges(at: number): Generator<Edge> {
    const end = this.first[at + 1] ?? 0;
    for (let edge = this.first[at] ?? end; edge < end; edge++)
      yield { process: this.process[edge] ?? 0, next: this.next[edge] ?? 0 };
  }

  /** The number of the state that the `index`-th way out leads to; undefined if there is none. */
  successor(at: number, index: number): number | undefined {
    const edge = (this.first[at] ?? 0) + index;
    return edge < (this.first[at + 1] ?? 0) ? this.next[edge] : undefined;
  }

  /** The moves of one way. */
  moves(from: number, { process, next }: Edge): Move[] {
    const state = this.state(from);
    for (const move of this.interpreter.movesOf(state, process)) {
      const moves = [move];
      const after = this.interpreter.fire(state, move);
      this.settle(after, process, moves);
      if (keyOf(after) === this.states[next]) return moves;
    }
    throw new Error('a way between two states is lost');
  }

  /** The moves of a shortest way from the initial state. */
  path(to: number): Move[] {
    const ways: Move[][] = [];
    for (let at = to; at > 0; ) {
      const from = this.parents[at] ?? 0;
      for (const edge of this.edges(from)) {
        if (edge.next !== at) continue;
        ways.unshift(this.moves(from, edge));
        break;
      }
      at = from;
    }
    return [...this.lead, ...ways.flat()];
  }

  private add(state: Vector, parent: number): number {
    const key = keyOf(state);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.states.length);
    this.parents.push(parent);
    return this.states.push(key) - 1;
  }

  private visit(at: number): void {
    const state = this.state(at);
    for (const move of this.interpreter.moves(state)) {
      const after = this.interpreter.fire(state, move);
      this.settle(after, move.process, []);
      this.process.push(move.process);
      this.next.push(this.add(after, at));
    }
    this.first.push(this.next.length);
  }

  /** Runs the local steps of a process, which changes `state`, and adds them to `moves`. */
  private settle(state: Vector, index: number, moves: Move[]): void {
    const { interpreter } = this;
    const process = interpreter.machine.processes[index];
    while (process && interpreter.instruction(state, process).local) {
      const move = interpreter.movesOf(state, index)[0];
      if (!move) break;
      if (moves.push(move) > mostLocal) endless();
      interpreter.advance(state, move);
    }
  }
}

function keyOf(state: Vector): string {
  let key = '';
  // An engine takes only so many arguments.
  for (let at = 0; at < state.length; at += 8192) key += String.fromCharCode(...state.subarray(at, at + 8192));
  return key;
}

/** Strongly connected components that contain a cycle (Tarjan, without recursion). */
export function cyclicComponents(graph: StateGraph): number[][] {
  const count = graph.visited;
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const open = new Uint8Array(count);
  const stack: number[] = [];
  const components: number[][] = [];
  let found = 0;
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue;
    const calls = [{ node: root, edge: 0 }];
    while (calls.length > 0) {
      const call = calls.at(-1);
      if (!call) break;
      const { node } = call;
      if (call.edge === 0) {
        order[node] = low[node] = found++;
        stack.push(node);
        open[node] = 1;
      }
      const target = graph.successor(node, call.edge++);
      if (target !== undefined) {
        if (target >= count) continue;
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
      const itself = component.length === 1 && [...graph.edges(node)].some(({ next }) => next === node);
      if (component.length > 1 || itself) components.push(component);
    }
  }
  return components;
}
