import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import type { Effect } from '../../kernel/effects.js';
import { UserError } from '../../text.js';
import { parseExpression } from '../expression.js';
import type { Assignment, Step } from '../scenario.js';
import type { Context, Last } from './context.js';
import { load } from './memory.js';
import { isOwned, isPrivate, type State } from './state.js';
import { binary, bioValue, number, show, term, type Value } from './value.js';

/** Who else is done when a bio is. */
interface Completion {
  /** Bios that end with it: each time, or only the last time. */
  readonly ends: Map<string, 'once' | 'counted'>;
  /** The reference count of an element (`%r1_bio.remaining`) that says which time is the last; null when that is not known. */
  readonly counter: string | null;
  /** The counter, if it is one that the function counts itself (`ownReference`). */
  readonly refs: string | null;
  /** What else happens the last time. */
  readonly effects: readonly Assignment[];
}

/**
 * The steps before a bio that the function made is handed on: the bios that its completion function ends wait for it,
 * and the elements that it leads to are given back with it.
 */
export function publish(context: Context, state: State, bio: string, at: string): readonly Step[] {
  // It is the caller's, who learns of its end by itself.
  if (bio === 'bio') return carryAlong(context, state, bio, at);
  const isNew = !state.store.has(`$${bio}.@chained`);
  if (isNew) state.store.set(`$${bio}.@chained`, number(1));
  const steps = isNew ? chained(context, state, bio, at) : [];
  if (isNew && steps.length === 0) state.store.delete(`$${bio}.@chained`);
  return [...steps, ...carryAlong(context, state, bio, at)];
}

function chained(context: Context, state: State, bio: string, at: string): readonly Step[] {
  const end = load(context, state, `$${bio}.bi_end_io`);
  const completion = completionOf(context, state, bio, end);
  const parents = [...completion.ends.keys()];
  const [first] = parents;
  if (first !== undefined) state.store.set(`$${bio}.@parent`, bioValue(first));
  if (completion.counter !== null) return counted(context, state, bio, completion.counter, completion, at);
  const left = completion.refs === null ? null : takeReference(state, completion.refs);
  for (const [parent, times] of completion.ends)
    if (times === 'once' || left === 0) state.store.set(`$${parent}.@sent`, number(1));
  const steps = [...completion.ends].flatMap(([parent, times]): readonly Step[] => [
    // One that the function made may have a completion function of its own, and is never handed on itself.
    ...(state.store.has(`$${parent}.@made`) ? publish(context, state, parent, at) : []),
    { do: 'chain', at, bio, parent },
    // Nobody else ends it; the model counts the end of the bio and of what waits for it alike.
    ...(times === 'once' || left === 0 ? [{ do: 'end', at, bio: parent } as const] : []),
  ]);
  if (steps.length > 0) return steps;
  const parent = state.store.get(`$${bio}.@parent`) ?? (end.kind === 'function' ? bioValue('bio') : null);
  // A driver that counts its clones ends the original after the last of them.
  return parent?.kind === 'bio' ? [{ do: 'chain', at, bio, parent: parent.name }] : [];
}

/**
 * A bio that drops a reference to an element. The element counts its references as a bio does, so it is one in the model,
 * whose own reference is the function's: its end ends the bios, and does what the last reference does.
 */
function counted(
  context: Context,
  state: State,
  bio: string,
  counter: string,
  { ends, effects }: Completion,
  at: string,
): readonly Step[] {
  const element = elementOf(counter);
  const known = state.store.get(`${element}.@count`);
  if (known?.kind === 'bio') return [{ do: 'chain', at, bio, parent: known.name }];
  const count = element.slice(1);
  const zero = parseExpression('0');
  state.store.set(`${element}.@count`, bioValue(count));
  state.store.set(`${element}.@counter`, term(counter));
  context.releases.set(count, effects);
  return [
    { do: 'new', at, bio: count, left: zero, tag: zero, ending: null },
    ...[...ends.keys()].flatMap((parent): readonly Step[] => [
      ...(state.store.has(`$${parent}.@made`) ? publish(context, state, parent, at) : []),
      { do: 'chain', at, bio: count, parent },
      { do: 'end', at, bio: parent },
    ]),
    ...carry(context, state, element, count, at),
    { do: 'chain', at, bio, parent: count },
  ];
}

