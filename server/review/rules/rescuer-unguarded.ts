import page from '../../../docs/rules/rescuer-unguarded.md';
import type { Fact } from '../../c/guards.js';
import { guardsOf } from '../../c/guards.js';
import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr } from '../../c/types.js';
import { type Call, calleeName, callsIn, covers, walkExpr } from '../../c/walk.js';
import { argument, formOf } from '../../kernel/primitives.js';
import { creationsOf, flagOf } from '../../kernel/set-facts.js';
import type { Place, SetId } from '../../kernel/types.js';
import { functionAt, isWhole } from './code.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';
import { nullWorkqueueRun } from './simulations.js';

export const rescuerUnguarded: StateRule = {
  ...readPage(page),
  check(facts) {
    const { index, inventory } = facts;
    // Where all sets have a rescuer, or none has, there is nothing to test for.
    if (inventory.era.era?.rescuer !== 'flag') return [];
    const uses = inventory.uses.filter(
      ({ what, how }) => what === 'rescue_workqueue' && (how === 'queue' || how === 'read'),
    );
    return uses.flatMap((use) => {
      const fn = functionAt(index, use);
      const consumer = fn === null ? null : consumerOf(facts, fn, use);
      if (
        fn === null ||
        consumer === null ||
        !isWhole(index, fn) ||
        !mayLackRescuer(facts, use.set) ||
        isKeptAway(facts, fn)
      )
        return [];
      const { call, wq } = consumer;
      return isGuarded(index, fn, wq) ? [] : [report(facts, use, call, wq)];
    });
  },
};

/** punt_bios_to_rescuer() of a core that only calls it for sets with a rescuer. */
function isKeptAway({ core }: StateFacts, fn: CFunction): boolean {
  if (core === null) return false;
  const { dance, punt } = core.semantics;
  return dance.kind === 'seen' && !dance.value.always && punt.kind === 'seen' && punt.place.function === fn.name;
}

/** The workqueue function that a use of `rescue_workqueue` is handed to; null when it goes elsewhere. */
function consumerOf({ inventory }: StateFacts, fn: CFunction, use: Place): { call: Call; wq: Expr } | null {
  for (const { call } of callsIn(fn.body ?? [])) {
    const form = formOf(call, inventory.era);
    const wq = form?.does.startsWith('wq-') ? argument(form, 'wq', call) : null;
    if (wq !== null && covers(wq.range, use.range)) return { call, wq };
  }
  return null;
}

/** Whether a set may be without a rescuer: it is any bio's, or one created without the flag. */
function mayLackRescuer({ inventory }: StateFacts, set: SetId | '?'): boolean {
  if (set === '?') return true;
  const flag = flagOf(inventory, set, 'rescuer');
  return flag === 'no' || flag === 'conditional';
}

/** Whether `wq` is known not to be NULL where it is used, or its owner at every call of the function in view. */
function isGuarded(index: CIndex, fn: CFunction, wq: Expr): boolean {
  if (
    guardsOf(fn)
      .at(wq.range)
      .some((fact) => implies(fact, wq.text))
  )
    return true;
  const owner = wq.kind === 'field' && wq.base.kind === 'name' ? wq.base.name : null;
  const param = fn.params.findIndex(({ name }) => name === owner);
  if (param < 0) return false;
  const callers = index.callers(fn.name);
  return (
    callers.length > 0 &&
    callers.every(({ caller, call }) => {
      const arg = call.args[param];
      const texts = arg === undefined ? [] : namesOf(arg);
      return guardsOf(caller)
        .at(call.range)
        .some((fact) => texts.some((text) => implies(fact, text)));
    })
  );
}

/** How the caller writes `owner->rescue_workqueue` for the set it passes. */
function namesOf(arg: Expr): readonly string[] {
  if (arg.kind === 'unary' && arg.op === '&') return [`${arg.arg.text}.rescue_workqueue`];
  return [`${arg.text}->rescue_workqueue`];
}

/** Whether a fact says that `text` is not NULL; `WARN_ON(!x)` in a condition tells as much of x as `!x`. */
function implies({ text: known, expr, holds }: Fact, text: string): boolean {
  if (known === text) return holds;
  if (expr.kind !== 'call' || !/^WARN_ON(_ONCE)?$/.test(calleeName(expr) ?? '') || holds) return false;
  const [asserted] = expr.args;
  return asserted?.kind === 'unary' && asserted.op === '!' && asserted.arg.text === text;
}

function report(
  { inventory }: StateFacts,
  use: Place & { readonly set: SetId | '?' },
  call: Call,
  wq: Expr,
): RawFinding {
  const callee = calleeName(call) ?? '';
  const any = use.set === '?';
  const whose = any ? 'bios of a set without a rescuer' : `bios of ${use.set}, which has no rescuer,`;
  let variable = wq.text;
  walkExpr(wq, (expr) => {
    if (expr.kind === 'name') variable = expr.name;
  });
  return {
    key: `${use.function}:${callee}:${wq.text}`,
    message: `${whose} would be queued on a NULL workqueue: ${use.function}() does not test ${wq.text}, and ${callee}(NULL, …) oopses`,
    repaired: `${use.function}() tests ${wq.text} before ${callee}(), so that bios of sets without a rescuer are left alone`,
    set: any ? null : use.set,
    place: { ...use, range: call.range },
    evidence: [
      { path: use.path, function: use.function, text: `!${wq.text}` },
      { path: use.path, function: use.function, text: wq.text },
      { path: use.path, function: use.function, text: variable },
      ...(any ? [] : creationsOf(inventory, use.set)).map((creation) => ({
        path: creation.path,
        function: creation.function,
        text: 'BIOSET_NEED_RESCUER',
      })),
    ],
    related: [],
    simulation: nullWorkqueueRun,
  };
}
