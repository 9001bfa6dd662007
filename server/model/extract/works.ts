import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import { bare, type Call, calleeName, callsIn, walkStmts } from '../../c/walk.js';
import { effectOf } from '../../kernel/effects.js';
import { formsOf } from '../../kernel/primitives.js';
import type { Step } from '../scenario.js';
import { enterOrSkip } from './calls.js';
import { publish } from './completion.js';
import type { Context } from './context.js';
import { nothing, type Outcome, placeOfCall, visible } from './outcome.js';
import { isOwned, isPrivate, type State, top } from './state.js';
import { bioValue, number, resourceOf, show, target, type Value } from './value.js';

/** A work item that a program queues, and what its function starts with. */
export interface QueuedWork {
  readonly fn: CFunction;
  /** The workqueue, by structure and field. */
  readonly queue: string;
  /** How many of its items run at a time. */
  readonly active: number;
  /** What the function is called with. */
  readonly arg: Value;
  /** What is known when it is queued; the bio that it belongs to, if it does, is `bio`. */
  readonly store: ReadonlyMap<string, Value>;
  readonly facts: ReadonlyMap<string, boolean | number>;
}

/** What a work function calls the bio that the one it belongs to was made for; no program has it at hand. */
const outer = 'outer';

/** INIT_WORK() of an item that belongs to a bio or an element. */
export function initWork(state: State, item: Value, fn: Value): Outcome {
  const place = target(item);
  if (isOwned(place) && fn.kind === 'function') state.store.set(`${place}.func`, fn);
  return nothing();
}

/**
 * queue_work(): an item within a bio, or what belongs to one, takes the bio along; one that all share is queued once
 * until it runs. In a completion function it is called at once, to see what it ends.
 */
export function queueWork(context: Context, state: State, call: Call, item: Value, wq: Value | null): Outcome {
  const at = placeOfCall(top(state), call);
  const place = target(item);
  const fn = functionOf(context, state, item, call);
  const owner = isOwned(place) ? ownerOf(state, place) : null;
  if (!fn || (owner === null && isOwned(place))) {
    context.remarks.add(`${at}: ${resourceOf(item)} on ${wq ? resourceOf(wq) : 'a queue'} is not followed`);
    return nothing(number(1));
  }
  if (context.last !== null) {
    if (owner === null) return nothing(number(1));
    context.remarks.add(`${at}: ${fn.name}(), which runs later, is taken to come to its end`);
    const entered = enterOrSkip(context, state, call, fn);
    return entered.kind === 'enter' ? { ...entered, args: [item] } : nothing(number(1));
  }
  const queue = wq ? resourceOf(wq) : 'system_wq';
  const name = owner === null ? resourceOf(item) : fn.name;
  const [store, facts] = owner === null ? [new Map(), new Map()] : handedTo(state, owner);
  const arg = owner === null ? item : inItem(item, owner);
  const found: QueuedWork = {
    fn,
    queue,
    active: declaredWorks(context.index).active.get(queue) ?? several,
    arg,
    store,
    facts,
  };
  context.works.set(name, inCommon(context.works.get(name), found));
  if (owner === null) return visible(state, { do: 'queue', at, work: name, bio: null }, number(1));
  const steps: readonly Step[] = [...publish(context, state, owner, at), { do: 'queue', at, work: name, bio: owner }];
  state.store.set(`$${owner}.@sent`, number(1));
  return visible(state, steps, number(1));
}

/** The bio that memory belongs to: one that it is a part of, that it was found for, or that it points to. */
export function ownerOf(state: State, place: string): string | null {
  const direct = /^\$([\w']+)/.exec(place) ?? /^\w+\(\$([\w']+)/.exec(place);
  if (direct) return direct[1] ?? null;
  const element = /^%\w+/.exec(place)?.[0];
  if (element === undefined) return null;
  const bios = [...state.store].flatMap(([at, value]) =>
    at.startsWith(`${element}.`) && !at.includes('@') && value.kind === 'bio' ? [value.name] : [],
  );
  return bios.find((one) => one === 'bio') ?? bios[0] ?? null;
}

function functionOf(context: Context, state: State, item: Value, call: Call): CFunction | undefined {
  const own = state.store.get(`${target(item)}.func`);
  const name =
    own?.kind === 'function'
      ? own.name
      : declaredWorks(context.index).functions.get(fieldOf(context, state, item, call));
  const [fn] = name === undefined ? [] : context.index.functionsNamed(name);
  return fn?.body ? fn : undefined;
}

/** `pool.worker`: the structure and the field of the item that a call queues. */
function fieldOf(context: Context, state: State, item: Value, call: Call): string {
  if (!isOwned(target(item))) return resourceOf(item);
  const { fn } = top(state);
  return call.args.map((arg) => memberOf(context.index, arg, fn)).find((one) => one !== null) ?? '';
}

