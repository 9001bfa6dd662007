import { type Flow, type FlowEdge, type FlowNode, flowOf } from '../../c/flow.js';
import type { CFunction, Expr } from '../../c/types.js';
import { UserError } from '../../text.js';
import type { Step } from '../scenario.js';
import { makeCall } from './calls.js';
import { isLast } from './completion.js';
import type { Context } from './context.js';
import { emptyFact, evaluate, foresee, placeOf, type Request, request } from './evaluate.js';
import type { Block, Exit, Graph, Way } from './graph.js';
import { takeFromList } from './lists.js';
import { liveAt, reducedKey } from './liveness.js';
import { save, takeOver } from './memory.js';
import { type Alternative, bioName, type Outcome, placeOfCall } from './outcome.js';
import { type Frame, fork, learn, localPlace, type State, top, truth } from './state.js';
import { number, term, type Value } from './value.js';

/** The most blocks of one program, before simplification; beyond it the code is too much for this method. */
const mostBlocks = 30_000;
/** And the longest that it may take. */
const mostSeconds = 60;
/** A counted loop is followed round by round up to here; then its counter counts as unknown. */
const mostRounds = 40;

/** Numbers the places that blocks go to. */
interface Targets {
  /** The block that goes on from a state. */
  readonly to: (state: State) => number;
  /** A block of these steps, which then goes on from the state. */
  readonly via: (steps: readonly Step[], state: State) => number;
}

/**
 * Runs `fn` on symbolic values along every way through it and the functions it calls, and keeps what matters to forward progress.
 * Ways that come to the same place with the same knowledge are one from there on, so loops stay loops. Throws UserError
 * when there are too many.
 */
export function extract(
  context: Context,
  fn: CFunction,
  args: readonly Value[],
  prepare: (state: State) => void,
): Graph {
  const blocks: Block[] = [];
  const known = new Map<string, number>();
  const todo: { readonly id: number; readonly state: State }[] = [];
  let count = 0;
  const most = context.most ?? mostBlocks;
  const fresh = (): number => {
    if (count >= most) throw new UserError(`${fn.name}(): more than ${most} places; too much to extract`);
    return count++;
  };
  const target: Targets = {
    to: (state) => {
      const key = reducedKey(context, state);
      const id = known.get(key) ?? fresh();
      if (!known.has(key)) {
        known.set(key, id);
        todo.push({ id, state });
      }
      return id;
    },
    via: (steps, state) => {
      const id = fresh();
      blocks[id] = { steps, exit: { kind: 'go', to: target.to(state) } };
      return id;
    },
  };
  const start: State = { frames: [], store: new Map(), facts: new Map(), steps: [] };
  enter(context, start, fn, args, null);
  prepare(start);
  target.to(start);
  const started = performance.now();
  for (let next = todo.pop(); next; next = todo.pop()) {
    if (performance.now() - started > mostSeconds * 1000)
      throw new UserError(`${fn.name}(): not done after ${mostSeconds} seconds; too much to extract`);
    blocks[next.id] = runBlock(context, next.state, target);
  }
  return blocks;
}

function enter(context: Context, state: State, fn: CFunction, args: readonly Value[], call: Expr | null): void {
  const flow = flowOf(fn);
  context.entered.add(fn.name);
  const depth = state.frames.push({
    fn,
    flow,
    node: flow.entry,
    temps: new Map(),
    result: null,
    call,
    open: new Set(),
    visits: new Map(),
  });
  for (const [position, { name }] of fn.params.entries()) {
    const place = localPlace(depth, name);
    state.store.set(place, args[position] ?? term(place));
  }
}

/** Goes on from a state to the next place where ways part or meet. */
function runBlock(context: Context, state: State, target: Targets): Block {
  const steps: Step[] = [];
  for (;;) {
    const before = steps.length;
    const { last } = context;
    const isCounted = last !== null && isLast(state);
    const frames = [...state.frames];
    const result = advance(context, state, steps, target);
    for (const { at } of steps.slice(before)) noteCallers(context, at, frames);
    if (isCounted) last.steps.push(...steps.splice(before));
    if (result !== null) return { steps, exit: result };
  }
}

/** Remembers through which calls a step was come to. */
function noteCallers({ callers }: Context, at: string, frames: readonly Frame[]): void {
  const calls = frames.flatMap((frame, depth) => {
    const call = frames[depth + 1]?.call;
    return call ? [placeOfCall(frame, call)] : [];
  });
  const chain = calls.reverse();
  const known = callers.get(at) ?? chain;
  const parted = known.findIndex((call, depth) => call !== chain[depth]);
  callers.set(at, parted < 0 ? known : known.slice(0, parted));
}

