import { localsOf } from '../../c/locals.js';
import type { Expr } from '../../c/types.js';
import { type Call, calleeName, walkExpr } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { effectOf } from '../../kernel/effects.js';
import { assumedConstant } from '../../kernel/values.js';
import { assignCounter, counterAt } from './counters.js';
import { holdPage, resemble } from './likeness.js';
import {
  addressOf,
  bioList,
  container,
  fieldPlace,
  fixedValue,
  load,
  type Memory,
  save,
  tagOf,
  takeOver,
  within,
} from './memory.js';
import { type Frame, fork, isOwned, learn, localPlace, type State, top, truth } from './state.js';
import { binary, bioValue, model, negate, number, pointer, show, target, term, type Value } from './value.js';
import { markVisited, visited } from './visits.js';

/** What must be dealt with before an expression has a value: a call to make, or a test that decides which calls are made. */
export type Request =
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'test'; readonly test: Expr }
  /** `bio->bi_next` of a bio that came from a list with all that follow. */
  | { readonly kind: 'next'; readonly of: Expr; readonly bio: string; readonly list: string };

/** The first call (in order of evaluation) of an expression that has not been made yet. */
export function request(memory: Memory, state: State, expr: Expr): Request | null {
  const { temps } = top(state);
  if (temps.has(expr)) return null;
  const first = (...parts: readonly Expr[]): Request | null => {
    for (const part of parts) {
      const found = request(memory, state, part);
      if (found) return found;
    }
    return null;
  };
  switch (expr.kind) {
    case 'call': {
      const inner = isMacro(expr) ? null : first(...(expr.callee.kind === 'name' ? [] : [expr.callee]), ...expr.args);
      return inner ?? { kind: 'call', call: expr };
    }
    case 'binary': {
      if (expr.op !== '&&' && expr.op !== '||') return first(expr.left, expr.right);
      const left = first(expr.left);
      if (left || first(expr.right) === null) return left;
      const holds = peek(memory, state, expr.left);
      if (holds === null) return { kind: 'test', test: expr.left };
      return holds === (expr.op === '&&') ? first(expr.right) : null;
    }
    case 'conditional': {
      const test = first(expr.test);
      if (test) return test;
      const holds = peek(memory, state, expr.test);
      if (holds === null) return { kind: 'test', test: expr.test };
      return first(holds ? expr.yes : expr.no);
    }
    case 'assign': {
      const target = expr.left.kind === 'field' ? expr.left.base : expr.left;
      return first(expr.right, target);
    }
    case 'field':
      return first(expr.base) ?? nextOnList(memory, state, expr);
    case 'index':
      return first(expr.base, expr.index);
    case 'unary':
    case 'cast':
      return first(expr.arg);
    case 'sequence':
      return first(...expr.items);
    case 'other':
      return first(...expr.parts);
    case 'list':
      return first(...expr.items.map(({ value }) => value));
    default:
      return null;
  }
}

function nextOnList(memory: Memory, state: State, expr: Extract<Expr, { kind: 'field' }>): Request | null {
  if (expr.field !== 'bi_next' || !expr.arrow) return null;
  const bio = foresee(memory, state, expr.base);
  if (bio.kind !== 'bio' || state.store.has(`$${bio.name}.bi_next`)) return null;
  const list = state.store.get(`$${bio.name}.@from`);
  return list?.kind === 'term' ? { kind: 'next', of: expr, bio: bio.name, list: list.text } : null;
}

/** Macros whose arguments are no values: types, members, conditions to wait for. */
function isMacro(call: Call): boolean {
  return /^(?:container_of|list_entry|rb_entry|wait_event\w*|___?wait_event|sizeof\w*|offsetof|typeof)$/.test(
    calleeName(call) ?? '',
  );
}

const changesNothing = kept((expr: Expr): boolean => {
  let answer = true;
  walkExpr(expr, (inner) => {
    if (inner.kind === 'assign' || (inner.kind === 'unary' && /\+\+|--/.test(inner.op))) answer = false;
  });
  return answer;
});

