import { parseExpression } from '../expression.js';
import type { Step } from '../scenario.js';
import { sleeps } from './call-effects.js';
import { type Block, type Exit, type Graph, redirect, successors, type Way } from './graph.js';

/** The same program with nothing in it that makes no difference: empty blocks, choices without a choice, equal parts. */
export function simplify(graph: Graph): Graph {
  let current = graph;
  for (;;) {
    const next = merge(sleepingLoops(straighten(current)));
    if (next.length === current.length && same(next, current)) return next;
    current = next;
  }
}

function same(a: Graph, b: Graph): boolean {
  return a.every((block, i) => JSON.stringify(block) === JSON.stringify(b[i]));
}

/** Leads every exit past empty blocks, drops ways that lead nowhere new, and joins blocks that follow each other. */
function straighten(graph: Graph): Graph {
  const final = (id: number): number => {
    let at = id;
    for (let hops = 0; hops < graph.length; hops++) {
      const block = graph[at];
      if (!block || block.steps.length > 0 || block.exit.kind !== 'go') return at;
      at = block.exit.to;
    }
    return at;
  };
  const led = graph.map(
    (block, id): Block => ({ ...block, exit: choice(redirect(block.exit, final), id, block.steps.length === 0) }),
  );
  return renumber(joined(led), final(0));
}

/** A choice with one way that is always open is none. A way back to the choice itself, nothing done, is no way. */
function choice(exit: Exit, self: number, empty: boolean): Exit {
  if (exit.kind !== 'choose') return exit;
  const distinct = new Map<string, Way>();
  for (const way of exit.ways) {
    if (empty && way.to === self && way.when === null && exit.ways.length > 1) continue;
    distinct.set(`${way.when}:${way.to}`, way);
  }
  const ways = [...distinct.values()];
  const [only] = ways;
  const targets = new Set(ways.map(({ to }) => to));
  if (only && targets.size === 1 && (ways.length > 1 || only.when === null) && isTotal(ways))
    return { kind: 'go', to: only.to };
  // What may be taken anyway needs no guard.
  const open = new Set(ways.filter(({ when }) => when === null).map(({ to }) => to));
  return { ...exit, ways: ways.filter(({ when, to }) => when === null || !open.has(to)) };
}

/** Whether some way is open whatever holds. */
export function isTotal(ways: readonly Way[]): boolean {
  const conditions = new Set(ways.map(({ when }) => when));
  return conditions.has(null) || [...conditions].some((when) => conditions.has(`!(${when})`));
}

function joined(graph: Graph): Graph {
  const predecessors = countPredecessors(graph);
  const merged = [...graph];
  const follow = (id: number, seen: ReadonlySet<number>): Block => {
    const block = merged[id] ?? { steps: [], exit: { kind: 'end' } };
    if (block.exit.kind !== 'go') return block;
    const { to } = block.exit;
    const next = graph[to];
    if (!next || predecessors[to] !== 1 || seen.has(to) || to === 0) return block;
    const rest = follow(to, new Set([...seen, to]));
    return { steps: [...block.steps, ...rest.steps], exit: rest.exit };
  };
  for (const id of graph.keys()) merged[id] = follow(id, new Set([id]));
  return merged;
}

function countPredecessors(graph: Graph): number[] {
  const count = graph.map(() => 0);
  for (const { exit } of graph) for (const to of successors(exit)) count[to] = (count[to] ?? 0) + 1;
  return count;
}

/** Only what can be reached, in the order it is met; block 0 is the start. */
function renumber(graph: Graph, start: number): Graph {
  const order: number[] = [];
  const number = new Map<number, number>();
  const todo = [start];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (number.has(id)) continue;
    number.set(id, order.length);
    order.push(id);
    const block = graph[id];
    if (block) todo.push(...[...successors(block.exit)].reverse());
  }
  return order.flatMap((id) => {
    const block = graph[id];
    return block ? [{ ...block, exit: redirect(block.exit, (to) => number.get(to) ?? 0) }] : [];
  });
}

/** Blocks that do the same and go on alike are one: partition refinement. */
function merge(graph: Graph): Graph {
  const text = graph.map(({ steps, exit }) => JSON.stringify([steps, redirect(exit, () => 0)]));
  let classes = classify(text);
  for (;;) {
    const refined = classify(
      graph.map(({ exit }, id) => `${classes[id]}>${successors(exit).map((to) => classes[to])}`),
    );
    if (new Set(refined).size === new Set(classes).size) break;
    classes = refined;
  }
  const first = new Map<number, number>();
  for (const [id, own] of classes.entries()) if (!first.has(own)) first.set(own, id);
  const leader = (id: number): number => first.get(classes[id] ?? -1) ?? id;
  return renumber(
    graph.map((block) => ({ ...block, exit: redirect(block.exit, leader) })),
    leader(0),
  );
}

function classify(texts: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return texts.map((text) => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  });
}

const isSleep = (step: Step): boolean => step.do === 'wait' && step.text === sleeps;

/**
 * A loop that tests a condition and sleeps is a wait for it. Any other sleep ends by itself; a loop of sleeps whose
 * condition is not known is taken to end as well.
 */
function sleepingLoops(graph: Graph): Graph {
  const back = (from: number, to: number): boolean => {
    const block = graph[from];
    return block?.exit.kind === 'go' && block.exit.to === to && block.steps.length > 0 && block.steps.every(isSleep);
  };
  const waits = graph.map((block, id): Block => {
    const { exit } = block;
    if (exit.kind !== 'choose' || block.steps.some((step) => !isSleep(step))) return block;
    const [round, rest] = [exit.ways.filter(({ to }) => back(to, id)), exit.ways.filter(({ to }) => !back(to, id))];
    const [other] = rest;
    if (round.length === 0 || !other) return block;
    if (rest.length > 1 || other.when === null) return { ...block, exit: choice({ ...exit, ways: rest }, id, false) };
    const until = parseExpression(other.when);
    const wait: Step = { do: 'wait', at: exit.at, until, text: other.when, also: [], idle: false };
    return { steps: [wait], exit: { kind: 'go', to: other.to } };
  });
  const inLoop = new Set(graph.flatMap(({ exit }, id) => successors(exit).filter((next) => back(next, id))));
  return waits.map((block, id) =>
    inLoop.has(id) || !block.steps.some(isSleep)
      ? block
      : { ...block, steps: block.steps.filter((step) => !isSleep(step)) },
  );
}
