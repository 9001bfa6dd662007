import { type Expression, parseExpression, printExpression } from '../expression.js';
import type { Step } from '../scenario.js';
import { type Block, type Graph, redirect, successors, type Way } from './graph.js';
import { isTotal } from './simplify.js';

/** The name of the parameter that bounds all loops. */
export const bound = 'pieces';

/**
 * The same program with loops that end: each goes round less than `pieces` times. What a way needs further on (rounds
 * left, a bio that can still be split) becomes its guard, so that nobody starts what cannot be finished.
 */
export function boundLoops(graph: Graph): Graph {
  return guarded(counted(graph));
}

function counted(graph: Graph): Graph {
  const back = backEdges(graph);
  for (const edge of [...back]) if (takesFromList(graph, edge)) back.delete(edge);
  const heads = [...new Set([...back].map((edge) => Number(edge.split('>')[1])))];
  const blocks: Block[] = [...graph];
  for (const [position, head] of heads.entries()) {
    const variable = `round${position + 1}`;
    const step = (to: string): Step => ({
      do: 'let',
      at: '',
      variable,
      to: parseExpression(to),
      max: parseExpression(bound),
    });
    // A guard of its own, which `guarded` moves to where the way is chosen.
    const next = blocks.push({ steps: [step(`${variable} + 1`)], exit: { kind: 'go', to: head } }) - 1;
    const again =
      blocks.push({
        steps: [],
        exit: { kind: 'choose', at: '', ways: [{ about: '', when: `${variable} + 1 < ${bound}`, to: next }] },
      }) - 1;
    const first = blocks.push({ steps: [step('0')], exit: { kind: 'go', to: head } }) - 1;
    for (const id of graph.keys()) {
      const block = blocks[id];
      if (!block) continue;
      blocks[id] = {
        ...block,
        exit: redirect(block.exit, (to) => (to !== head ? to : back.has(`${id}>${head}`) ? again : first)),
      };
    }
  }
  return blocks;
}

/** Whether each round of a loop takes a bio from a list: so many rounds there are, and no more. */
function takesFromList(graph: Graph, edge: string): boolean {
  const [from = 0, to = 0] = edge.split('>').map(Number);
  const pops = (id: number): boolean => {
    const exit = graph[id]?.exit;
    return exit?.kind === 'try' && exit.step.do === 'pop';
  };
  const seen = new Set<number>();
  const todo = pops(from) ? [] : [to];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (id === from) return false;
    const { exit } = graph[id] ?? {};
    if (exit) todo.push(...(exit.kind === 'try' && exit.step.do === 'pop' ? [exit.fail] : successors(exit)));
  }
  return true;
}

function backEdges(graph: Graph): Set<string> {
  const edges = new Set<string>();
  const state = new Map<number, 'open' | 'done'>();
  const todo: { id: number; leave: boolean }[] = [{ id: 0, leave: false }];
  for (let at = todo.pop(); at; at = todo.pop()) {
    const { id, leave } = at;
    if (leave) {
      state.set(id, 'done');
      continue;
    }
    if (state.has(id)) continue;
    state.set(id, 'open');
    todo.push({ id, leave: true });
    for (const to of successors(graph[id]?.exit ?? { kind: 'end' })) {
      if (state.get(to) === 'open') edges.add(`${id}>${to}`);
      else if (!state.has(to)) todo.push({ id: to, leave: false });
    }
  }
  return edges;
}

/** Null for nothing needed. */
type Need = Expression | null;

function guarded(graph: Graph): Graph {
  const needs: Need[] = graph.map(() => null);
  for (let round = 0, changed = true; changed && round < 12; round++) {
    changed = false;
    for (const [id, block] of [...graph.entries()].reverse()) {
      const need = before(block.steps, atExit(block, needs));
      if (text(need) !== text(needs[id] ?? null)) {
        needs[id] = need;
        changed = true;
      }
    }
  }
  return graph.map((block): Block => {
    const { exit } = block;
    if (exit.kind !== 'choose' || exit.ways.length < 2) return block;
    return { ...block, exit: { ...exit, ways: exit.ways.map((way) => guardWay(way, needs)) } };
  });
}

const text = (need: Need): string => (need === null ? '' : printExpression(need));