/** The value that an expression would have. */
export function foresee(memory: Memory, state: State, expr: Expr): Value {
  return evaluate(memory, changesNothing(expr) ? state : fork(state), expr);
}

function peek(memory: Memory, state: State, expr: Expr): boolean | null {
  return truth(state, foresee(memory, state, expr));
}

/** The value of an expression whose calls have been made; assignments in it are carried out. */
export function evaluate(memory: Memory, state: State, expr: Expr): Value {
  const frame = top(state);
  const known = frame.temps.get(expr);
  if (known) return known;
  const value = (inner: Expr): Value => evaluate(memory, state, inner);
  switch (expr.kind) {
    case 'number':
      return expr.value === null ? term(expr.text) : number(expr.value);
    case 'name':
      return nameValue(memory, state, expr.name, expr);
    case 'field': {
      const place = placeOf(memory, state, expr);
      const tag = tagOf(memory, expr.base, frame);
      if (tag === 'bio_list' && expr.field === 'head' && !isOwned(place)) return emptiness(memory, state, place);
      const held = load(memory, state, place);
      // Of a bio, or of what it was cloned from.
      const isUnknown =
        held.kind === 'term' && (held.text === place || /^\$[\w']+\.(\w+)$/.exec(held.text)?.[1] === expr.field);
      const fixed = isUnknown ? memory.fields.get(`${tag}.${expr.field}`) : undefined;
      return fixed === undefined ? held : fixedValue(fixed, `${tag}.${expr.field}`);
    }
    case 'index':
      return load(memory, state, placeOf(memory, state, expr));
    case 'unary':
      return unary(memory, state, expr);
    case 'binary':
      return (
        visited(state, expr, (one) => placeOf(memory, state, one), value) ??
        binary(expr.op, value(expr.left), value(expr.right))
      );
    case 'assign': {
      const right = value(expr.right);
      const place = placeOf(memory, state, expr.left);
      const result = expr.op === '=' ? right : binary(expr.op.slice(0, -1), load(memory, state, place), right);
      const kept = result.kind === 'term' ? changed(result, place) : result;
      const counter = counterAt(memory, place);
      if (counter !== undefined) {
        assignCounter(state, counter, result, expr);
        return result;
      }
      const own = /^\$([\w']+)\.bi_(?:opf|rw)$/.exec(place)?.[1];
      if (own !== undefined) resemble(memory, state, own, expr.right);
      if (place.endsWith('.bv_page')) holdPage(state, place, right, expr);
      markVisited(state, place, right, expr);
      const type = memory.index.typeOf(expr.left, frame.fn);
      if (type === 'struct bio_list') takeOver(state, place, placeOf(memory, state, expr.right));
      save(state, place, kept, type !== null && /[*)]|^bool$/.test(memory.index.resolve(type)));
      // Flags that are known stay so when one of them is set or cleared.
      const isFlags = /^[&|]=$/.test(expr.op) || /flags$/.test(place);
      if (isFlags && kept.kind === 'number' && isOwned(place)) state.facts.set(place, kept.value);
      return state.store.get(place) ?? kept;
    }
    case 'conditional': {
      const holds = truth(state, value(expr.test));
      if (holds !== null) return value(holds ? expr.yes : expr.no);
      const [yes, no] = [value(expr.yes), value(expr.no)];
      return show(yes) === show(no) ? yes : term(`(${show(value(expr.test))} ? ${show(yes)} : ${show(no)})`);
    }
    case 'cast':
      return value(expr.arg);
    case 'sequence':
      return expr.items.reduce<Value>((_, item) => value(item), number(0));
    case 'call':
      return term(expr.text);
    case 'string':
      return term('""');
    default:
      return term(expr.text);
  }
}

/**
 * Whether the head of a list that others use is set. Whoever takes from the list finds out; a look at it beforehand
 * counts as a find, unless the function has just found it empty. Who submits looks whether somebody must be woken up.
 */
function emptiness(memory: Memory, state: State, head: string): Value {
  if (head.startsWith(bioList)) return model('bio_list');
  if (memory.nested) return number(0);
  return number(state.facts.get(emptyFact(head.replace(/\.head$/, ''))) === true ? 0 : 1);
}

/** The fact that a list has been found empty. */
export function emptyFact(list: string): string {
  return `bio_list_empty(${list})`;
}

/** `x = x + 1` of an unknown x: the new value must not be taken for one that something else is known of. */
function changed(value: Extract<Value, { kind: 'term' }>, place: string): Value {
  return value.text.includes(place) ? term(`~${place}`) : value;
}

function nameValue(memory: Memory, state: State, name: string, expr: Expr): Value {
  const { index } = memory;
  const frame = top(state);
  if (name === 'NULL' || name === 'false') return number(0);
  if (name === 'true') return number(1);
  if (isLocal(frame, name, expr)) return load(memory, state, localPlace(state.frames.length, name));
  const constant = index.constant(name, frame.fn.path) ?? assumedConstant(name, frame.fn.path);
  if (constant !== null) return number(constant);
  const isFunction = index.functionsNamed(name, frame.fn.path).length > 0 || index.prototypes(name).length > 0;
  if (isFunction) return { kind: 'function', name };
  return load(memory, state, name);
}

function isLocal({ fn }: Frame, name: string, expr: Expr): boolean {
  return localsOf(fn).typeAt(name, expr.range) !== null || fn.params.some((param) => param.name === name);
}

function unary(memory: Memory, state: State, expr: Extract<Expr, { kind: 'unary' }>): Value {
  const step = /^(post|pre)?(\+\+|--)$/.exec(expr.op);
  if (step) {
    const place = placeOf(memory, state, expr.arg);
    const before = load(memory, state, place);
    const after = binary(step[2] === '++' ? '+' : '-', before, number(1));
    const counter = counterAt(memory, place);
    if (counter === undefined) save(state, place, after.kind === 'term' ? changed(after, place) : after);
    else assignCounter(state, counter, after, expr);
    return step[1] === 'post' ? before : after;
  }
  if (expr.op === '&') {
    const place = placeOf(memory, state, expr.arg);
    // A bio that is a part of a structure.
    return state.store.get(`${place}.@bio`) ?? addressOf(place);
  }
  if (expr.op === '*') {
    const place = target(evaluate(memory, state, expr.arg));
    return /^\$[\w']+$/.test(place) ? bioValue(place.slice(1)) : load(memory, state, place);
  }
  const value = evaluate(memory, state, expr.arg);
  if (expr.op === '!') return negate(value);
  if (value.kind === 'number') {
    if (expr.op === '-') return number(-value.value);
    if (expr.op === '~') return number(~value.value);
    if (expr.op === '+') return value;
  }
  return term(`${expr.op}${show(value)}`);
}

/** Whether an expression stands for memory that is a variable of the model: then so do its elements. */
function isCounter(memory: Memory, state: State, expr: Expr): boolean {
  return (
    expr.kind === 'field' && memory.counters.size > 0 && counterAt(memory, placeOf(memory, state, expr)) !== undefined
  );
}

/** The place that an lvalue names. */
export function placeOf(memory: Memory, state: State, expr: Expr): string {
  const frame = top(state);
  switch (expr.kind) {
    case 'name':
      return isLocal(frame, expr.name, expr) ? localPlace(state.frames.length, expr.name) : expr.name;
    case 'field': {
      if (!expr.arrow) return within(placeOf(memory, state, expr.base), expr.field);
      const base = evaluate(memory, state, expr.base);
      return fieldPlace(base, tagOf(memory, expr.base, frame), expr.field);
    }
    case 'index': {
      const isArray = memory.index.typeOf(expr.base, frame.fn)?.includes('[');
      const base =
        isArray || isCounter(memory, state, expr.base)
          ? placeOf(memory, state, expr.base)
          : target(evaluate(memory, state, expr.base));
      const at = evaluate(memory, state, expr.index);
      return `${base}[${at.kind === 'number' && !/^[$%]/.test(base) ? at.value : ''}]`;
    }
    case 'unary':
      if (expr.op === '*') return target(evaluate(memory, state, expr.arg));
      break;
    case 'cast':
      return placeOf(memory, state, expr.arg);
    case 'call':
      return target(evaluate(memory, state, expr));
    default:
  }
  return target(evaluate(memory, state, expr));
}

/** Calls that have a value and do nothing else; null for others. */
export function pureCall(memory: Memory, state: State, call: Call): Value | null {
  const name = calleeName(call);
  const [first, second, third] = call.args;
  const value = (expr: Expr): Value => evaluate(memory, state, expr);
  switch (name) {
    case 'dm_per_bio_data':
      // It lies before the bio.
      return first ? pointer(`${target(value(first))}.per_bio_data`) : null;
    case 'container_of':
    case 'list_entry':
    case 'rb_entry':
      return first && third ? container(value(first), third.text) : null;
    case 'to_delayed_work':
      return first ? container(value(first), 'work') : null;
    case 'likely':
    case 'unlikely':
    case 'READ_ONCE':
    case 'ACCESS_ONCE':
    case 'smp_load_acquire':
    case 'WARN_ON':
    case 'WARN_ON_ONCE':
      return first ? value(first) : null;
    case 'IS_ERR':
    case 'IS_ERR_OR_NULL': {
      const tested = first && value(first);
      if (tested?.kind === 'bio' || tested?.kind === 'place') return number(0);
      return name === 'IS_ERR_OR_NULL' && tested?.kind === 'number' ? number(tested.value === 0 ? 1 : 0) : null;
    }
    case 'bio_list_empty': {
      const list = first && value(first);
      if (list?.kind !== 'place' || /^\d+:/.test(list.place)) return null;
      return negate(emptiness(memory, state, list.place));
    }
    case 'WRITE_ONCE':
      if (first && second) save(state, placeOf(memory, state, first), value(second));
      return number(0);
    case 'BUG_ON':
      if (first) learn(state, value(first), false);
      return number(0);
    default:
      return readCounter(memory, state, call, name);
  }
}

/** atomic_read() of a variable of the model. */
function readCounter(memory: Memory, state: State, call: Call, name: string | null): Value | null {
  const effect = name === null ? null : effectOf(name);
  const arg = effect?.counts === undefined ? undefined : call.args[effect.counts];
  if (!arg || effect?.by !== undefined || effect?.sets !== undefined) return null;
  const pointer = evaluate(memory, state, arg);
  const variable = pointer.kind === 'place' ? counterAt(memory, pointer.place) : undefined;
  return variable === undefined ? null : model(variable);
}

/** The value of an unknown function: the same for the same arguments, as long as nothing changes. */
export function unknownCall(memory: Memory, state: State, call: Call): Value {
  const callee = calleeName(call) ?? show(evaluate(memory, state, call.callee));
  const args = call.args.map((arg) => {
    const given = evaluate(memory, state, arg);
    const like = given.kind === 'bio' ? state.store.get(`$${given.name}.@like`) : undefined;
    return show(like ?? given);
  });
  // What it is given the address of, it may change.
  for (const arg of call.args) {
    const given = evaluate(memory, state, arg);
    if (given.kind === 'place' && /^\d+:/.test(given.place)) forget(state, given.place);
  }
  const text = `${callee}(${args.join(', ')})`;
  const known = state.facts.get(text);
  return typeof known === 'number' ? number(known) : known === false ? number(0) : term(text);
}

function forget(state: State, place: string): void {
  for (const [known, value] of state.store) {
    if (known !== place && !known.startsWith(`${place}.`)) continue;
    // Pointers to structures are set up once; numbers are what such a function is asked for.
    if (value.kind === 'number' || value.kind === 'term') state.store.delete(known);
  }
}
