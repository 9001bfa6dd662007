import type { CIndex } from '../c/index.js';
import type { CFunction, Expr, Stmt } from '../c/types.js';
import { type Call, calleeName, callsIn } from '../c/walk.js';
import { kept } from '../kept.js';
import { flagsOf, implicitFlags } from './flags.js';
import { leavesOf, returnsOf, storesOf } from './leaves.js';
import { argument, type Form, formOf, formsOf, primitiveCallsIn } from './primitives.js';
import { resultOf } from './results.js';
import { identify, identifyTarget, ownerOf } from './sets.js';
import type { EraGuess, SetCreation, SetExit, SetId } from './types.js';
import { readValue } from './values.js';

/**
 * Every creation, initialisation and copy by call in a function, in evaluation order. What a primitive does inside
 * (bioset_init_from_src() calls bioset_init()) is no set of its own; its calls are counted.
 */
export function creationsIn(fn: CFunction, index: CIndex, guess: EraGuess): SetCreation[] {
  if (formsOf(fn.name).length > 0) return [];
  return callsIn(fn.body ?? []).flatMap(({ call, stmt }) => {
    const form = formOf(call, guess);
    if (form?.does === 'create' || form?.does === 'init' || form?.does === 'copy') {
      return [creation(call, stmt, form, fn, index, guess)];
    }
    return throughWrapper(call, stmt, fn, index, guess);
  });
}

/** Every `bioset_free()` and `bioset_exit()` in a function. */
export function exitsIn(fn: CFunction, index: CIndex, guess: EraGuess): SetExit[] {
  return primitiveCallsIn(fn.body ?? []).flatMap(({ call }) => {
    const form = formOf(call, guess);
    const arg = form?.does === 'exit' ? argument(form, 'set', call) : null;
    if (!form || !arg) return [];
    const set = identify(arg, fn, index);
    return set === null || set === '?' ? [] : [{ ...place(call, fn), set, callee: form.name }];
  });
}

/** `*dst = *src` and `md->bs = pools->bs` for embedded sets: a copy without a call. */
export function structCopiesIn(fn: CFunction, index: CIndex): SetCreation[] {
  return storesOf(fn).flatMap(({ target, value, operator }) => {
    if (operator !== '=' || !/^struct bio_set$/.test(index.resolve(index.typeOf(target, fn) ?? ''))) return [];
    const to = identifyTarget(target, fn, index);
    return leavesOf(value).flatMap((leaf) => {
      const from = identify(leaf, fn, index);
      if (from === null || from === '?') return [];
      return [{ ...place(target, fn), ...bare(to), callee: '=', from, result: 'checked' as const }];
    });
  });
}

/** Where the result of a creating call is put: an lvalue, or `returned`; null when it is dropped. */
export function targetOf(call: Expr, fn: CFunction): Expr | 'returned' | null {
  const known = targets.get(fn) ?? targetsIn(fn);
  targets.set(fn, known);
  return known.get(call) ?? null;
}

/** Looked up for every call of a function, of which there can be thousands. */
const targets = new WeakMap<CFunction, ReadonlyMap<Expr, Expr | 'returned'>>();

function targetsIn(fn: CFunction): ReadonlyMap<Expr, Expr | 'returned'> {
  const stored = storesOf(fn).flatMap(({ value, operator, target }) =>
    operator === '=' ? leavesOf(value).map((leaf) => [leaf, target] as const) : [],
  );
  const returned = returnsOf(fn).flatMap((value) => leavesOf(value).map((leaf) => [leaf, 'returned'] as const));
  // The first of them counts.
  return new Map<Expr, Expr | 'returned'>([...stored, ...returned].reverse());
}