/** The steps before a bio ends here: what waits for it, and the elements that point to it. */
export function finishing(context: Context, state: State, bio: string, at: string, counted = false): readonly Step[] {
  const steps = publish(context, state, bio, at);
  const times = counted || isLast(state) ? 'counted' : 'once';
  if (context.ends.get(bio) !== 'counted') context.ends.set(bio, times);
  state.store.set(`$${bio}.@sent`, number(1));
  const pointing = [...state.store].flatMap(([place, value]) =>
    value.kind === 'bio' && value.name === bio ? (/^%\w+(?=\.)/.exec(place) ?? []) : [],
  );
  return [...steps, ...pointing.flatMap((element) => carry(context, state, element, bio, at))];
}

/** The element, if it is one, belongs to the bio from now on. */
export function carry(context: Context, state: State, element: string, bio: string, at: string): readonly Step[] {
  const pool = state.store.get(`${element}.@pool`);
  const owner = state.store.get(`${element}.@carried`);
  const from = owner?.kind === 'bio' ? owner.name : null;
  if (pool?.kind !== 'term' || from === bio) return [];
  state.store.set(`${element}.@carried`, bioValue(bio));
  context.carried.add(pool.text);
  return [{ do: 'carry', at, pool: pool.text, bio, from }];
}

/**
 * Elements that the bio leads to belong to the bio that they point to, its parent if they point to several. One that
 * points to none belongs to the bio that has it as its private data.
 */
function carryAlong(context: Context, state: State, bio: string, at: string): readonly Step[] {
  const parent = state.store.get(`$${bio}.@parent`);
  return [...reachable(state, bio)].flatMap((element) => {
    if (state.store.has(`${element}.@carried`)) return [];
    const bios = [...state.store].flatMap(([place, value]) =>
      place.startsWith(`${element}.`) && value.kind === 'bio' ? [value.name] : [],
    );
    const owner =
      parent?.kind === 'bio' && bios.includes(parent.name)
        ? parent.name
        : (bios.find((one) => one === 'bio') ?? bios[0] ?? holder(state, element) ?? bio);
    return carry(context, state, element, owner, at);
  });
}

