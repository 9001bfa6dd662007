import type { CFunction } from '../../c/types.js';
import { UserError } from '../../text.js';
import type { Step } from '../scenario.js';
import type { Context } from './context.js';
import { load } from './memory.js';
import { isOwned, isPrivate, type State } from './state.js';
import { bioValue, number, show, type Value } from './value.js';

/** Who else is done when a bio is: a bio that ends with it, or (`counted`) with the last of several. */
export type Ends = ReadonlyMap<string, 'once' | 'counted'>;

/**
 * The steps before a bio that the function made is handed on: the bios that its completion function ends wait for it,
 * and the elements that it leads to are given back with it.
 */
export function publish(context: Context, state: State, bio: string, at: string): readonly Step[] {
  if (bio === 'bio') return [];
  const steps: Step[] = [];
  if (!state.store.has(`$${bio}.@chained`)) {
    const end = load(context, state, `$${bio}.bi_end_io`);
    const ends = endsOf(context, state, bio, end);
    for (const [parent, times] of ends) {
      steps.push({ do: 'chain', at, bio, parent });
      // Nobody else ends it; the model counts the end of the bio and of what waits for it alike.
      if (times === 'once') steps.push({ do: 'end', at, bio: parent });
    }
    const parent = state.store.get(`$${bio}.@parent`) ?? (end.kind === 'function' ? bioValue('bio') : null);
    // A driver that counts its clones ends the original after the last of them.
    if (ends.size === 0 && parent?.kind === 'bio') steps.push({ do: 'chain', at, bio, parent: parent.name });
    if (steps.length > 0) state.store.set(`$${bio}.@chained`, number(1));
    const [first] = ends.keys();
    if (first !== undefined) state.store.set(`$${bio}.@parent`, bioValue(first));
  }
  return [...steps, ...carryAlong(context, state, bio, at)];
}

/** The steps before a bio ends here: what waits for it, and the elements that point to it. */
export function finishing(context: Context, state: State, bio: string, at: string, counted = false): readonly Step[] {
  const steps = publish(context, state, bio, at);
  const times = counted || state.store.has('@counted') ? 'counted' : 'once';
  if (context.ends.get(bio) !== 'counted') context.ends.set(bio, times);
  const pointing = [...state.store].flatMap(([place, value]) =>
    value.kind === 'bio' && value.name === bio ? (/^%\w+(?=\.)/.exec(place) ?? []) : [],
  );
  return [...steps, ...pointing.flatMap((element) => carry(context, state, element, bio, at))];
}

/** The element, if it is one, belongs to the bio from now on. */
function carry(context: Context, state: State, element: string, bio: string, at: string): readonly Step[] {
  const pool = state.store.get(`${element}.@pool`);
  if (pool?.kind !== 'term' || state.store.has(`${element}.@carried`)) return [];
  state.store.set(`${element}.@carried`, number(1));
  context.carried.add(pool.text);
  return [{ do: 'carry', at, pool: pool.text, bio, from: null }];
}

/** Elements that the bio leads to belong to the bio that they point to, its parent if they point to several. */
function carryAlong(context: Context, state: State, bio: string, at: string): readonly Step[] {
  const parent = state.store.get(`$${bio}.@parent`);
  return [...reachable(state, bio)].flatMap((element) => {
    const bios = [...state.store].flatMap(([place, value]) =>
      place.startsWith(`${element}.`) && value.kind === 'bio' ? [value.name] : [],
    );
    const owner = parent?.kind === 'bio' && bios.includes(parent.name) ? parent.name : bios[0];
    return owner === undefined ? [] : carry(context, state, element, owner, at);
  });
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

const remembered = new WeakMap<Context['run'], Map<string, Ends>>();

/** The bios that the completion function of a bio ends, found by running it with what is known when the bio is handed on. */
function endsOf(context: Context, state: State, bio: string, end: Value): Ends {
  const [fn] = end.kind === 'function' ? context.index.functionsNamed(end.name) : [];
  if (!fn?.body) return new Map();
  const store = [...state.store].filter(([place]) => isOwned(place) && !/^\d+:/.test(place));
  const key = `${fn.path}:${fn.name} ${bio} ${store.map(([place, value]) => `${place}=${show(value)}`).sort()}`;
  const known = remembered.get(context.run) ?? new Map<string, Ends>();
  remembered.set(context.run, known);
  const ends = known.get(key) ?? run(context, state, store, bio, fn);
  known.set(key, ends);
  return ends;
}

function run(
  context: Context,
  state: State,
  store: readonly (readonly [string, Value])[],
  bio: string,
  fn: CFunction,
): Ends {
  const ends = new Map<string, 'once' | 'counted'>();
  const args = fn.params.map(
    ({ type }, position): Value => (position === 0 || /\bbio \*$/.test(type) ? bioValue(bio) : number(0)),
  );
  try {
    context.run({ ...context, ends }, fn, args, (start) => {
      for (const [place, value] of store) start.store.set(place, value);
      for (const [text, value] of state.facts) if (isPrivate(text)) start.facts.set(text, value);
      start.store.delete('@counted');
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.remarks.add(`${fn.name}() ${fn.path}: what it ends is too much to follow`);
  }
  ends.delete(bio);
  return ends;
}

/** Notes that a reference count was found to be zero: what happens from here on does so once, whoever gets here last. */
export function noteLast(state: State): void {
  state.store.set('@counted', number(1));
}