/** One node of the top function, or one call in it; the exit if the block ends there. */
function advance(context: Context, state: State, steps: Step[], target: Targets): Exit | null {
  const frame = top(state);
  const node = frame.flow.nodes[frame.node];
  if (!node) throw new Error(`${frame.fn.name}: no node ${frame.node}`);
  if (node.kind === 'exit') return leave(state);
  const expr = evaluated(node);
  if (expr) {
    const wanted = request(context, state, expr);
    if (wanted?.kind === 'test') return decide(context, state, wanted.test, target);
    if (wanted?.kind === 'next') return followList(context, state, wanted, target);
    if (wanted) {
      const outcome = makeCall(context, state, wanted.call);
      // Another bio is there or not: nobody knows how often the loop goes round.
      if (outcome.kind === 'try' && node.stmt?.kind === 'loop') frame.open.add(lineOf(node.stmt));
      steps.push(...state.steps.splice(0));
      return called(state, wanted.call, outcome, steps, target, context);
    }
  }
  if (node.kind === 'test') return test(context, state, node, steps, target);
  if (node.kind === 'fork') return choose(context, state, node, target);
  if (node.stmt) carryOut(context, state, node);
  steps.push(...state.steps.splice(0));
  const [edge] = node.next;
  return edge ? move(state, edge.to, target) : { kind: 'end' };
}

/** What a node evaluates. */
function evaluated(node: FlowNode): Expr | null {
  return node.stmt?.kind === 'loop' && node.kind === 'fork' ? null : node.expr;
}

/** A statement whose calls have been made. */
function carryOut(context: Context, state: State, node: FlowNode): void {
  const frame = top(state);
  const { stmt, expr } = node;
  if (stmt?.kind === 'decl') {
    const place = localPlace(state.frames.length, stmt.name);
    if (expr && stmt.type === 'struct bio_list') takeOver(state, place, placeOf(context, state, expr));
    else if (expr && expr.kind !== 'list') save(state, place, evaluate(context, state, expr));
    else
      for (const known of state.store.keys())
        if (known === place || known.startsWith(`${place}.`)) state.store.delete(known);
  } else if (stmt?.kind === 'return') {
    frame.result = expr ? evaluate(context, state, expr) : null;
  } else if (expr) {
    evaluate(context, state, expr);
  }
}

/** Goes to a node; where several ways meet, the block ends. */
function move(state: State, to: number, target: Targets): Exit | null {
  const frame = top(state);
  frame.node = to;
  frame.temps.clear();
  const node = frame.flow.nodes[to];
  if (node?.stmt?.kind === 'loop' && node.kind === 'step' && node.expr === null) meetLoop(state, frame, to);
  return isJoin(frame.flow, to) ? { kind: 'go', to: target.to(state) } : null;
}

/** At the head of a loop whose test is open, or that goes round too often, counters count as unknown. */
function meetLoop(state: State, frame: Frame, head: number): void {
  const visits = (frame.visits.get(head) ?? 0) + 1;
  frame.visits.set(head, visits);
  const { stmt } = frame.flow.nodes[head] ?? {};
  if (visits < 3 || !stmt || (!frame.open.has(lineOf(stmt)) && visits <= mostRounds)) return;
  for (const name of liveAt(frame.fn, head).assigned) {
    const place = localPlace(state.frames.length, name);
    if (state.store.get(place)?.kind === 'number') state.store.set(place, term(`~${place}`));
  }
}

const lineOf = (stmt: { readonly range: { readonly line: number; readonly column: number } }): number =>
  stmt.range.line * 1000 + stmt.range.column;

const joins = new WeakMap<Flow, ReadonlySet<number>>();

/** Nodes that several edges lead to. */
function isJoin(flow: Flow, node: number): boolean {
  let found = joins.get(flow);
  if (!found) {
    const count = new Map<number, number>();
    for (const { next } of flow.nodes) for (const { to } of next) count.set(to, (count.get(to) ?? 0) + 1);
    found = new Set([...count].filter(([, n]) => n > 1).map(([to]) => to));
    joins.set(flow, found);
  }
  return found.has(node);
}

/** Returns to the caller. */
function leave(state: State): Exit | null {
  const frame = state.frames.pop();
  if (!frame || state.frames.length === 0) return { kind: 'end' };
  const depth = state.frames.length + 1;
  for (const place of state.store.keys()) if (place.startsWith(`${depth}:`)) state.store.delete(place);
  for (const text of state.facts.keys()) if (text.includes(`~${depth}:`)) state.facts.delete(text);
  if (frame.call) top(state).temps.set(frame.call, frame.result ?? number(0));
  return null;
}

function called(
  state: State,
  call: Expr,
  outcome: Outcome,
  steps: Step[],
  target: Targets,
  context: Context,
): Exit | null {
  const { temps } = top(state);
  switch (outcome.kind) {
    case 'value':
      temps.set(call, outcome.value);
      steps.push(...outcome.steps);
      return null;
    case 'enter':
      steps.push(...outcome.steps);
      enter(context, state, outcome.fn, outcome.args, call);
      return null;
    case 'try': {
      const failed = fork(state);
      if (outcome.step.do === 'pop') failed.facts.set(emptyFact(outcome.step.list), true);
      top(failed).temps.set(call, outcome.otherwise);
      temps.set(call, outcome.value);
      return { kind: 'try', step: outcome.step, to: target.to(state), fail: target.to(failed) };
    }
    case 'either':
      return either(state, call, outcome.ways, steps, target);
  }
}

