import type { Call } from '../../c/walk.js';
import type { Step } from '../scenario.js';
import { publish } from './completion.js';
import type { Context } from './context.js';
import { evaluate } from './evaluate.js';
import type { TryStep } from './graph.js';
import { bioName, type Outcome } from './outcome.js';
import { disturb, type State } from './state.js';
import { bioValue, number, resourceOf, show, term, type Value } from './value.js';

/** bio_list_pop() of a list that others use as well; with bio_list_get(), the rest follows by `bi_next`. */
export function takeFromList(
  state: State,
  bio: string,
  list: string,
  withRest: boolean,
  at: string,
): Extract<Outcome, { kind: 'try' }> {
  for (const place of state.store.keys()) if (place.startsWith(`$${bio}.`)) state.store.delete(place);
  if (withRest) state.store.set(`$${bio}.@from`, term(list));
  disturb(state);
  const step: TryStep = { do: 'pop', at, bio, list, fail: [] };
  return { kind: 'try', step, value: bioValue(bio), otherwise: number(0) };
}

const nothing = (value: Value = number(0)): Outcome => ({ kind: 'value', value, steps: [] });

/** Calls that work on a bio_list of the function itself, which is followed bio by bio; null for lists that others use. */
export function listCall(context: Context, state: State, call: Call, name: string, at: string): Outcome | null {
  if (!/^bio_list_(?:init|add|add_head|pop|get|empty|merge|merge_head)$/.test(name)) return null;
  const [list, other] = call.args.map((arg) => evaluate(context, state, arg));
  if (list?.kind !== 'place') return null;
  if (!isLocal(list)) return mergeOut(context, state, name, list, other, at);
  const items = itemsOf(state, list.place);
  const hold = (bios: readonly string[]): Outcome => {
    state.store.set(`${list.place}.@items`, term(bios.join(' ')));
    return nothing();
  };
  const rest = state.store.get(`${list.place}.@from`);
  switch (name) {
    case 'bio_list_init':
      state.store.delete(`${list.place}.@from`);
      return hold([]);
    case 'bio_list_add':
      return other?.kind === 'bio' ? hold([...items, show(other)]) : nothing();
    case 'bio_list_add_head':
      return other?.kind === 'bio' ? hold([show(other), ...items]) : nothing();
    case 'bio_list_merge':
    case 'bio_list_merge_head': {
      if (other?.kind !== 'place') return nothing();
      if (!isLocal(other)) {
        // Taken as they are needed.
        state.store.set(`${list.place}.@from`, term(resourceOf(other)));
        return nothing();
      }
      const added = itemsOf(state, other.place);
      state.store.set(`${other.place}.@items`, term(''));
      return hold(name === 'bio_list_merge' ? [...items, ...added] : [...added, ...items]);
    }
    case 'bio_list_empty':
      if (items.length > 0) return nothing();
      return nothing(rest?.kind === 'term' ? term(`bio_list_empty(${rest.text})`) : number(1));
    default: {
      const [first, ...others] = items;
      if (first === undefined && rest?.kind === 'term')
        return takeFromList(state, bioName(context, state, call, 'bio'), rest.text, name === 'bio_list_get', at);
      hold(name === 'bio_list_get' ? [] : others);
      if (name === 'bio_list_get') link(state, items);
      return nothing(first === undefined ? number(0) : bioValue(first.slice(1)));
    }
  }
}

const isLocal = (list: Value): boolean => list.kind === 'place' && /^\d+:/.test(list.place);

function itemsOf(state: State, list: string): readonly string[] {
  const held = state.store.get(`${list}.@items`);
  return held?.kind === 'term' ? held.text.split(' ').filter(Boolean) : [];
}

/** Bios of a chain point to each other. */
function link(state: State, items: readonly string[]): void {
  for (const [position, item] of items.entries()) {
    const next = items[position + 1];
    state.store.set(`${item}.bi_next`, next === undefined ? number(0) : bioValue(next.slice(1)));
  }
}

/** A list of the function itself goes to one that others use. */
function mergeOut(
  context: Context,
  state: State,
  name: string,
  list: Value,
  other: Value | undefined,
  at: string,
): Outcome | null {
  if (!name.startsWith('bio_list_merge') || other?.kind !== 'place' || !isLocal(other)) return null;
  const bios = itemsOf(state, other.place).map((item) => item.slice(1));
  state.store.set(`${other.place}.@items`, term(''));
  const steps = bios.flatMap((bio): readonly Step[] => [
    ...publish(context, state, bio, at),
    { do: 'keep', at, bio, list: resourceOf(list) },
  ]);
  disturb(state);
  return { kind: 'value', value: number(0), steps };
}
