import { flowOf, reachable } from '../../c/flow.js';
import type { CFunction } from '../../c/types.js';
import { calleeName, walkExpr } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { type Context, isRelevant, isSmall } from './context.js';

/** What a part of a function names. */
interface Mentions {
  /** Fields, functions, variables. */
  readonly words: ReadonlySet<string>;
  readonly fields: readonly string[];
  /** What may be functions which it calls, or hands on to be called. */
  readonly callees: readonly string[];
}

const mentionsOf = kept((_: CFunction) => new Map<number, Mentions>());

/** What the code of a function names from a node on. */
function mentionsFrom(fn: CFunction, node: number): Mentions {
  const known = mentionsOf(fn);
  const before = known.get(node);
  if (before) return before;
  const fields = new Set<string>();
  const callees = new Set<string>();
  const flow = flowOf(fn);
  for (const id of reachable(flow, node)) {
    const { expr, next = [] } = flow.nodes[id] ?? {};
    const exprs = [expr, ...next.map(({ when }) => when?.expr)].filter((one) => one != null);
    for (const one of exprs)
      walkExpr(one, (inner) => {
        const name = inner.kind === 'name' ? inner.name : inner.kind === 'call' ? calleeName(inner) : null;
        if (name !== null) callees.add(name);
        if (inner.kind === 'field') fields.add(inner.field);
      });
  }
  const mentions = { words: new Set([...fields, ...callees]), fields: [...fields], callees: [...callees] };
  known.set(node, mentions);
  return mentions;
}

/** The functions that are followed from what `fn` names: by their names, or as a field of an operations table in use. */
function followed(context: Context, fn: CFunction, { callees, fields }: Mentions): readonly CFunction[] {
  return [
    ...callees.flatMap((name) => context.index.functionsNamed(name, fn.path)),
    ...fields.flatMap((field) => operations(context, field)),
  ].filter((callee) => callee.body !== null && (isRelevant(context, callee) || isSmall(callee)));
}

/** What a call through a field of an operations table may come to. */
function operations({ tables, index }: Context, field: string): readonly CFunction[] {
  return [...tables.values()].flatMap(({ init }) => {
    const items = init?.kind === 'list' ? init.items.filter((item) => item.field === field) : [];
    return items.flatMap(({ value }) => (value.kind === 'name' ? index.functionsNamed(value.name) : []));
  });
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
    todo.push(...followed(context, one, entryOf(one)));
  }
  context.closures.set(fn, found);
  return found;
}

const inClosure = (context: Context, fn: CFunction, word: string): boolean =>
  [...closure(context, fn)].some((one) => entryOf(one).words.has(word));

/** Whether the code from a node of a function on, callees included, asks for a field or function of that name. */
export function asksFor(context: Context, fn: CFunction, node: number, word: string): boolean {
  return answer(context.asked, fn, `${node} ${word}`, () => {
    const mentions = mentionsFrom(fn, node);
    return mentions.words.has(word) || followed(context, fn, mentions).some((one) => inClosure(context, one, word));
  });
}

/**
 * Whether an operation asks for it that a program may call which begins with `entry`. A completion function, long handed
 * on, may call one at any time.
 */
export function operationsAskFor(context: Context, entry: CFunction, word: string): boolean {
  return answer(context.asked, entry, word, () =>
    [...closure(context, entry)]
      .flatMap((fn) => entryOf(fn).fields.flatMap((field) => operations(context, field)))
      .some((fn) => inClosure(context, fn, word)),
  );
}

/** The answer that is known for a function and a question, or else is found. */
function answer(
  known: Map<CFunction, Map<string, boolean>>,
  fn: CFunction,
  question: string,
  find: () => boolean,
): boolean {
  const ofFunction = known.get(fn) ?? new Map<string, boolean>();
  known.set(fn, ofFunction);
  const found = ofFunction.get(question) ?? find();
  ofFunction.set(question, found);
  return found;
}