/** What is known of a bio and all else that the function has, with the bio as `bio`. */
function handedTo(
  state: State,
  bio: string,
): readonly [ReadonlyMap<string, Value>, ReadonlyMap<string, boolean | number>] {
  const store = new Map<string, Value>();
  for (const [place, value] of state.store) {
    const isOwn = isOwned(place) && !/^\d+:/.test(place) && !/\.@(?:made|sent|chained|parent)$/.test(place);
    if (isOwn && !/\d+:\w/.test(show(value))) store.set(renamed(place, bio), inItem(value, bio));
    // It has been handed on with some bio.
    if (place.endsWith('.@pool')) store.set(place.replace(/@pool$/, '@carried'), bioValue('bio'));
  }
  const facts = [...state.facts].filter(([text]) => isPrivate(text) && !/\d+:\w/.test(text));
  return [store, new Map(facts.map(([text, value]) => [renamed(text, bio), value]))];
}

function renamed(text: string, bio: string): string {
  return text.replace(/\$([\w']+)/g, (whole, name: string) =>
    name === bio ? '$bio' : name === 'bio' ? `$${outer}` : whole,
  );
}

function inItem(value: Value, bio: string): Value {
  switch (value.kind) {
    case 'bio':
      return bioValue(renamed(`$${value.name}`, bio).slice(1));
    case 'place':
      return { ...value, place: renamed(value.place, bio) };
    case 'term':
      return { ...value, text: renamed(value.text, bio), origin: renamed(value.origin, bio) };
    default:
      return value;
  }
}

/** What holds wherever the item is queued. */
function inCommon(before: QueuedWork | undefined, now: QueuedWork): QueuedWork {
  if (!before) return now;
  const store = [...now.store].filter(([place, value]) => show(before.store.get(place) ?? number(-1)) === show(value));
  const facts = [...now.facts].filter(([text, value]) => before.facts.get(text) === value);
  return { ...now, store: new Map(store), facts: new Map(facts) };
}

interface Declared {
  /** Functions of work items, by structure and field. */
  readonly functions: ReadonlyMap<string, string>;
  /** How many items of a workqueue run at a time, where the code says one. */
  readonly active: ReadonlyMap<string, number>;
}

const declared = new WeakMap<CIndex, Declared>();

/** What INIT_WORK() and alloc_workqueue() in the code say. */
function declaredWorks(index: CIndex): Declared {
  const known = declared.get(index);
  if (known) return known;
  const functions = new Map<string, string>();
  const active = new Map<string, number>();
  for (const fn of index.files.flatMap((file) => file.functions)) {
    for (const { call } of callsIn(fn.body ?? [])) {
      const effect = effectOf(calleeName(call) ?? '');
      if (effect?.work === undefined || effect.runs === undefined) continue;
      const item = memberOf(index, call.args[effect.work], fn);
      const given = bare(call.args[effect.runs] ?? call.callee);
      const run = given.kind === 'unary' && given.op === '&' ? given.arg : given;
      if (item !== null && run.kind === 'name') functions.set(item, run.name);
    }
    walkStmts(fn.body ?? [], (stmt) => {
      const made = stmt.kind === 'expr' && stmt.expr.kind === 'assign' ? stmt.expr : null;
      const queue = made && memberOf(index, made.left, fn);
      if (!made || queue === null) return;
      const single = isSingle(index, bare(made.right));
      if (single !== null) active.set(queue, single && active.get(queue) !== several ? 1 : several);
    });
  }
  const found = { functions, active };
  declared.set(index, found);
  return found;
}

/** Whether text of C has one of the calls that `declaredWorks` looks for. */
export function declaresWork(text: string): boolean {
  return [...text.matchAll(/\b[A-Za-z_]\w*(?=\s*\()/g)].some(
    ([name]) => effectOf(name)?.runs !== undefined || formsOf(name).some(({ does }) => does === 'wq-create'),
  );
}

/** As many items as run at a time where the code does not say one. */
const several = 2;

/** Whether a call makes a workqueue that runs one item at a time, on whatever CPU; null for other calls. */
function isSingle(index: CIndex, call: Expr): boolean | null {
  const name = call.kind === 'call' ? calleeName(call) : null;
  if (call.kind !== 'call' || name === null || !formsOf(name).some(({ does }) => does === 'wq-create')) return null;
  if (/ordered|singlethread/.test(name)) return true;
  const [, flags, most] = call.args;
  return !!flags && !!most && /\bWQ_UNBOUND\b/.test(flags.text) && index.evaluate(most, null) === 1;
}

/** `pool.worker` for `&pool->worker`; null for what is no field of a known structure. */
function memberOf(index: CIndex, arg: Expr | undefined, fn: CFunction): string | null {
  const inner = arg?.kind === 'unary' && arg.op === '&' ? arg.arg : arg;
  if (inner?.kind !== 'field') return null;
  const type = index.typeOf(inner.base, fn);
  const tag = type === null ? null : structTag(index.resolve(type));
  return tag === null ? null : `${tag}.${inner.field}`;
}
