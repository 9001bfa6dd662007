import type { CFunction, Expr } from '../../c/types.js';
import { type Call, calleeName, callsIn, walkStmts } from '../../c/walk.js';
import { parseExpression } from '../expression.js';
import type { Context } from './context.js';
import { evaluate } from './evaluate.js';
import { load } from './memory.js';
import { type Outcome, placeOfCall } from './outcome.js';
import { type State, top } from './state.js';
import { number, pointer, show, target } from './value.js';

/** A callback on `current->plug->cb_list`, as dm_offload_start() of d67a5f4b5947 puts it there: schedule() runs it once. */
export function plugHook(context: Context, state: State, call: Call, name: string): Outcome | null {
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
