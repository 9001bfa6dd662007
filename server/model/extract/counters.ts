import type { Expr } from '../../c/types.js';
import type { Effect } from '../../kernel/effects.js';
import { parseExpression } from '../expression.js';
import type { Memory } from './memory.js';
import { type State, top } from './state.js';
import { binary, model, number, type Value } from './value.js';

/** Shared memory that is a variable of the model, by place: `r1conf.nr_pending` → `nr_pending`; elements of an array are one. */
export type Counters = ReadonlyMap<string, string>;

/** The model variable that stands for a place; undefined for other memory. */
export function counterAt({ counters }: Memory, place: string): string | undefined {
  return counters.size === 0 ? undefined : counters.get(place.replace(/\[\d*\]/g, '').replace(/\.counter$/, ''));
}

/** Notes an assignment to a model variable as a step; a value that the model cannot express leaves it as it is. */
export function assignCounter(state: State, variable: string, value: Value, at: Expr): void {
  if (value.kind !== 'number' && value.kind !== 'model') return;
  const { fn } = top(state);
  const to = parseExpression(value.kind === 'number' ? `${value.value}` : value.text);
  const source = `${fn.name}() ${fn.path}:${at.range.line}`;
  state.steps.push({ do: 'set', at: source, assignments: [{ variable, field: null, to }] });
}

/** atomic_inc() and the like on a model variable: what the call comes to, its effect noted as a step; null for other calls. */
export function atomicCall(
  memory: Memory,
  state: State,
  effect: Effect,
  given: (position: number) => Value,
  at: Expr,
): Value | null {
  if (effect.counts === undefined) return null;
  const pointer = given(effect.counts);
  const variable = pointer.kind === 'place' ? counterAt(memory, pointer.place) : undefined;
  if (variable === undefined) return null;
  const before = model(variable);
  if (effect.sets !== undefined) {
    assignCounter(state, variable, given(effect.sets), at);
    return number(0);
  }
  if (effect.by === undefined) return before;
  const amount = effect.times === undefined ? number(1) : given(effect.times);
  assignCounter(state, variable, binary(effect.by < 0 ? '-' : '+', before, amount), at);
  // The step comes first, so the variable has its new value when the result is looked at.
  return effect.drops === undefined ? before : binary('==', before, number(0));
}
