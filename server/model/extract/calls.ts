import type { CFunction } from '../../c/types.js';
import { type Call, calleeName } from '../../c/walk.js';
import { effectOf } from '../../kernel/effects.js';
import { formOf } from '../../kernel/primitives.js';
import { affect } from './call-effects.js';
import { primitive } from './call-primitives.js';
import { finishing } from './completion.js';
import { type Context, isInert, isRelevant, isSmall } from './context.js';
import { evaluate, pureCall, unknownCall } from './evaluate.js';
import { listCall } from './lists.js';
import { applyNote } from './note-steps.js';
import { type Outcome, placeOfCall, visible } from './outcome.js';
import { plugHook } from './plugs.js';
import { noteRecursion } from './recursion.js';
import { disturb, type State, top } from './state.js';
import type { Value } from './value.js';

const deepest = 24;

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

export function enterOrSkip(context: Context, state: State, call: Call, fn: CFunction): Outcome {
  const running = state.frames.some((frame) => frame.fn === fn);
  const worth =
    fn.body !== null &&
    (isRelevant(context, fn) || (isSmall(fn) && !(fn.returnType === 'void' && isInert(context, fn))));
  if (worth && running) context.remarks.add(`${placeOfCall(top(state), call)}: recursion is cut here`);
  if (!worth || running || state.frames.length >= deepest)
    return { kind: 'value', value: unknownCall(context, state, call), steps: [] };
  return { kind: 'enter', fn, args: call.args.map((arg) => evaluate(context, state, arg)), steps: [] };
}
