import type { Range } from '../text.js';
import { type Condition, type Flow, type FlowNode, flowOf } from './flow.js';
import type { CFunction, Expr } from './types.js';
import { bare, covers, operands, walkExpr } from './walk.js';

/** The truth of an expression at a place. `text` is how it is compared: `!x`, `x == NULL`, `x != 0` are all about `x`. */
export interface Fact {
  readonly text: string;
  readonly expr: Expr;
  readonly holds: boolean;
}

/** The conditions that hold at the places of one function. */
export interface Guards {
  /** What holds whenever `place` is evaluated, on every path that leads there. Empty for unreachable places. */
  at(place: Range): readonly Fact[];
  /** Whether the expression written `text` is known to be true or false at `place`; null when it is not known. */
  holds(place: Range, text: string): boolean | null;
}

/** What is known at a place, by the text of the fact. */
export type Facts = ReadonlyMap<string, Fact>;

/**
 * Solves which tests dominate which places. A fact ends where a variable or field it mentions is assigned, stepped or
 * declared, or where the variable's address is handed on; calls are taken not to change the fields that were tested.
 */
export function guardsOf(fn: CFunction, flow: Flow = flowOf(fn)): Guards {
  const entering = solve(flow);
  const at = (place: Range): readonly Fact[] => {
    const node = nodeAt(flow, place);
    if (!node) return [];
    const facts = new Map(entering.get(node.id));
    if (node.expr) within(node.expr, place, facts);
    return [...facts.values()];
  };
  return {
    at,
    holds: (place, text) => at(place).find((fact) => fact.text === text)?.holds ?? null,
  };
}

/** A condition in the form in which facts are compared. */
export function factOf(condition: Condition): Fact {
  const expr = bare(condition.expr);
  const { holds } = condition;
  if (expr.kind === 'unary' && expr.op === '!') return factOf({ expr: expr.arg, holds: !holds });
  if (expr.kind === 'assign') return factOf({ expr: expr.left, holds });
  if (expr.kind === 'binary' && (expr.op === '==' || expr.op === '!=')) {
    const equal = expr.op === '==' ? holds : !holds;
    if (isZero(expr.right)) return factOf({ expr: expr.left, holds: !equal });
    if (isZero(expr.left)) return factOf({ expr: expr.right, holds: !equal });
    return { text: `${expr.left.text} == ${expr.right.text}`, expr, holds: equal };
  }
  return { text: expr.text, expr, holds };
}

function isZero(expr: Expr): boolean {
  return expr.kind === 'number' ? expr.value === 0 : expr.kind === 'name' && expr.name === 'NULL';
}

/** Facts on entry to each node that can be reached: the intersection over all incoming edges. */
function solve(flow: Flow): ReadonlyMap<number, Facts> {
  const entering = new Map<number, Facts>([[flow.entry, new Map()]]);
  const queue = [flow.entry];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const node = flow.nodes[id];
    const facts = entering.get(id);
    if (!node || !facts) continue;
    const leaving = survivors(node, facts);
    for (const edge of node.next) {
      const arriving = edge.when ? learn(leaving, edge.when) : leaving;
      const before = entering.get(edge.to);
      const after = before ? intersect(before, arriving) : arriving;
      if (before && after.size === before.size) continue;
      entering.set(edge.to, after);
      queue.push(edge.to);
    }
  }
  return entering;
}

/** What is known once a test has had an outcome. */
export function learn(facts: Facts, condition: Condition): Facts {
  const fact = factOf(condition);
  return new Map(facts).set(fact.text, fact);
}

function intersect(left: Facts, right: Facts): Facts {
  return new Map([...left].filter(([text, fact]) => right.get(text)?.holds === fact.holds));
}

