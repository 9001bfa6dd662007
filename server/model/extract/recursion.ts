import type { CFunction } from '../../c/types.js';
import { type Call, calleeName, callsIn } from '../../c/walk.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { formOf } from '../../kernel/primitives.js';
import type { Context } from './context.js';
import { evaluate } from './evaluate.js';
import { fork, type State, top } from './state.js';
import { show } from './value.js';

/** Notes an allocation on the submission path whose mask lets reclaim start I/O; memalloc_noio_save() makes it harmless. */
export function noteRecursion(context: Context, state: State, call: Call, name: string): void {
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
