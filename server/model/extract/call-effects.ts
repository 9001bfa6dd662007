import type { Expr } from '../../c/types.js';
import { type Call, calleeName } from '../../c/walk.js';
import { type Effect, effectOf } from '../../kernel/effects.js';
import { parseExpression } from '../expression.js';
import type { Step } from '../scenario.js';
import { clear, newBio } from './call-primitives.js';
import { enterOrSkip } from './calls.js';
import { carry, dropReference, endsOf, finishing, ownReference, publish } from './completion.js';
import type { Context } from './context.js';
import { atomicCall } from './counters.js';
import { evaluate, pureCall, unknownCall } from './evaluate.js';
import type { TryStep } from './graph.js';
import { resemble } from './likeness.js';
import { takeFromList } from './lists.js';
import { save, within } from './memory.js';
import { applyNote } from './note-steps.js';
import { bioName, imitate, nothing, type Outcome, placeOfCall, visible } from './outcome.js';
import { disturb, isOwned, type State, top, truth } from './state.js';
import { binary, bioValue, model, number, pointer, resourceOf, show, target, type Value } from './value.js';
import { initWork } from './works.js';

export function affect(context: Context, state: State, call: Call, effect: Effect): Outcome {
  const at = placeOfCall(top(state), call);
  const given = (position: number | undefined): Value => {
    const arg = position === undefined ? undefined : call.args[position];
    return arg ? evaluate(context, state, arg) : number(0);
  };
  const bioAt = (position: number): string | null => {
    const value = given(position);
    if (value.kind === 'bio') return value.name;
    context.remarks.add(`${at}: which bio ${call.args[position]?.text ?? ''} is, is not known`);
    return null;
  };
  const lockName = (position: number): string => {
    const lock = resourceOf(given(position));
    context.locks.set(lock, effect.kind ?? 'mutex');
    return lock;
  };
  // The author says that it cannot happen; who goes there has been sent by what the extraction does not know.
  if (effect.never) return { kind: 'either', ways: [{ when: '0', steps: [], apply: () => number(0) }] };
  const counted = atomicCall(context, state, effect, given, call);
  if (counted !== null) return nothing(counted);
  const last = context.last === null ? ownReference(state, effect, given) : null;
  if (last !== null) return nothing(last);
  const mode = effect.mode ?? 'write';
  if (effect.lock !== undefined) return visible(state, { do: 'lock', at, lock: lockName(effect.lock), mode });
  if (effect.unlock !== undefined) return visible(state, { do: 'unlock', at, lock: lockName(effect.unlock), mode });
  if (effect.trylock !== undefined) {
    const step: TryStep = { do: 'trylock', at, lock: lockName(effect.trylock), fail: [] };
    return { kind: 'try', step, value: number(1), otherwise: number(0) };
  }
  if (effect.end !== undefined) {
    const bio = bioAt(effect.end);
    if (bio === null) return nothing();
    return visible(state, [...finishing(context, state, bio, at), { do: 'end', at, bio }]);
  }
  if (effect.hold !== undefined) {
    const bio = bioAt(effect.hold);
    return bio === null ? nothing() : visible(state, { do: 'hold', at, bio });
  }
  if (effect.advance !== undefined) return advance(given(effect.advance), at);
  if (effect.put !== undefined) {
    const value = given(effect.put);
    const unsent =
      value.kind === 'bio' && state.store.get(`$${value.name}.@made`) && !state.store.get(`$${value.name}.@sent`);
    if (value.kind === 'bio') state.store.set(`$${value.name}.@sent`, number(1));
    return unsent && value.kind === 'bio' ? visible(state, { do: 'free', at, bio: value.name }) : nothing();
  }
  if (effect.remap !== undefined) {
    const bio = given(effect.remap);
    if (bio.kind === 'bio') save(state, `$${bio.name}.@dev`, given(effect.to));
    return nothing();
  }
  if (effect.page !== undefined) {
    const [page, bio] = [given(effect.page), given(effect.into)];
    if (page.kind !== 'place' || bio.kind !== 'bio') return nothing(number(1));
    return visible(state, carry(context, state, page.place, bio.name, at), number(1));
  }
  if (effect.operates !== undefined) {
    const bio = given(effect.operates);
    for (const arg of bio.kind === 'bio' ? call.args : []) resemble(context, state, show(bio).slice(1), arg);
    return nothing();
  }
  if (effect.copy !== undefined) {
    const [bio, from] = [given(effect.copy), given(effect.from)];
    if (from.kind !== 'bio') return nothing();
    if (bio.kind === 'place' && isOwned(bio.place))
      return visible(state, embedded(context, state, call, bio.place, from.name));
    if (bio.kind === 'bio') imitate(state, bio.name, from.name);
    return nothing();
  }
  if (effect.calls !== undefined) return handOver(context, state, call, effect);
  if (effect.sleep)
    return visible(state, { do: 'wait', at, until: parseExpression('1'), text: sleeps, also: [], idle: false });
  if (effect.wait !== undefined) return waitFor(context, state, call.args[effect.wait], at);
  if (effect.completion !== undefined) {
    context.remarks.add(`${at}: ${show(given(effect.completion))} is taken to be completed`);
    disturb(state);
    return nothing();
  }
  if (effect.bit !== undefined) {
    const bit = bitOf(context, state, given(effect.of), given(effect.bit), effect.becomes);
    return nothing(bit ?? unknownCall(context, state, call));
  }
  if (effect.drops !== undefined) {
    const drop = dropReference(context, state, given(effect.drops), at);
    return drop === null ? nothing(number(1)) : visible(state, drop);
  }
  if (effect.keep !== undefined && effect.on !== undefined) {
    const bio = bioAt(effect.keep);
    const list = resourceOf(given(effect.on));
    if (bio === null) return nothing();
    const steps = publish(context, state, bio, at);
    state.store.set(`$${bio}.@sent`, number(1));
    return visible(state, [...steps, { do: 'keep', at, bio, list }]);
  }
  if (effect.pop !== undefined) {
    const list = resourceOf(given(effect.pop));
    return takeFromList(state, bioName(context, state, call, 'bio'), list, effect.all === true, at);
  }
  if (effect.work !== undefined) return initWork(state, given(effect.work), given(effect.runs));
  if (effect.complete !== undefined) return nothing();
  return nothing(unknownCall(context, state, call));
}