/** The facts that a node does not end. */
export function survivors(node: FlowNode, facts: Facts): Facts {
  if (node.stmt?.kind === 'unparsed') return new Map();
  const names = new Set<string>();
  const fields = new Set<string>();
  if (node.stmt?.kind === 'decl') names.add(node.stmt.name);
  if (node.expr) written(node.expr, names, fields);
  if (node.stmt?.kind === 'loop' && node.stmt.form === 'each' && node.expr?.kind === 'call') {
    for (const arg of node.expr.args) if (arg.kind === 'name') names.add(arg.name);
  }
  if (names.size === 0 && fields.size === 0) return facts;
  return new Map([...facts].filter(([, fact]) => !mentions(fact.expr, names, fields)));
}

/** Collects the variables and fields that an expression changes or hands out for change. */
function written(expr: Expr, names: Set<string>, fields: Set<string>): void {
  walkExpr(expr, (inner) => {
    let target: Expr | null = null;
    if (inner.kind === 'assign') target = bare(inner.left);
    if (inner.kind === 'unary' && /^(?:post)?(?:\+\+|--)$|^&$/.test(inner.op)) target = bare(inner.arg);
    if (target?.kind === 'name') names.add(target.name);
    else if (target?.kind === 'field' && !(inner.kind === 'unary' && inner.op === '&')) fields.add(target.field);
    else if (target?.kind === 'unary' || target?.kind === 'index') fields.add(target.text);
  });
}

function mentions(expr: Expr, names: ReadonlySet<string>, fields: ReadonlySet<string>): boolean {
  let found = false;
  walkExpr(expr, (inner) => {
    if (inner.kind === 'name' && names.has(inner.name)) found = true;
    if (inner.kind === 'call' && inner.callee.kind === 'name' && names.has(inner.callee.name)) found = true;
    if (inner.kind === 'field' && fields.has(inner.field)) found = true;
    if (fields.has(inner.text)) found = true;
  });
  return found;
}

/** The node that evaluates `place`: the one with the smallest expression around it, else the smallest statement. */
function nodeAt(flow: Flow, place: Range): FlowNode | null {
  let best: FlowNode | null = null;
  let bestRange: Range | null = null;
  for (const node of flow.nodes) {
    const range = node.expr?.range;
    if (range && covers(range, place) && (!bestRange || covers(bestRange, range))) {
      best = node;
      bestRange = range;
    }
  }
  if (best) return best;
  for (const node of flow.nodes) {
    const range = node.stmt?.range;
    if (range && covers(range, place) && (!bestRange || (covers(bestRange, range) && !covers(range, bestRange)))) {
      best = node;
      bestRange = range;
    }
  }
  return best;
}

/** Adds what `&&`, `||` and `?:` inside one expression say about the operand that holds `place`. */
function within(expr: Expr, place: Range, facts: Map<string, Fact>): void {
  const add = (test: Expr, holds: boolean) => {
    for (const fact of consequences(test, holds)) facts.set(fact.text, fact);
  };
  if (expr.kind === 'binary' && (expr.op === '&&' || expr.op === '||') && covers(expr.right.range, place)) {
    add(expr.left, expr.op === '&&');
  }
  if (expr.kind === 'conditional') {
    if (covers(expr.yes.range, place)) add(expr.test, true);
    else if (covers(expr.no.range, place)) add(expr.test, false);
  }
  for (const part of operands(expr)) if (covers(part.range, place)) within(part, place, facts);
}

/** What follows from a test's outcome: both operands of a true `&&`, both negations of a false `||`. */
function consequences(expr: Expr, holds: boolean): readonly Fact[] {
  const test = bare(expr);
  if (test.kind === 'unary' && test.op === '!') return consequences(test.arg, !holds);
  if (test.kind === 'binary' && test.op === (holds ? '&&' : '||')) {
    return [...consequences(test.left, holds), ...consequences(test.right, holds)];
  }
  if (test.kind === 'binary' && (test.op === '&&' || test.op === '||')) return [];
  return [factOf({ expr: test, holds })];
}
