import type { Step } from '../scenario.js';
import { type Block, type Graph, successors } from './graph.js';

/**
 * The programs without the locks that cannot matter: nobody who holds one ever waits, so whoever wants it gets it. A
 * lock that is held while another is taken counts as long as that other one matters.
 */
export function withoutHarmlessLocks(graphs: readonly Graph[]): readonly Graph[] {
  const matter = new Set<string>();
  for (let size = -1; size !== matter.size; ) {
    size = matter.size;
    for (const graph of graphs) for (const lock of heldWhileWaiting(graph, matter)) matter.add(lock);
  }
  return graphs.map((graph) => graph.map((block) => without(block, matter)));
}

function without(block: Block, matter: ReadonlySet<string>): Block {
  const steps = block.steps.filter((step) => (step.do !== 'lock' && step.do !== 'unlock') || matter.has(step.lock));
  return { ...block, steps };
}

/** The locks that are held at some step that may wait. */
function heldWhileWaiting(graph: Graph, matter: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Map<number, Set<string>>();
  const visit = (id: number, held: ReadonlySet<string>): void => {
    const block = graph[id];
    const known = seen.get(id);
    if (!block || (known && [...held].every((lock) => known.has(lock)))) return;
    const now = new Set([...(known ?? []), ...held]);
    seen.set(id, new Set(now));
    const steps: readonly Step[] = block.exit.kind === 'try' ? [...block.steps, block.exit.step] : block.steps;
    for (const step of steps) {
      if (step.do === 'unlock') now.delete(step.lock);
      else if (waits(step, matter)) for (const lock of now) found.add(lock);
      if (step.do === 'lock' || step.do === 'trylock') now.add(step.lock);
    }
    for (const to of successors(block.exit)) visit(to, now);
  };
  visit(0, new Set());
  return found;
}

function waits(step: Step, matter: ReadonlySet<string>): boolean {
  switch (step.do) {
    case 'alloc':
    case 'take':
      return step.gfp !== 'NOWAIT';
    case 'lock':
      return matter.has(step.lock);
    case 'wait':
    case 'await':
    case 'flush':
      return true;
    default:
      return false;
  }
}