/** A clone that is a part of what the function has allocated, so that it needs no memory of its own. */
function embedded(context: Context, state: State, call: Call, place: string, from: string): readonly Step[] {
  const at = placeOfCall(top(state), call);
  const name = bioName(context, state, call, 'clone');
  clear(state, name);
  state.store.set(`$${name}.@made`, number(1));
  state.store.set(`${place}.@bio`, bioValue(name));
  imitate(state, name, from);
  return [{ ...newBio(name, at), left: parseExpression(`${from}.left`) }];
}

/** A function that is called with what it belongs to, at once or by a work item. */
function handOver(context: Context, state: State, call: Call, effect: Effect): Outcome {
  const at = placeOfCall(top(state), call);
  const [callee, subject, queue] = [effect.calls, effect.with, effect.on].map((position) => {
    const arg = position === undefined ? undefined : call.args[position];
    return arg ? evaluate(context, state, arg) : number(0);
  });
  const [fn] = callee?.kind === 'function' ? context.index.functionsNamed(callee.name) : [];
  const isLater = effect.later === true || queue?.kind !== 'number' || queue.value !== 0;
  if (!fn || !subject) return nothing();
  const isWork = /^struct work_struct \*$/.test(fn.params[0]?.type ?? '');
  const args = [isWork ? pointer(within(target(subject), 'work')) : subject];
  if (context.last === null && isLater) {
    context.remarks.add(`${at}: ${fn.name}(), which runs later, is taken to come to its end`);
    // Whatever it ends waits for all that was handed on.
    const ended = endsOf(context, state, fn, args);
    if (ended.length === 0) return nothing();
    return visible(state, [...ended.map((bio): Step => ({ do: 'end', at, bio })), ...dropUnsent(state, at)]);
  }
  const note = context.notes.get(fn.name);
  const own = call.args.filter((_, position) => position === effect.with);
  const outcome = note
    ? applyNote(context, state, { ...call, args: own }, note, fn.name)
    : enterOrSkip(context, state, call, fn);
  return outcome.kind === 'enter' ? { ...outcome, args } : outcome;
}

