import type { CFunction, Expr } from '../../c/types.js';
import type { Step } from '../scenario.js';
import type { Context } from './context.js';
import type { TryStep } from './graph.js';
import { disturb, type State, top } from './state.js';
import { bioValue, number, show, term, type Value } from './value.js';

/** What a call comes to. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: Value; readonly steps: readonly Step[] }
  | { readonly kind: 'enter'; readonly fn: CFunction; readonly args: readonly Value[]; readonly steps: readonly Step[] }
  | { readonly kind: 'try'; readonly step: TryStep; readonly value: Value; readonly otherwise: Value }
  /** Any of several; `apply` does what one of them does and gives the value. */
  | { readonly kind: 'either'; readonly ways: readonly Alternative[] };

export interface Alternative {
  readonly when: string | null;
  readonly steps: readonly Step[];
  readonly apply: (state: State) => Value;
}

/** `__map_bio() drivers/md/dm.c:1204`: where a step comes from. */
export function placeOfCall({ fn }: { readonly fn: CFunction }, call: Expr): string {
  return `${fn.name}() ${fn.path}:${call.range.line}`;
}

/** A step that lets others run before or while it is done. */
export function visible(state: State, step: Step | readonly Step[], value: Value = number(0)): Outcome {
  disturb(state);
  return { kind: 'value', value, steps: 'do' in step ? [step] : step };
}

export const nothing = (value: Value = number(0)): Outcome => ({ kind: 'value', value, steps: [] });

/** A clone goes to the device of what it was cloned from, and has its flags, until it is told otherwise. */
export function imitate(state: State, bio: string, from: string): void {
  const root = state.store.get(`$${from}.@like`);
  const origin = root?.kind === 'bio' ? root.name : from;
  state.store.set(`$${bio}.@like`, bioValue(origin));
  state.store.set(`$${bio}.@dev`, state.store.get(`$${from}.@dev`) ?? term(`$${origin}.@dev`));
  if (!state.store.has(`$${bio}.@parent`)) state.store.set(`$${bio}.@parent`, bioValue(from));
}

/** A name for the bio that a call makes: the variable it goes to, numbered if another of that name is in use. */
export function bioName(context: Context, state: State, call: Expr, fallback: string): string {
  const frame = top(state);
  const { stmt } = frame.flow.nodes[frame.node] ?? {};
  const site = `${state.frames.map(({ fn }) => fn.name).join('>')}:${call.range.line}:${call.range.column}`;
  const known = context.bioNames.get(site);
  const base =
    stmt?.kind === 'decl'
      ? stmt.name
      : (/(\w+)\s*=(?!=)/.exec(stmt?.kind === 'expr' ? stmt.expr.text : '')?.[1] ?? fallback);
  const taken = new Set(context.bioNames.values());
  let name = known ?? (base === 'bio' ? fallback : base);
  if (known === undefined) for (let n = 2; taken.has(name) || name === 'bio'; n++) name = `${base}_${n}`;
  context.bioNames.set(site, name);
  const inUse = (candidate: string): boolean =>
    [...state.store].some(([place, value]) => /^\d+:/.test(place) && show(value).includes(`$${candidate}`));
  let free = name;
  for (let n = 2; inUse(free) && n <= mostAtOnce; n++) free = `${name}_again${n}`;
  return free;
}

/** The most bios from one place in the source that a function can hold at a time. */
const mostAtOnce = 6;