/** The bio whose private data an element is: its completion function gives it back. */
function holder(state: State, element: string): string | null {
  for (const [place, value] of state.store) {
    const [, bio] = /^\$([\w']+)\.bi_private$/.exec(place) ?? [];
    if (bio !== undefined && show(value) === `&${element}`) return bio;
  }
  return null;
}

/** Bios and elements (`$clone`, `%io`) that can be found from a bio. */
function reachable(state: State, bio: string): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [`$${bio}`];
  for (let root = todo.pop(); root !== undefined; root = todo.pop()) {
    if (found.has(root)) continue;
    found.add(root);
    for (const [place, value] of state.store) {
      if (place !== root && !/^[.^]/.test(place.slice(root.length))) continue;
      if (!place.startsWith(root) || place.includes('@')) continue;
      todo.push(...[...show(value).matchAll(/[$%][\w']+/g)].map(([name]) => name));
    }
  }
  return found;
}

/** By the code in view: another version of it may complete bios in another way. */
const remembered = new WeakMap<CIndex, Map<string, Completion>>();
const nothing: Completion = { ends: new Map(), counter: null, refs: null, effects: [] };

/** What the completion function of a bio does, found by running it with what is known when the bio is handed on. */
function completionOf(context: Context, state: State, bio: string, end: Value): Completion {
  const [fn] = end.kind === 'function' ? context.index.functionsNamed(end.name) : [];
  if (!fn?.body || context.completing.includes(fn)) return nothing;
  const args = fn.params.map(
    ({ type }, position): Value => (position === 0 || /\bbio \*$/.test(type) ? bioValue(bio) : number(0)),
  );
  const completion = completionBy(context, state, fn, args);
  completion.ends.delete(bio);
  return completion;
}

/** The bios that a function ends which runs once everything has been handed on. */
export function endsOf(context: Context, state: State, fn: CFunction, args: readonly Value[]): readonly string[] {
  return [...completionBy(context, state, fn, args).ends.keys()];
}

function completionBy(context: Context, state: State, fn: CFunction, args: readonly Value[]): Completion {
  const store = [...state.store].filter(([place]) => isOwned(place) && !/^\d+:/.test(place));
  const held = store.map(([place, value]) => `${place}=${show(value)}`).sort();
  const key = `${fn.path}:${fn.name}(${args.map(show)}) ${held}`;
  const known = remembered.get(context.index) ?? new Map<string, Completion>();
  remembered.set(context.index, known);
  const completion = known.get(key) ?? runCompletion(context, state, store, fn, args);
  known.set(key, completion);
  return completion;
}

function runCompletion(
  context: Context,
  state: State,
  store: readonly (readonly [string, Value])[],
  fn: CFunction,
  args: readonly Value[],
): Completion {
  const ends = new Map<string, 'once' | 'counted'>();
  const last: Last = { counter: null, refs: null, steps: [] };
  try {
    context.run({ ...context, ends, last, completing: [...context.completing, fn] }, fn, args, (start) => {
      for (const [place, value] of store) start.store.set(place, value);
      for (const [text, value] of state.facts) if (isPrivate(text)) start.facts.set(text, value);
      // Nobody fails in the model.
      for (const arg of args)
        for (const field of ['bi_status', 'bi_error'])
          if (arg.kind === 'bio') start.facts.set(`$${arg.name}.${field}`, false);
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.remarks.add(`${fn.name}() ${fn.path}: what it ends is too much to follow`);
  }
  return { ends, counter: last.counter, refs: last.refs, effects: effectsOf(last) };
}

const refsAt = (place: string): string => `${place}.@refs`;

/**
 * atomic_set() and the like on a counter that belongs to a bio: how many references the function has to drop itself, or
 * hands on with bios whose completion drops them. The value of a drop is whether it is the last of them; null if that
 * is not known.
 */
export function ownReference(
  state: State,
  { counts, sets, by, drops }: Effect,
  given: (position: number) => Value,
): Value | null {
  const counter = counts === undefined ? null : given(counts);
  if (counter?.kind !== 'place' || !counter.place.startsWith('$')) return null;
  const place = refsAt(counter.place);
  const before = state.store.get(place);
  const now = sets !== undefined ? given(sets) : by !== undefined && before ? binary('+', before, number(by)) : null;
  if (now?.kind !== 'number') {
    if (by !== undefined || sets !== undefined) state.store.delete(place);
    return null;
  }
  state.store.set(place, now);
  return drops === undefined ? null : number(now.value <= 0 ? 1 : 0);
}

/** A completion function will drop one; how many are left, null if that is not known. */
function takeReference(state: State, counter: string): number | null {
  const before = state.store.get(refsAt(counter));
  if (before?.kind !== 'number') return null;
  state.store.set(refsAt(counter), number(before.value - 1));
  return before.value - 1;
}

/** The assignments to shared variables; what one way does and another does not counts as done. */
function effectsOf({ steps }: Last): readonly Assignment[] {
  const made = new Map<string, Assignment>();
  for (const step of steps) {
    if (step.do !== 'set') continue;
    for (const one of step.assignments) if (one.field === null) made.set(`${step.at} ${one.variable}`, one);
  }
  return [...made.values()];
}

const elementOf = (place: string): string => /^%\w+/.exec(place)?.[0] ?? '';

/** Marks that a reference count was found to be zero: what happens from here on does so once. */
const countedPlace = '@counted';

/** Whether the code runs after a reference count was found to be zero. */
export function isLast(state: State): boolean {
  return state.store.has(countedPlace);
}

/**
 * A reference is dropped. In a completion function it counts as the last one. The function that handed out others drops
 * its own, and whoever comes last goes on.
 */
export function dropReference(context: Context, state: State, counter: Value, at: string): readonly Step[] | null {
  const place = counter.kind === 'place' ? counter.place : '';
  if (context.last !== null) {
    if (/^%\w+\./.test(place)) context.last.counter ??= place;
    if (state.store.has(refsAt(place))) context.last.refs ??= place;
    state.store.set(countedPlace, number(1));
    return null;
  }
  const element = elementOf(place);
  const counted = state.store.get(`${element}.@counter`);
  const count = counted && show(counted) === place ? state.store.get(`${element}.@count`) : undefined;
  return count?.kind === 'bio' ? [{ do: 'end', at, bio: count.name }] : null;
}
