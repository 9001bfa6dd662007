import type { Flow } from './flow.js';
import { type Fact, type Facts, factOf, learn, survivors } from './guards.js';
import type { Expr } from './types.js';

/** States looked at before the answer is taken to be yes. */
const most = 5_000;

/**
 * Whether control can come from the node `from` to the node `to` on a path whose tests do not contradict each other, nor
 * `assumed`. Unlike `reachable` it keeps what each test has told until one of its variables changes, so it sees that
 * `if (a && b) break;` at the end of `while (b)` lets no second round begin while a holds. No path goes on where one of the
 * variables in `lasting` gets another value. Yes when it grows too large.
 */
export function canFollow(
  flow: Flow,
  from: number,
  to: number,
  assumed: readonly Fact[] = [],
  lasting: readonly Fact[] = [],
): boolean {
  const kept: Facts = new Map(lasting.map((fact) => [fact.text, fact]));
  const seen = new Set<string>();
  const queue: { readonly id: number; readonly facts: Facts }[] = [];
  const leave = (id: number, facts: Facts): boolean => {
    const node = flow.nodes[id];
    if (node === undefined) return false;
    if (survivors(node, kept).size < kept.size) return false;
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

function contradicts(facts: Facts, fact: Fact): boolean {
  const known = facts.get(fact.text);
  if (known !== undefined) return known.holds !== fact.holds;
  const equation = fact.holds ? equationOf(fact.expr) : null;
  if (equation === null) return false;
  return [...facts.values()].some(({ expr, holds }) => {
    const other = holds ? equationOf(expr) : null;
    return other !== null && other.left.text === equation.left.text && other.right.text !== equation.right.text;
  });
}

/** `variable == CONSTANT`; kernel constants are written in capitals, and two names in one place are two values. */
function equationOf(expr: Expr): { readonly left: Expr; readonly right: Expr } | null {
  if (expr.kind !== 'binary' || expr.op !== '==') return null;
  const { left, right } = expr;
  const isConstant = right.kind === 'number' || (right.kind === 'name' && /^[A-Z][A-Z0-9_]*$/.test(right.name));
  return isConstant ? { left, right } : null;
}

function keyOf(id: number, facts: Facts): string {
  const known = [...facts.values()].map(({ text, holds }) => `${text}=${holds}`);
  return `${id};${known.sort().join(';')}`;
}
