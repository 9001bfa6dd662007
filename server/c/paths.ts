import type { Flow } from './flow.js';
import { type Fact, type Facts, factOf, learn, survivors } from './guards.js';

/** States looked at before the answer is taken to be yes. */
const most = 5_000;

/**
 * Whether control can come from the node `from` to the node `to` on a path whose tests do not contradict each other, nor
 * `assumed`. Unlike `reachable` it keeps what each test has told until one of its variables changes, so it sees that
 * `if (a && b) break;` at the end of `while (b)` lets no second round begin while a holds. Yes when it grows too large.
 */
export function canFollow(flow: Flow, from: number, to: number, assumed: readonly Fact[] = []): boolean {
  const seen = new Set<string>();
  const queue: { readonly id: number; readonly facts: Facts }[] = [];
  const leave = (id: number, facts: Facts): boolean => {
    const node = flow.nodes[id];
    if (node === undefined) return false;
    const left = survivors(node, facts);
    for (const edge of node.next) {
      if (edge.when !== null && contradicts(left, factOf(edge.when))) continue;
      if (edge.to === to) return true;
      const next = edge.when === null ? left : learn(left, edge.when);
      const key = keyOf(edge.to, next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ id: edge.to, facts: next });
    }
    return false;
  };
  if (leave(from, new Map(assumed.map((fact) => [fact.text, fact])))) return true;
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    if (leave(state.id, state.facts) || seen.size > most) return true;
  }
  return false;
}

function contradicts(facts: Facts, { text, holds }: Fact): boolean {
  const known = facts.get(text);
  return known !== undefined && known.holds !== holds;
}

function keyOf(id: number, facts: Facts): string {
  const known = [...facts.values()].map(({ text, holds }) => `${text}=${holds}`);
  return `${id};${known.sort().join(';')}`;
}
