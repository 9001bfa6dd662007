import type { Expr } from '../../c/types.js';
import type { Call } from '../../c/walk.js';
import { argument, type Form } from '../../kernel/primitives.js';
import { parseExpression } from '../expression.js';
import type { Step } from '../scenario.js';
import { publish } from './completion.js';
import type { Context } from './context.js';
import { evaluate } from './evaluate.js';
import type { TryStep } from './graph.js';
import { resemble } from './likeness.js';
import { load, save, tagOf } from './memory.js';
import { bioName, imitate, nothing, type Outcome, placeOfCall, visible } from './outcome.js';
import { disturb, fork, isOwned, type State, top } from './state.js';
import { bioValue, number, pointer, resourceOf, show, term, type Value } from './value.js';
import { fits, mayBeTooBig } from './visits.js';
import { queueWork } from './works.js';

function gfpOf(value: Value | null, assumed: string | null): 'NOIO' | 'NOWAIT' | 'KERNEL' {
  const text = value === null ? (assumed ?? 'GFP_NOIO') : show(value);
  if (/GFP_(?:NOWAIT|ATOMIC)|~__GFP_(?:WAIT|DIRECT_RECLAIM)/.test(text) || text === '0') return 'NOWAIT';
  return /GFP_KERNEL/.test(text) ? 'KERNEL' : 'NOIO';
}

export function primitive(context: Context, state: State, call: Call, form: Form): Outcome | null {
  const at = placeOfCall(top(state), call);
  const given = (role: Parameters<typeof argument>[1]): Value | null => {
    const arg = argument(form, role, call);
    return arg && evaluate(context, state, arg);
  };
  const gfp = gfpOf(given('gfp'), form.gfp);
  const set = (): string | null => {
    const arg = argument(form, 'set', call);
    if (arg) return nameOf(context, state, arg);
    return form.set === undefined || form.set === null ? null : form.set.replace(/^struct /, '');
  };
  const bio = given('bio');
  switch (form.does) {
    case 'alloc':
    case 'clone': {
      const from = set();
      const name = bioName(context, state, call, form.does === 'clone' ? 'clone' : 'b');
      const bdev = given('bdev');
      const made = (after: State): Value => {
        clear(after, name);
        after.store.set(`$${name}.@made`, number(1));
        if (form.does === 'clone' && bio?.kind === 'bio') imitate(after, name, bio.name);
        for (const arg of form.does === 'alloc' ? call.args : []) resemble(context, after, name, arg);
        if (bdev && bdev.kind !== 'number') save(after, `$${name}.@dev`, bdev);
        return bioValue(name);
      };
      if (from === null) {
        context.remarks.add(`${at}: plain memory, taken to be had`);
        return { kind: 'value', value: made(state), steps: [allocStep(name, plainMemory, gfp, at)] };
      }
      const step = allocStep(name, from, gfp, at);
      if (gfp !== 'NOWAIT') {
        disturb(state);
        return { kind: 'value', value: made(state), steps: [step] };
      }
      return { kind: 'try', step, value: made(state), otherwise: number(0) };
    }
    case 'split':
      // NULL for a set.
      return split(context, state, call, form, {
        bio,
        set: set() ?? (argument(form, 'set', call) && plainMemory),
        gfp,
        at,
      });
    case 'chain': {
      const parent = given('parent');
      if (bio?.kind !== 'bio' || parent?.kind !== 'bio') return null;
      state.store.set(`$${bio.name}.@chained`, number(1));
      return visible(state, { do: 'chain', at, bio: bio.name, parent: parent.name });
    }
    case 'submit':
      return submit(context, state, form, bio?.kind === 'number' ? given('parent') : bio, at);
    case 'pool-alloc': {
      const pool = given('pool');
      if (!pool) return null;
      const name = `%${bioName(context, state, call, 'element')}`;
      const taken: TryStep = {
        do: 'take',
        at,
        pool: resourceOf(pool),
        gfp: gfp === 'NOWAIT' ? 'NOWAIT' : 'NOIO',
        fail: [],
      };
      for (const place of state.store.keys()) if (place.startsWith(`${name}.`)) state.store.delete(place);
      state.store.set(`${name}.@pool`, term(taken.pool));
      if (gfp === 'NOWAIT') return { kind: 'try', step: taken, value: pointer(name), otherwise: number(0) };
      return visible(state, taken, pointer(name));
    }
    case 'pool-free': {
      const pool = given('pool');
      const element = given('element');
      if (element?.kind === 'place') {
        if (state.store.has(`${element.place}.@carried`)) return nothing();
        for (const place of state.store.keys()) if (place.startsWith(`${element.place}.`)) state.store.delete(place);
      }
      return pool ? visible(state, { do: 'give', at, pool: resourceOf(pool) }) : null;
    }
    case 'wq-queue': {
      const work = given('work');
      const wq = given('wq');
      return work && queueWork(context, state, call, work, wq);
    }
    case 'wq-flush':
      context.remarks.add(`${at}: the flush is taken to end`);
      return nothing();
    default:
      return null;
  }
}

