import type { CIndex } from '../c/index.js';
import type { CFunction } from '../c/types.js';
import { targetOf } from './creations.js';
import { argument, formOf, primitiveCallsIn } from './primitives.js';
import { identify, identifyTarget } from './sets.js';
import type { EraGuess, MempoolFact, SetAllocation } from './types.js';
import { assumed, readValue } from './values.js';

/** Every allocation, clone and split in a function, in evaluation order. */
export function allocationsIn(fn: CFunction, index: CIndex, guess: EraGuess): SetAllocation[] {
  return primitiveCallsIn(fn.body ?? []).flatMap(({ call }) => {
    const form = formOf(call, guess);
    if (form?.does !== 'alloc' && form?.does !== 'clone' && form?.does !== 'split') return [];
    const set = argument(form, 'set', call);
    const nrVecs = form.nrVecs === null ? null : String(form.nrVecs);
    return [
      {
        path: fn.path,
        range: call.range,
        function: fn.name,
        set: form.set !== undefined ? form.set : set ? identify(set, fn, index) : '?',
        api: form.does,
        callee: form.name,
        gfp: readValue(argument(form, 'gfp', call), fn, index) ?? assumed(form.gfp, call.range),
        nrVecs: readValue(argument(form, 'nrVecs', call), fn, index) ?? assumed(nrVecs, call.range),
        call,
      },
    ];
  });
}

const pools = {
  'pool-create': 'create',
  'pool-init': 'create',
  'pool-alloc': 'alloc',
  'pool-free': 'free',
  'pool-exit': 'exit',
} as const;

/** Every use of a mempool in a function, in evaluation order. */
export function mempoolsIn(fn: CFunction, index: CIndex, guess: EraGuess): MempoolFact[] {
  return primitiveCallsIn(fn.body ?? []).flatMap(({ call }) => {
    const form = formOf(call, guess);
    const what = form && form.does in pools ? pools[form.does as keyof typeof pools] : null;
    if (!form || what === null) return [];
    const arg = argument(form, 'pool', call) ?? (form.does === 'pool-create' ? targetOf(call, fn) : null);
    const pool =
      arg === null || arg === 'returned'
        ? '?'
        : what === 'create'
          ? identifyTarget(arg, fn, index)
          : identify(arg, fn, index);
    return [
      {
        path: fn.path,
        range: call.range,
        function: fn.name,
        pool: pool ?? '?',
        what,
        callee: form.name,
        size: readValue(argument(form, 'poolSize', call), fn, index),
        gfp: readValue(argument(form, 'gfp', call), fn, index),
      },
    ];
  });
}
