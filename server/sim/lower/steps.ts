import type { Step } from '../../model/scenario.js';
import { lineOfStep } from '../../model/steps.js';
import { emitAwait, emitChain, emitEach, emitEnd, emitHold, emitKeep, emitPop, emitSubmit } from './bios.js';
import {
  emitArm,
  emitBug,
  emitChoose,
  emitDisarm,
  emitGoto,
  emitIf,
  emitLabel,
  emitLet,
  emitOffload,
  emitPlug,
  emitRepeat,
  emitSet,
  emitWhile,
} from './control.js';
import { emitLock, emitTrylock, emitUnlock, emitWait } from './locks.js';
import { emitAlloc, emitCarry, emitFree, emitGive, emitNew, emitTake } from './memory.js';
import type { Scope } from './scope.js';
import { emitFlush, emitQueue } from './work.js';

type Emitters = { readonly [K in Step['do']]: (scope: Scope, step: Extract<Step, { do: K }>) => void };

/** How each primitive becomes instructions. */
const emitters: Emitters = {
  alloc: emitAlloc,
  new: emitNew,
  submit: emitSubmit,
  chain: emitChain,
  hold: emitHold,
  end: emitEnd,
  free: emitFree,
  await: emitAwait,
  keep: emitKeep,
  each: emitEach,
  pop: emitPop,
  take: emitTake,
  give: emitGive,
  carry: emitCarry,
  lock: emitLock,
  trylock: emitTrylock,
  unlock: emitUnlock,
  wait: emitWait,
  set: emitSet,
  let: emitLet,
  queue: emitQueue,
  flush: emitFlush,
  repeat: emitRepeat,
  while: emitWhile,
  if: emitIf,
  choose: emitChoose,
  label: emitLabel,
  goto: emitGoto,
  plug: emitPlug,
  offload: emitOffload,
  arm: emitArm,
  disarm: emitDisarm,
  bug: emitBug,
};

function emit<K extends Step['do']>(scope: Scope, verb: K, step: Extract<Step, { do: K }>): void {
  emitters[verb](scope, step);
}

/** Emits the steps in order; what follows them is emitted next. */
export function emitSteps(scope: Scope, steps: readonly Step[]): void {
  const { process } = scope.current;
  const outer = process.line;
  for (const step of steps) {
    process.source = scope.source;
    process.line = lineOfStep(step);
    emit(scope, step.do, step as never);
  }
  process.line = outer;
}