function creation(call: Call, stmt: Stmt, form: Form, fn: CFunction, index: CIndex, guess: EraGuess): SetCreation {
  const flags = argument(form, 'flags', call);
  const from = argument(form, 'from', call);
  const source = from && identify(from, fn, index);
  return {
    ...place(call, fn),
    ...bare(createdSet(call, form, fn, index)),
    callee: form.name,
    poolSize: readValue(argument(form, 'poolSize', call), fn, index),
    frontPad: readValue(argument(form, 'frontPad', call), fn, index),
    flags: flags ? flagsOf(flags, fn, index) : from ? unknownFlags : implicitFlags(form.bvecs, guess.era),
    from: source === '?' ? null : source,
    result: resultOf(call, stmt, fn),
  };
}

function createdSet(call: Call, form: Form, fn: CFunction, index: CIndex): SetId {
  const arg = argument(form, 'set', call);
  const target = arg ?? targetOf(call, fn);
  if (target !== null && target !== 'returned') return identifyTarget(target, fn, index);
  return target === 'returned' ? (returnedTo(fn, index) ?? `${fn.path}:${fn.name}()`) : `${fn.path}:${fn.name}.dropped`;
}

/** The one set that all callers store the result of `fn` in. */
function returnedTo(fn: CFunction, index: CIndex): SetId | null {
  const ids = new Set(
    index.callers(fn.name).flatMap(({ caller, call }) => {
      const target = caller === fn ? null : targetOf(call, caller);
      return target === null || target === 'returned' ? [] : [identifyTarget(target, caller, index)];
    }),
  );
  const [only = null] = ids;
  return ids.size === 1 ? only : null;
}

/**
 * The call of a function that hands its own parameter on as the set to initialise: each caller creates a set. The values
 * are those that the caller passes, where the wrapper passes them on.
 */
function throughWrapper(call: Call, stmt: Stmt, fn: CFunction, index: CIndex, guess: EraGuess): SetCreation[] {
  const name = calleeName(call);
  if (name === null || formsOf(name).length > 0) return [];
  const wrapper = index.functionsNamed(name, fn.path)[0];
  if (!wrapper || wrapper === fn || !initialises(wrapper)) return [];
  return primitiveCallsIn(wrapper.body ?? []).flatMap(({ call: inner }) => {
    const form = formOf(inner, guess);
    if (form?.does !== 'init') return [];
    const given = (expr: Expr | null): Expr | null => {
      const position = expr?.kind === 'name' ? wrapper.params.findIndex((param) => param.name === expr.name) : -1;
      return position < 0 ? null : (call.args[position] ?? null);
    };
    const set = given(argument(form, 'set', inner));
    if (!set) return [];
    const value = (role: 'poolSize' | 'frontPad') => {
      const own = argument(form, role, inner);
      const passed = given(own);
      return passed ? readValue(passed, fn, index) : readValue(own, wrapper, index);
    };
    const flags = argument(form, 'flags', inner);
    const passedFlags = given(flags);
    return [
      {
        ...place(call, fn),
        ...bare(identifyTarget(set, fn, index)),
        callee: name,
        poolSize: value('poolSize'),
        frontPad: value('frontPad'),
        flags: passedFlags ? flagsOf(passedFlags, fn, index) : flags ? flagsOf(flags, wrapper, index) : unknownFlags,
        from: null,
        result: resultOf(call, stmt, fn),
      },
    ];
  });
}

/** Whether a function may initialise a set itself: few do, and every call is asked about. */
const initialises = kept(({ body }: CFunction): boolean =>
  primitiveCallsIn(body ?? []).some(({ call }) => formsOf(calleeName(call) ?? '').some(({ does }) => does === 'init')),
);

const unknownFlags = { value: null, bvecs: 'unknown', rescuer: 'unknown', percpuCache: 'unknown' } as const;

/** What is known of a creation before its call is read. */
function bare(set: SetId) {
  return { set, owner: ownerOf(set), poolSize: null, frontPad: null, flags: unknownFlags };
}

function place(at: Expr, fn: CFunction) {
  return { path: fn.path, range: at.range, function: fn.name };
}
