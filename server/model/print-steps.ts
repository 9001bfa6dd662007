import { type Expression, printExpression } from './expression.js';
import type { Assignment, Branch, Step } from './scenario.js';

/** What a scenario file holds, before it is text; keys whose value is undefined are left out. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain | undefined };

/** Numbers as numbers, anything else as text. */
export function value(expression: Expression): Plain {
  return expression.kind === 'number' ? expression.value : printExpression(expression);
}

/** 0 and 1 as false and true; what a file may leave out is left out. */
export function flag(expression: Expression, usual: number | null): Plain | undefined {
  if (expression.kind !== 'number' || expression.value > 1) return value(expression);
  return expression.value === usual ? undefined : expression.value === 1;
}

/** A number that a file may leave out. */
export function unlessNumber(expression: Expression, usual: number): Plain | undefined {
  return expression.kind === 'number' && expression.value === usual ? undefined : value(expression);
}

/** A text that a file may leave out. */
export function unless(text: string | null, usual: string | null): string | undefined {
  return text === usual || text === null ? undefined : text;
}

/** One alone is no list. */
export function oneOrMany(list: readonly string[]): Plain {
  const [only] = list;
  return only !== undefined && list.length === 1 ? only : list;
}

function assignment({ variable, field, to }: Assignment): string {
  return `${field === null ? variable : `${variable}.${field}`} = ${printExpression(to)}`;
}

/** Assignments; none is left out. */
export function several(assignments: readonly Assignment[]): Plain | undefined {
  return assignments.length > 0 ? oneOrMany(assignments.map(assignment)) : undefined;
}

/** Steps; none is left out. */
export function steps(list: readonly Step[]): Plain | undefined {
  return list.length > 0 ? list.map(stepOf) : undefined;
}

function branchOf({ when, about, steps: list }: Branch): Plain {
  if (when === null && about === '') return list.map(stepOf);
  return { when: when === null ? undefined : value(when), about: unless(about, ''), do: list.map(stepOf) };
}

/** What an allocation may do if nothing is said. */
const usualGfp = 'NOIO';

/** A step, its verb first, what is nested in it last. */
export function stepOf(step: Step): Plain {
  const at = unless(step.at, '');
  switch (step.do) {
    case 'alloc':
      return {
        alloc: step.bio,
        from: step.set,
        gfp: unless(step.gfp, usualGfp),
        left: unlessNumber(step.left, 0),
        tag: unlessNumber(step.tag, 0),
        ending: unless(step.ending, null),
        at,
        fail: steps(step.fail),
      };
    case 'new':
      return {
        new: step.bio,
        left: unlessNumber(step.left, 0),
        tag: unlessNumber(step.tag, 0),
        ending: unless(step.ending, null),
        at,
      };
    case 'submit':
      return { submit: step.bio, to: step.device, at };
    case 'chain':
      return { chain: step.bio, to: step.parent, at };
    case 'hold':
      return { hold: step.bio, at };
    case 'end':
      return { end: step.bio, at };
    case 'free':
      return { free: step.bio, at };
    case 'await':
      return { await: step.bio, at };
    case 'keep':
      return { keep: step.bio, on: step.list, at };
    case 'each':
      return { each: step.bio, of: step.list, at, do: step.steps.map(stepOf) };
    case 'pop':
      return { pop: step.bio, from: step.list, at, fail: steps(step.fail) };
    case 'take':
      return { take: step.pool, gfp: unless(step.gfp, usualGfp), at, fail: steps(step.fail) };
    case 'give':
      return { give: step.pool, at };
    case 'carry':
      return { carry: step.pool, by: step.bio, from: unless(step.from, null), at };
    case 'lock':
      return { lock: step.lock, mode: unless(step.mode, 'write'), at };
    case 'trylock':
      return { trylock: step.lock, at, fail: steps(step.fail) };
    case 'unlock':
      return { unlock: step.lock, mode: unless(step.mode, 'write'), at };
    case 'wait': {
      const until = value(step.until);
      return {
        [step.idle ? 'idle' : 'wait']: until,
        for: unless(step.text, String(until)),
        also: several(step.also),
        at,
        meanwhile: step.meanwhile && { when: value(step.meanwhile.when), do: step.meanwhile.steps.map(stepOf) },
      };
    }
    case 'set':
      return { set: oneOrMany(step.assignments.map(assignment)), at };
    case 'let':
      return { let: `${step.variable} = ${printExpression(step.to)}`, max: unlessNumber(step.max, 15), at };
    case 'queue':
      return { queue: step.work, with: unless(step.bio, null), at };
    case 'flush':
      return step.queue === null ? { flush: step.work ?? '', at } : { flushqueue: step.queue, at };
    case 'repeat':
      return { repeat: value(step.count), as: unless(step.as, ''), at, do: step.steps.map(stepOf) };
    case 'while':
      return { while: value(step.condition), at, do: step.steps.map(stepOf) };
    case 'if':
      return {
        if: value(step.condition),
        at,
        // biome-ignore lint/suspicious/noThenProperty: a key of the file format; nobody awaits this object.
        then: step.yes.length > 0 || step.no.length === 0 ? step.yes.map(stepOf) : undefined,
        else: steps(step.no),
      };
    case 'choose':
      return { at, choose: step.branches.map(branchOf) };
    case 'label':
      return { label: step.name, at };
    case 'goto':
      return { goto: step.label, counted: step.counted || undefined, at };
    case 'plug':
      return { plug: step.list, to: step.to, at, do: step.steps.map(stepOf) };
    case 'offload':
      return { offload: flag(step.enabled, null), guard: flag(step.guard, 1), at, do: step.steps.map(stepOf) };
    case 'arm':
      return { arm: true, guard: flag(step.guard, 1), at };
    case 'disarm':
      return { disarm: true, at };
    case 'bug':
      return { bug: step.text, at };
  }
}