/** Bios that were kept back until now go with what they were made for. */
function dropUnsent(state: State, at: string): readonly Step[] {
  const made = [...state.store.keys()].flatMap((place) => /^\$([\w']+)\.@made$/.exec(place)?.[1] ?? []);
  return made.flatMap((bio): readonly Step[] => {
    if (state.store.has(`$${bio}.@sent`)) return [];
    state.store.set(`$${bio}.@sent`, number(1));
    return [{ do: 'free', at, bio }];
  });
}

/**
 * A bit of an element that the function has taken, and that nobody else can have yet: clear until it sets it. Of shared
 * memory, as the stack is set up. Null for other bits.
 */
function bitOf(context: Context, state: State, word: Value, at: Value, becomes: 0 | 1 | undefined): Value | null {
  const place = word.kind === 'place' ? word.place : '';
  const bit = show(at);
  const fixed = context.fields.get(place);
  if (fixed === 0) return number(0);
  if (typeof fixed === 'number' && at.kind === 'number')
    return number(Number((BigInt(fixed) >> BigInt(at.value)) & 1n));
  const element = /^%\w+(?=\.)/.exec(place)?.[0];
  const shared = ['@carried', '@count'].some((note) => state.store.has(`${element}.${note}`));
  if (element === undefined || !state.store.has(`${element}.@pool`) || shared) return null;
  const key = `${place}.@${bit}`;
  const before = state.store.get(key) ?? number(0);
  if (becomes === 1) state.store.set(key, number(1));
  else if (becomes === 0) state.store.delete(key);
  return before;
}

/** test_bit() of memory whose bits are known. */
function bitIn(context: Context, state: State, call: Call): Value | null {
  const effect = effectOf(calleeName(call) ?? '');
  const [bit, word] = [effect?.bit, effect?.of].map((position) => call.args[position ?? -1]);
  if (!bit || !word || effect?.becomes !== undefined) return null;
  return bitOf(context, state, evaluate(context, state, word), evaluate(context, state, bit), undefined);
}

/** bio_advance(), bio_trim(): what is left of the bio that the program was called for is one piece less. Clones are one piece anyway. */
function advance(bio: Value, at: string): Outcome {
  if (bio.kind !== 'bio' || bio.name !== 'bio') return nothing();
  const to = parseExpression('bio.left - 1');
  const step: Step = { do: 'set', at, assignments: [{ variable: 'bio', field: 'left', to }] };
  return { kind: 'either', ways: [{ when: 'bio.left > 1', steps: [step], apply: () => number(0) }] };
}

/** Marks a sleep that waits for nothing the model knows; loops around it become waits. */
export const sleeps = 'sleeps';

/**
 * wait_event(): a wait for something the model knows. Alternatives that it does not know are taken never to come true,
 * other parts to be true; a condition of which it knows nothing, to come true.
 */
function waitFor(context: Context, state: State, condition: Expr | undefined, at: string): Outcome {
  const assumed: string[] = [];
  const value = condition ? knownPart(context, state, condition, assumed) : number(1);
  disturb(state);
  if (value === null) {
    context.remarks.add(`${at}: "${condition?.text ?? ''}" is taken to come true`);
    return nothing();
  }
  for (const remark of assumed) context.remarks.add(`${at}: ${remark}`);
  if (value.kind !== 'model') return nothing();
  const until = parseExpression(value.text);
  return visible(state, { do: 'wait', at, until, text: condition?.text ?? '', also: [], idle: false });
}

/** A condition without the parts that the model does not know, which are noted; null if nothing is left. */
function knownPart(context: Context, state: State, expr: Expr, assumed: string[]): Value | null {
  if (expr.kind === 'cast') return knownPart(context, state, expr.arg, assumed);
  if (expr.kind === 'binary' && (expr.op === '&&' || expr.op === '||')) {
    const [left, right] = [expr.left, expr.right].map((part) => knownPart(context, state, part, assumed));
    if (left && right) return binary(expr.op, left, right);
    const known = left ?? right;
    // What decides nothing leaves the unknown part to decide.
    if (known?.kind === 'number' && (known.value !== 0) === (expr.op === '&&')) return null;
    const unknown = left ? expr.right : expr.left;
    if (left || right)
      assumed.push(`"${unknown.text}" is taken ${expr.op === '&&' ? 'to come true' : 'not to come true'}`);
    return left ?? right ?? null;
  }
  const value = evaluateCalls(context, state, expr);
  if (value.kind === 'number' || value.kind === 'model') return value;
  const holds = truth(state, value);
  return holds === null ? null : number(holds ? 1 : 0);
}

/** The value of a condition, its calls answered by notes alone. */
function evaluateCalls(context: Context, state: State, expr: Expr): Value {
  const probe = (inner: Expr): void => {
    if (inner.kind === 'call') {
      const note = context.notes.get(calleeName(inner) ?? '');
      const known = note?.returns
        ? model(note.returns)
        : (pureCall(context, state, inner) ?? bitIn(context, state, inner));
      top(state).temps.set(inner, known ?? unknownCall(context, state, inner));
    } else if (inner.kind === 'binary') {
      probe(inner.left);
      probe(inner.right);
    } else if (inner.kind === 'unary' || inner.kind === 'cast') probe(inner.arg);
  };
  probe(expr);
  return evaluate(context, state, expr);
}
