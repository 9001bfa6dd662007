import type { CFunction, Expr } from '../../c/types.js';
import { type Call, calleeName, callsIn, walkStmts } from '../../c/walk.js';
import { type Effect, effectOf } from '../../kernel/effects.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { argument, type Form, formOf } from '../../kernel/primitives.js';
import { parseExpression } from '../expression.js';
import type { Step } from '../scenario.js';
import { dropReference, endsOf, finishing, publish } from './completion.js';
import { type Context, isRelevant, isSmall } from './context.js';
import { atomicCall } from './counters.js';
import { evaluate, pureCall, unknownCall } from './evaluate.js';
import type { TryStep } from './graph.js';
import { listCall, takeFromList } from './lists.js';
import { load, save, tagOf, within } from './memory.js';
import { applyNote } from './note-steps.js';
import { disturb, fork, isOwned, type State, top, truth } from './state.js';
import { binary, bioValue, model, number, pointer, resourceOf, show, target, term, type Value } from './value.js';

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

const deepest = 24;

/** `__map_bio() drivers/md/dm.c:1204`: where a step comes from. */
export function placeOfCall({ fn }: { readonly fn: CFunction }, call: Expr): string {
  return `${fn.name}() ${fn.path}:${call.range.line}`;
}

/** Makes a call whose arguments have been dealt with. */
export function makeCall(context: Context, state: State, call: Call): Outcome {
  const pure = pureCall(context, state, call);
  if (pure) return { kind: 'value', value: pure, steps: [] };
  const name = calleeName(call);
  if (name === null) return throughPointer(context, state, call, evaluate(context, state, call.callee));
  const note = context.notes.get(name);
  if (note) return applyNote(context, state, call, note);
  noteRecursion(context, state, call, name);
  const hook =
    plugHook(context, state, call, name) ?? listCall(context, state, call, name, placeOfCall(top(state), call));
  if (hook) return hook;
  const effect = effectOf(name);
  if (effect) return affect(context, state, call, effect);
  const form = formOf(call, context.era);
  const done = form && primitive(context, state, call, form);
  if (done) return done;
  const local = evaluate(context, state, call.callee);
  if (local.kind === 'function' && local.name !== name) return throughPointer(context, state, call, local);
  const [fn] = context.index.functionsNamed(name, top(state).fn.path);
  if (fn) return enterOrSkip(context, state, call, fn);
  return { kind: 'value', value: unknownCall(context, state, call), steps: [] };
}

/** Notes an allocation on the submission path whose mask lets reclaim start I/O; memalloc_noio_save() makes it harmless. */
function noteRecursion(context: Context, state: State, call: Call, name: string): void {
  const { fn } = top(state);
  const isFollowed = formOf(call, context.era) === null && context.index.functionsNamed(name, fn.path).length > 0;
  if (!context.nested || isFollowed || state.frames.some((frame) => isProtected(frame.fn))) return;
  for (const arg of call.args) {
    const gfp = show(evaluate(context, fork(state), arg));
    const meaning = /GFP_/.test(gfp) ? gfpMeaning(gfp) : null;
    if (!meaning?.waits || !meaning.io) continue;
    const place = { path: fn.path, function: fn.name, range: call.range };
    context.recursions.set(`${fn.path}:${call.range.line}:${call.range.column}`, { callee: name, gfp, place });
  }
}

const shielded = new WeakMap<CFunction, boolean>();

function isProtected(fn: CFunction): boolean {
  const known =
    shielded.get(fn) ??
    callsIn(fn.body ?? []).some(({ call }) => /^memalloc_no(?:io|reclaim)_save$/.test(calleeName(call) ?? ''));
  shielded.set(fn, known);
  return known;
}

/** A callback on `current->plug->cb_list`, as dm_offload_start() of d67a5f4b5947 puts it there: schedule() runs it once. */
function plugHook(context: Context, state: State, call: Call, name: string): Outcome | null {
  const [entry, list] = call.args;
  if (!entry || (name !== 'list_add' && name !== 'list_del')) return null;
  const at = placeOfCall(top(state), call);
  const armed = state.store.get(armedPlace);
  const place = target(evaluate(context, state, entry));
  if (name === 'list_del') {
    if (armed?.kind !== 'place' || armed.place !== place) return null;
    state.store.delete(armedPlace);
    return { kind: 'value', value: number(0), steps: [{ do: 'disarm', at }] };
  }
  if (!list || !/\bplug->cb_list$/.test(list.text)) return null;
  const callback = load(context, state, place.replace(/\.list$/, '.callback'));
  const [fn] = callback.kind === 'function' ? context.index.functionsNamed(callback.name) : [];
  const flush = fn ? flushOf(fn) : null;
  if (flush === null) {
    context.remarks.add(`${at}: what ${show(callback)}() does when the task sleeps is not followed`);
    return null;
  }
  state.store.set(armedPlace, pointer(place));
  return {
    kind: 'value',
    value: number(0),
    steps: [{ do: 'arm', at, guard: parseExpression(flush.guarded ? '1' : '0') }],
  };
}

const armedPlace = '@armed';

/** Whether a plug callback hands bios to their sets' rescuers, and looks for sets without one first; null if it does not. */
function flushOf(fn: CFunction): { readonly guarded: boolean } | null {
  let queues = false;
  let guarded = false;
  const mentionsRescuer = (expr: Expr): boolean => /->rescue_workqueue\b/.test(expr.text);
  walkStmts(fn.body ?? [], (stmt) => {
    if ((stmt.kind === 'if' || stmt.kind === 'loop') && stmt.test && mentionsRescuer(stmt.test)) guarded = true;
  });
  for (const { call } of callsIn(fn.body ?? [])) {
    if (calleeName(call) === 'queue_work' && call.args[0] && mentionsRescuer(call.args[0])) queues = true;
  }
  return queues ? { guarded } : null;
}

