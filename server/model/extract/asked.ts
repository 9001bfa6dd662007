import { flowOf, reachable } from '../../c/flow.js';
import type { CFunction } from '../../c/types.js';
import { calleeName, walkExpr } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { type Context, isRelevant, isSmall } from './context.js';

/** What a part of a function names. */
interface Mentions {
  /** Fields, functions, variables. */
  readonly words: ReadonlySet<string>;
  /** Those of them that may be functions which it calls, or hands on to be called. */
  readonly callees: readonly string[];
}

const mentionsOf = kept((_: CFunction) => new Map<number, Mentions>());

/** What the code of a function names from a node on. */
function mentionsFrom(fn: CFunction, node: number): Mentions {
  const known = mentionsOf(fn);
  const before = known.get(node);
  if (before) return before;
  const words = new Set<string>();
  const callees = new Set<string>();
  const flow = flowOf(fn);
  for (const id of reachable(flow, node)) {
    const { expr, next = [] } = flow.nodes[id] ?? {};
    const exprs = [expr, ...next.map(({ when }) => when?.expr)].filter((one) => one != null);
    for (const one of exprs)
      walkExpr(one, (inner) => {
        const name = inner.kind === 'name' ? inner.name : inner.kind === 'call' ? calleeName(inner) : null;
        if (name !== null) callees.add(name);
        if (inner.kind === 'field') words.add(inner.field);
      });
  }
  for (const name of callees) words.add(name);
  const mentions = { words, callees: [...callees] };
  known.set(node, mentions);
  return mentions;
}

/** The functions that are followed when one of these is called from `fn`. */
function followed(context: Context, fn: CFunction, names: readonly string[]): readonly CFunction[] {
  return names
    .flatMap((name) => context.index.functionsNamed(name, fn.path))
    .filter((callee) => callee.body !== null && (isRelevant(context, callee) || isSmall(callee)));
}

const entryOf = (fn: CFunction): Mentions => mentionsFrom(fn, flowOf(fn).entry);

/** A function and all that it may come to. */
function closure(context: Context, fn: CFunction): ReadonlySet<CFunction> {
  const known = context.closures.get(fn);
  if (known) return known;
  const found = new Set<CFunction>();
  const todo = [fn];
  for (let one = todo.pop(); one; one = todo.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    todo.push(...followed(context, one, entryOf(one).callees));
  }
  context.closures.set(fn, found);
  return found;
}

const inClosure = (context: Context, fn: CFunction, word: string): boolean =>
  [...closure(context, fn)].some((one) => entryOf(one).words.has(word));

/** Whether the code from a node of a function on, callees included, asks for a field or function of that name. */
export function asksFor(context: Context, fn: CFunction, node: number, word: string): boolean {
  const key = `${node} ${word}`;
  const known = context.asked.get(fn) ?? new Map<string, boolean>();
  context.asked.set(fn, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const { words, callees } = mentionsFrom(fn, node);
  const answer = words.has(word) || followed(context, fn, callees).some((callee) => inClosure(context, callee, word));
  known.set(key, answer);
  return answer;
}

/** Whether a function of the operation tables in use asks for it: calls through pointers may come to them. */
export function tablesAskFor(context: Context, word: string): boolean {
  const known = context.askedByTables.get(word);
  if (known !== undefined) return known;
  const items = [...context.tables.values()].flatMap(({ init }) => (init?.kind === 'list' ? init.items : []));
  const answer = items
    .flatMap(({ value }) => (value.kind === 'name' ? context.index.functionsNamed(value.name) : []))
    .some((fn) => fn.body !== null && inClosure(context, fn, word));
  context.askedByTables.set(word, answer);
  return answer;
}
