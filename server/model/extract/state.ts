import type { Flow } from '../../c/flow.js';
import { localsOf } from '../../c/locals.js';
import type { CFunction, Expr } from '../../c/types.js';
import type { Step } from '../scenario.js';
import { number, type Value } from './value.js';

/** A function that is being run. */
export interface Frame {
  readonly fn: CFunction;
  readonly flow: Flow;
  node: number;
  /** Values of the calls and truth of the tests that the current node has dealt with. */
  readonly temps: Map<Expr, Value>;
  /** What it returns. */
  result: Value | null;
  /** The call in the frame below that gets the result; null for the entry point. */
  readonly call: Expr | null;
  /** Heads of loops whose test was open, and how often a head was met. */
  readonly open: Set<number>;
  readonly visits: Map<number, number>;
}

/** One way through the code: where it is, what it has stored, and what it has learnt from tests. */
export interface State {
  readonly frames: Frame[];
  readonly store: Map<string, Value>;
  /** Truth of a term, or the number that it equals. */
  readonly facts: Map<string, boolean | number>;
  /** Steps that expressions came to, to be done next. */
  readonly steps: Step[];
}

/** A copy that can go another way. */
export function fork(state: State): State {
  return {
    frames: state.frames.map((frame) => ({
      ...frame,
      temps: new Map(frame.temps),
      open: new Set(frame.open),
      visits: new Map(frame.visits),
    })),
    store: new Map(state.store),
    facts: new Map(state.facts),
    steps: [...state.steps],
  };
}

export function top(state: State): Frame {
  const frame = state.frames.at(-1);
  if (!frame) throw new Error('no function is running');
  return frame;
}

/** The place of a local variable of the function at this depth. */
export function localPlace(depth: number, name: string): string {
  return `${depth}:${name}`;
}

/** A local that is a pointer or a truth value: nobody counts with it. */
function isSwitch({ frames }: State, place: string): boolean {
  const [, depth, name = ''] = /^(\d+):(\w+)$/.exec(place) ?? [];
  const fn = frames[Number(depth) - 1]?.fn;
  const type = fn && localsOf(fn).get(name)?.type;
  return type !== undefined && /\*$|^bool$/.test(type);
}

/** Memory that nobody else can change: locals, bios and elements, and what a function finds for a bio (`dm_per_bio_data($clone, …)`). */
export function isOwned(place: string): boolean {
  return /^(?:[$%~]|\d+:|\w+\(\$)/.test(place);
}

/** One of several: a member of an array of a bio or an element. Nothing is known of such a member, whichever is meant. */
export function isSummary(place: string): boolean {
  return /[$%][\w']+[^ (),]*\[/.test(place);
}

/** True when nothing but the task itself can change what the term says. */
export function isPrivate(text: string): boolean {
  const rest = text.replace(/[$~%][\w:']+(?:(?:\.|->|\^)\w+)*/g, '');
  return rest !== text && !/[a-z]\w*\.\w/.test(rest);
}

/** A pointer that is known not to be NULL, whatever it points to. */
const isAddress = (text: string): boolean => text.startsWith('&');

/** Whether a value is known to be true; null if it is open. */
export function truth(state: State, value: Value): boolean | null {
  switch (value.kind) {
    case 'number':
      return value.value !== 0;
    case 'bio':
    case 'place':
    case 'function':
      return true;
    case 'model':
      return null;
    case 'term': {
      if (isAddress(value.text)) return !value.negated;
      const known = state.facts.get(value.text) ?? equality(state, value.text);
      if (known === undefined) return null;
      return (known !== false && known !== 0) !== value.negated;
    }
  }
}

/** The truth of `(3 == x)` when x is known. */
function equality(state: State, text: string): boolean | undefined {
  const [, expected, other] = /^\((-?\d+) == (.+)\)$/.exec(text) ?? [];
  const known = other === undefined ? undefined : state.facts.get(other);
  if (known === undefined || (known === true && expected !== '0')) return undefined;
  return Number(known) === Number(expected);
}

/** Notes the outcome of a test. */
export function learn(state: State, value: Value, holds: boolean): void {
  if (value.kind !== 'term' || isSummary(value.text)) return;
  const outcome = holds !== value.negated;
  state.facts.set(value.text, outcome);
  // A pointer that is known to be NULL goes on like one that was set to it.
  if (!outcome)
    for (const [place, held] of state.store)
      if (held.kind === 'term' && held.text === value.text && isSwitch(state, place))
        state.store.set(place, number(held.negated ? 1 : 0));
  const equality = /^\((-?\d+) == (.+)\)$/.exec(value.text);
  if (outcome && equality) state.facts.set(equality[2] ?? '', Number(equality[1]));
}

/**
 * Others may have run: what was learnt of shared memory no longer holds. A value that was read from it is no longer
 * what stands there now, but keeps what was learnt of it.
 */
export function disturb(state: State): void {
  /** What is the same before is the same afterwards. */
  const names = new Map<string, string>();
  for (const [place, value] of state.store) {
    if (
      value.kind !== 'term' ||
      place.includes('@') ||
      isPrivate(value.text) ||
      isAddress(value.text) ||
      /^[A-Z][A-Z0-9_]+$/.test(value.text)
    )
      continue;
    const known = state.facts.get(value.text);
    if (known === false || typeof known === 'number') {
      state.store.set(place, { kind: 'number', value: Number(value.negated ? known === 0 || known === false : known) });
    } else {
      const kept = names.get(value.text) ?? `~${place}`;
      names.set(value.text, kept);
      state.store.set(place, { ...value, text: kept });
      if (known === true) state.facts.set(kept, true);
      else state.facts.delete(kept);
    }
  }
  for (const text of state.facts.keys()) if (!isPrivate(text)) state.facts.delete(text);
}
