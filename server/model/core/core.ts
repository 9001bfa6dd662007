import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { walkExprs } from '../../c/walk.js';
import type { Place } from '../../kernel/types.js';
import { Choices, type Outcome } from './choices.js';
import { observeDance, observeFlush, observeMissing, observePunt, observeRescue } from './memory.js';
import { observeOrder, ruleOf, submitFunction } from './order.js';
import type { CoreSemantics, Finding } from './semantics.js';
import { World } from './world.js';

/** Runs the core functions that are in view on a handful of situations and tells what they do. */
export function coreOf(index: CIndex): CoreSemantics {
  const find = (name: string): CFunction | null =>
    index.functionsNamed(name).find(({ body, hasError }) => body !== null && !hasError) ?? null;
  const submit = submitFunction(index);
  const plain = submit && observeOrder(index, submit, true);
  const flat = submit && hasFlat(index) ? observeOrder(index, submit, false) : null;
  const count = (submit && listCount(index, submit)) ?? (mentionsSecond(index) ? 2 : 1);
  const about = <T>(name: string, observe: (fn: CFunction) => Outcome<T>): Finding<T> => {
    const fn = find(name);
    return fn ? finding(fn, observe(fn)) : { kind: 'not in view' };
  };
  const ordered = (outcome: typeof plain): CoreSemantics['order'] => {
    if (!submit || !outcome) return { kind: 'not in view' };
    if (outcome.kind !== 'seen') return finding(submit, outcome);
    const rule = ruleOf(outcome.value.order);
    return finding(
      submit,
      rule
        ? { kind: 'seen', value: rule }
        : { kind: 'not understood', reason: `bios reach their devices in the order ${outcome.value.order}` },
    );
  };
  return {
    order: ordered(plain),
    flat: ordered(flat),
    lists:
      submit && plain?.kind === 'seen'
        ? finding(submit, { kind: 'seen', value: plain.value.visible ? 'all' : 'own only' })
        : { kind: 'not in view' },
    dance: about('bio_alloc_bioset', (fn) => observeDance(index, fn, count)),
    missing: about('bio_alloc_bioset', (fn) => observeMissing(index, fn)),
    punt: about('punt_bios_to_rescuer', (fn) => observePunt(index, fn, count)),
    rescue: about('bio_alloc_rescue', (fn) => observeRescue(index, fn, submit)),
    flush: about('flush_current_bio_list', (fn) => observeFlush(index, fn, count)),
  };
}

function finding<T>(fn: CFunction, outcome: Outcome<T>): Finding<T> {
  const place: Place = { path: fn.path, function: fn.name, range: fn.nameRange };
  if (outcome.kind === 'seen') return { kind: 'seen', value: outcome.value, place };
  return { kind: 'not understood', reason: outcome.reason, place };
}

/** Whether devices without a function of their own go another way. */
function hasFlat(index: CIndex): boolean {
  return index.callers('blk_mq_submit_bio').length > 0;
}

/** How many lists current->bio_list leads to while a driver runs; null if it cannot be seen. */
function listCount(index: CIndex, submit: CFunction): 1 | 2 | null {
  let count: number | null = null;
  const world = new World(index, new Choices(new Map()));
  const device = world.device('disk', true);
  world.dispatch = () => {
    count = world.visible().length;
  };
  try {
    world.interpreter.run(submit, [world.bio('x', device)]);
  } catch {
    return null;
  }
  return count === 1 || count === 2 ? count : null;
}

/** Without the function that makes the lists: whether one that uses them knows of a second. */
function mentionsSecond(index: CIndex): boolean {
  let found = false;
  for (const { functions } of index.files)
    for (const { body } of functions)
      walkExprs(body ?? [], (expr) => {
        found ||= expr.kind === 'index' && expr.base.kind === 'field' && expr.base.field === 'bio_list';
      });
  return found;
}