function throughPointer(context: Context, state: State, call: Call, callee: Value): Outcome {
  const name = callee.kind === 'function' ? callee.name : null;
  const note = name === null ? undefined : context.notes.get(name);
  if (note) return applyNote(context, state, call, note, name ?? undefined);
  // A pointer may lead to a static function of another file.
  const [fn] = name === null ? [] : context.index.functionsNamed(name);
  if (fn) return enterOrSkip(context, state, call, fn);
  // The bio came with a completion function that only its submitter knows.
  const [ended] = call.args.map((arg) => evaluate(context, state, arg));
  if (callee.kind === 'term' && callee.origin.endsWith('.bi_end_io') && ended?.kind === 'bio') {
    const at = placeOfCall(top(state), call);
    return visible(state, [...finishing(context, state, ended.name, at), { do: 'end', at, bio: ended.name }]);
  }
  if (callee.kind === 'term')
    context.remarks.add(`${placeOfCall(top(state), call)}: what ${callee.origin} calls is not known`);
  disturb(state);
  return { kind: 'value', value: unknownCall(context, state, call), steps: [] };
}

function enterOrSkip(context: Context, state: State, call: Call, fn: CFunction): Outcome {
  const running = state.frames.some((frame) => frame.fn === fn);
  const worth = fn.body !== null && (isRelevant(context, fn) || isSmall(fn));
  if (worth && running) context.remarks.add(`${placeOfCall(top(state), call)}: recursion is cut here`);
  if (!worth || running || state.frames.length >= deepest)
    return { kind: 'value', value: unknownCall(context, state, call), steps: [] };
  return { kind: 'enter', fn, args: call.args.map((arg) => evaluate(context, state, arg)), steps: [] };
}

/** A step that lets others run before or while it is done. */
function visible(state: State, step: Step | readonly Step[], value: Value = number(0)): Outcome {
  disturb(state);
  return { kind: 'value', value, steps: 'do' in step ? [step] : step };
}

const nothing = (value: Value = number(0)): Outcome => ({ kind: 'value', value, steps: [] });

function affect(context: Context, state: State, call: Call, effect: Effect): Outcome {
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
    return visible(state, [...publish(context, state, bio, at), { do: 'keep', at, bio, list }]);
  }
  if (effect.pop !== undefined) {
    const list = resourceOf(given(effect.pop));
    return takeFromList(state, bioName(context, state, call, 'bio'), list, effect.all === true, at);
  }
  if (effect.work !== undefined || effect.complete !== undefined) return nothing();
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

function gfpOf(value: Value | null, assumed: string | null): 'NOIO' | 'NOWAIT' | 'KERNEL' {
  const text = value === null ? (assumed ?? 'GFP_NOIO') : show(value);
  if (/GFP_(?:NOWAIT|ATOMIC)|~__GFP_(?:WAIT|DIRECT_RECLAIM)/.test(text) || text === '0') return 'NOWAIT';
  return /GFP_KERNEL/.test(text) ? 'KERNEL' : 'NOIO';
}

function primitive(context: Context, state: State, call: Call, form: Form): Outcome | null {
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
        if (bdev && bdev.kind !== 'number') save(after, `$${name}.@dev`, bdev);
        return bioValue(name);
      };
      if (from === null) {
        context.remarks.add(`${at}: plain memory, taken to be had`);
        return { kind: 'value', value: made(state), steps: [newBio(name, at)] };
      }
      const step = allocStep(name, from, gfp, at);
      if (gfp !== 'NOWAIT') {
        disturb(state);
        return { kind: 'value', value: made(state), steps: [step] };
      }
      return { kind: 'try', step, value: made(state), otherwise: number(0) };
    }
    case 'split':
      return split(context, state, call, form, { bio, set: set(), gfp, at });
    case 'chain': {
      const parent = given('parent');
      if (bio?.kind !== 'bio' || parent?.kind !== 'bio') return null;
      state.store.set(`$${bio.name}.@chained`, number(1));
      return visible(state, { do: 'chain', at, bio: bio.name, parent: parent.name });
    }
    case 'submit':
      return submit(context, state, form, bio, at);
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
      if (!work) return null;
      context.remarks.add(
        `${at}: ${resourceOf(work)} on ${wq ? resourceOf(wq) : (form.wq ?? 'a queue')} is not followed`,
      );
      return nothing(number(1));
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

const zero = parseExpression('0');

function newBio(bio: string, at: string): Extract<Step, { do: 'new' }> {
  return { do: 'new', at, bio, left: zero, tag: zero, ending: null };
}

function allocStep(bio: string, set: string, gfp: 'NOIO' | 'NOWAIT' | 'KERNEL', at: string, left = '1'): TryStep {
  return { do: 'alloc', at, bio, set, gfp, fail: [], left: parseExpression(left), tag: zero, ending: null };
}

/** A bio of that name is new: what was known of the one before is over. */
function clear(state: State, bio: string): void {
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
    { do: 'submit', at, bio: rest, device: 'self' },
  ];
  const settle = (after: State, value: Value): Value => {
    if (bio?.kind === 'place') after.store.set(bio.place, value);
    return value;
  };
  const cut = (after: State): Value => {
    const value = made(after);
    after.store.set(`$${front}.@chained`, number(1));
    after.store.set(`$${rest}.@sent`, number(1));
    return settle(after, value);
  };
  return {
    kind: 'either',
    ways: [
      { when, steps: resubmits, apply: cut },
      { when: null, steps: [], apply: (after) => settle(after, whole) },
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