/** Each way starts with steps of its own, in a block of its own. */
function either(
  state: State,
  call: Expr,
  alternatives: readonly Alternative[],
  steps: Step[],
  target: Targets,
): Exit | null {
  const [only, ...others] = alternatives;
  if (only && others.length === 0 && only.when === null) {
    top(state).temps.set(call, only.apply(state));
    steps.push(...only.steps);
    return null;
  }
  const ways = alternatives.map(({ when, steps: own, apply }): Way => {
    const copy = fork(state);
    top(copy).temps.set(call, apply(copy));
    return { when, about: when === null ? 'no need to split' : 'a reason to split', to: target.via(own, copy) };
  });
  return { kind: 'choose', ways, at: placeOfCall(top(state), call) };
}

/** The next bio of a list whose bios are taken one by one. */
function followList(
  context: Context,
  state: State,
  { of, bio, list }: Extract<Request, { kind: 'next' }>,
  target: Targets,
): Exit {
  const at = placeOfCall(top(state), of);
  const next = bioName(context, state, of, 'next');
  const outcome = takeFromList(state, next, list, true, at);
  const ended = fork(state);
  ended.facts.set(emptyFact(list), true);
  for (const [one, value] of [
    [state, outcome.value],
    [ended, outcome.otherwise],
  ] as const) {
    one.store.set(`$${bio}.bi_next`, value);
    top(one).temps.set(of, value);
  }
  return { kind: 'try', step: outcome.step, to: target.to(state), fail: target.to(ended) };
}

/** Both outcomes of a test inside an expression. */
function decide(context: Context, state: State, test: Expr, target: Targets): Exit {
  const value = foresee(context, state, test);
  const ways = [true, false].map((holds): Way => {
    const copy = fork(state);
    learn(copy, value, holds);
    top(copy).temps.set(test, number(holds ? 1 : 0));
    return { when: guard(value, holds), about: finding(test, holds), to: target.to(copy) };
  });
  return { kind: 'choose', ways, at: placeOfCall(top(state), test) };
}

/** `error`, `not: ci.sector_count`. */
function finding(test: Expr, holds: boolean): string {
  return holds ? test.text : `not: ${test.text}`;
}

function guard(value: Value, holds: boolean): string | null {
  if (value.kind !== 'model') return null;
  return holds ? value.text : `!(${value.text})`;
}

function test(context: Context, state: State, node: FlowNode, steps: Step[], target: Targets): Exit | null {
  const frame = top(state);
  const value = node.expr ? evaluate(context, state, node.expr) : number(1);
  steps.push(...state.steps.splice(0));
  const holds = truth(state, value);
  const edges = node.next;
  if (holds !== null) {
    const edge = edges.find(({ when }) => when?.holds === holds) ?? edges[0];
    return edge ? move(state, edge.to, target) : { kind: 'end' };
  }
  if (node.stmt?.kind === 'loop') frame.open.add(lineOf(node.stmt));
  return branch(state, node, edges, target, (copy, edge) => {
    const outcome = edge.when?.holds ?? true;
    learn(copy, value, outcome);
    return guard(value, outcome);
  });
}

/** A switch, an iterator, or an `#if`. */
function choose(context: Context, state: State, node: FlowNode, target: Targets): Exit | null {
  if (node.stmt?.kind !== 'switch' || !node.expr) {
    if (node.stmt?.kind === 'loop') top(state).open.add(lineOf(node.stmt));
    return branch(state, node, node.next, target, () => null);
  }
  const cases = node.next.map((edge) => ({
    edge,
    value: edge.when ? foresee(context, state, edge.when.expr) : null,
  }));
  const open = cases.filter(({ value }) => value === null || truth(state, value) !== false);
  const certain = open.find(({ value }) => value !== null && truth(state, value) === true);
  const left = certain ? [certain] : open;
  const [only] = left;
  if (left.length === 1 && only) return move(state, only.edge.to, target);
  return branch(
    state,
    node,
    left.map(({ edge }) => edge),
    target,
    (copy, edge) => {
      for (const { edge: other, value } of cases) if (value) learn(copy, value, other === edge);
      return null;
    },
  );
}

function branch(
  state: State,
  node: FlowNode,
  edges: readonly FlowEdge[],
  target: Targets,
  note: (copy: State, edge: FlowEdge) => string | null,
): Exit {
  const ways = edges.map((edge): Way => {
    const copy = fork(state);
    const when = note(copy, edge);
    const exit = move(copy, edge.to, target);
    const about = edge.when ? finding(edge.when.expr, edge.when.holds) : '';
    return { when, about, to: exit?.kind === 'go' ? exit.to : target.to(copy) };
  });
  const at = node.expr ?? node.stmt;
  return { kind: 'choose', ways, at: at ? `${top(state).fn.name}() ${top(state).fn.path}:${at.range.line}` : '' };
}