/** The name of the set that an expression points to: by the innermost structure that it is a member of. */
function nameOf(context: Context, state: State, arg: Expr): string | null {
  const value = evaluate(context, state, arg);
  if (value.kind === 'number') return null;
  const inner = arg.kind === 'unary' && arg.op === '&' ? arg.arg : null;
  const name = resourceOf(value);
  if (inner?.kind !== 'field' || inner.base.kind !== 'field' || inner.arrow || isOwned(name)) return name;
  const tag = tagOf(context, inner.base, top(state));
  return tag === null ? name : `${tag}.${inner.field}`;
}

/** What stands for the set of bios that come from none: the next may be made while those before are under way. */
export const plainMemory = 'kmalloc';

const zero = parseExpression('0');

export function newBio(bio: string, at: string): Extract<Step, { do: 'new' }> {
  return { do: 'new', at, bio, left: zero, tag: zero, ending: null };
}

function allocStep(bio: string, set: string, gfp: 'NOIO' | 'NOWAIT' | 'KERNEL', at: string, left = '1'): TryStep {
  return { do: 'alloc', at, bio, set, gfp, fail: [], left: parseExpression(left), tag: zero, ending: null };
}

/** A bio of that name is new: what was known of the one before is over. */
export function clear(state: State, bio: string): void {
  for (const place of state.store.keys())
    if (place === `$${bio}` || place.startsWith(`$${bio}.`) || place.startsWith(`$${bio}^`)) state.store.delete(place);
  for (const text of state.facts.keys()) if (new RegExp(`\\$${bio}\\b`).test(text)) state.facts.delete(text);
}

interface SplitCall {
  readonly bio: Value | null;
  readonly set: string | null;
  readonly gfp: 'NOIO' | 'NOWAIT' | 'KERNEL';
  readonly at: string;
}

/**
 * bio_split() and what is built on it. The front is one piece; the bio keeps the rest. bio_next_split() gives the bio
 * itself once it is small enough; blk_queue_split() and bio_split_to_limits() resubmit the rest by themselves.
 */
function split(
  context: Context,
  state: State,
  call: Call,
  form: Form,
  { bio, set, gfp, at }: SplitCall,
): Outcome | null {
  const byReference = bio?.kind === 'place' ? load(context, state, bio.place) : null;
  const whole = byReference ?? bio;
  if (whole?.kind !== 'bio' || set === null) {
    context.remarks.add(`${at}: what is split here, or from which set, is not known`);
    return null;
  }
  const rest = whole.name;
  const front = bioName(context, state, call, 'front');
  const steps: Step[] = [
    allocStep(front, set, gfp, at),
    { do: 'set', at, assignments: [{ variable: rest, field: 'left', to: parseExpression(`${rest}.left - 1`) }] },
  ];
  const made = (after: State): Value => {
    clear(after, front);
    after.store.set(`$${front}.@made`, number(1));
    imitate(after, front, rest);
    after.store.delete(`$${front}.@parent`);
    disturb(after);
    return bioValue(front);
  };
  const when = `${rest}.left > 1`;
  if (form.name === 'bio_split') return { kind: 'either', ways: [{ when, steps, apply: made }] };
  if (form.name === 'bio_next_split') {
    return {
      kind: 'either',
      ways: [
        { when, steps, apply: made },
        { when: null, steps: [], apply: () => whole },
      ],
    };
  }
  const resubmits: Step[] = [
    ...steps,
    { do: 'chain', at, bio: front, parent: rest },
    ...publish(context, fork(state), rest, at),
    { do: 'submit', at, bio: rest, device: 'self' },
  ];
  const settle = (after: State, value: Value): Value => {
    if (bio?.kind === 'place') after.store.set(bio.place, value);
    return value;
  };
  const cut = (after: State): Value => {
    const value = made(after);
    after.store.set(`$${front}.@chained`, number(1));
    publish(context, after, rest, at);
    after.store.set(`$${rest}.@sent`, number(1));
    fits(after, front);
    return settle(after, value);
  };
  const keep = (after: State): Value => {
    fits(after, rest);
    return settle(after, whole);
  };
  return {
    kind: 'either',
    ways: [
      { when: mayBeTooBig(state, rest), steps: resubmits, apply: cut },
      { when: null, steps: [], apply: keep },
    ],
  };
}

/** Hands a bio down: to the device itself if nothing has pointed it elsewhere. */
function submit(context: Context, state: State, form: Form, bio: Value | null, at: string): Outcome | null {
  if (bio?.kind !== 'bio') {
    context.remarks.add(`${at}: which bio is submitted is not known`);
    return nothing();
  }
  const { name } = bio;
  const device = deviceOf(load(context, state, `$${name}.@dev`));
  const end = load(context, state, `$${name}.bi_end_io`);
  if (end.kind === 'function') {
    const known = context.endings.get(name) ?? new Set();
    context.endings.set(name, known.add(end.name));
  }
  const steps: Step[] = [...publish(context, state, name, at)];
  steps.push({ do: 'submit', at, bio: name, device });
  if (form.name === 'submit_bio_wait') steps.push({ do: 'await', at, bio: name });
  state.store.set(`$${name}.@sent`, number(1));
  disturb(state);
  return { kind: 'value', value: number(0), steps };
}

/** `self` for the device that the bio of the program came to, `disk` for any other. */
function deviceOf(value: Value): string {
  return value.kind === 'term' && /^\$[\w']+\.@dev$/.test(value.text) ? 'self' : 'disk';
}