function guardWay(way: Way, needs: readonly Need[]): Way {
  const need = needs[way.to] ?? null;
  if (need === null) return way;
  return { ...way, when: way.when === null ? text(need) : `(${way.when}) && (${text(need)})` };
}

/** What must hold at the end of a block so that it has a way on. */
function atExit(block: Block, needs: readonly Need[]): Need {
  const { exit } = block;
  const of = (to: number): Need => needs[to] ?? null;
  switch (exit.kind) {
    case 'end':
      return null;
    case 'go':
      return of(exit.to);
    case 'try':
      return and(of(exit.to), of(exit.fail));
    case 'choose': {
      const open = exit.ways.map(({ when, to }) => and(when === null ? null : parseExpression(when), of(to)));
      if (open.some((one) => one === null)) return null;
      if (isTotal(exit.ways) && exit.ways.every(({ to }) => of(to) === null)) return null;
      return open.reduce<Need>(
        (left, right) => (left === null || right === null ? null : either(left, right)),
        open[0] ?? null,
      );
    }
  }
}

function and(left: Need, right: Need): Need {
  if (left === null || right === null) return left ?? right;
  return toExpression(
    waysOf(left).flatMap((one) => waysOf(right).map((other): Conditions => new Map([...one, ...other]))),
  );
}

function either(left: Expression, right: Expression): Need {
  return toExpression([...waysOf(left), ...waysOf(right)]);
}

/** Conditions that must hold together, by their text. */
type Conditions = ReadonlyMap<string, Expression>;

/** The alternatives under which an expression is true. */
function waysOf(expression: Expression): readonly Conditions[] {
  if (expression.kind === 'number') return expression.value === 0 ? [] : [new Map()];
  if (expression.kind === 'binary' && expression.op === '||')
    return [...waysOf(expression.left), ...waysOf(expression.right)];
  if (expression.kind === 'binary' && expression.op === '&&') {
    const right = waysOf(expression.right);
    return waysOf(expression.left).flatMap((one) => right.map((other) => new Map([...one, ...other])));
  }
  return [new Map([[printExpression(expression), expression]])];
}

/** Without alternatives that ask for more than another one does; null if one asks for nothing. */
function toExpression(ways: readonly Conditions[]): Need {
  const distinct = new Map(ways.map((way) => [[...way.keys()].sort().join(), way]));
  const weakest: Conditions[] = [];
  for (const way of [...distinct.values()].sort((a, b) => a.size - b.size))
    if (!weakest.some((known) => [...known.keys()].every((condition) => way.has(condition)))) weakest.push(way);
  if (weakest.some(({ size }) => size === 0)) return null;
  const all = weakest.map((way) => joined('&&', [...way.values()]));
  return joined('||', all);
}

/** Of no alternatives, none is open. */
function joined(op: '&&' | '||', expressions: readonly Expression[]): Expression {
  const [first, ...others] = expressions;
  if (!first) return { kind: 'number', value: op === '&&' ? 1 : 0 };
  return others.reduce((left, right) => ({ kind: 'binary', op, left, right }), first);
}

/** What must hold before steps so that `need` holds after them. */
function before(steps: readonly Step[], need: Need): Need {
  return steps.reduceRight<Need>((after, step) => {
    if (after === null) return null;
    switch (step.do) {
      case 'let':
        return substitute(after, step.variable, null, step.to);
      case 'set':
        return step.assignments.reduceRight<Expression>(
          (one, { variable, field, to }) => substitute(one, variable, field, to),
          after,
        );
      case 'alloc':
      case 'new':
        return substitute(after, step.bio, 'left', step.left);
      default:
        return after;
    }
  }, need);
}

function substitute(expression: Expression, name: string, field: string | null, value: Expression): Expression {
  switch (expression.kind) {
    case 'number':
      return expression;
    case 'name':
      return expression.name === name && expression.field === field ? value : expression;
    case 'not':
      return { ...expression, operand: substitute(expression.operand, name, field, value) };
    case 'binary': {
      const [left, right] = [expression.left, expression.right].map((one) => substitute(one, name, field, value));
      return left && right ? { ...expression, left, right } : expression;
    }
  }
}
