import page from '../../../docs/rules/lock-dropped.md';
import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { calleeName, callsIn } from '../../c/walk.js';
import { effectOf } from '../../kernel/effects.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { allAllocations } from './allocations.js';
import { changedFunctions, isWhole, mentions } from './code.js';
import { readPage } from './page.js';
import type { ChangeRule, RawFinding, StateFacts } from './rule.js';

export const lockDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare(before, after) {
    return changedFunctions(before.index, after.index).flatMap((old) => {
      const held = [...locksIn(old)].filter(([, { takes, gives }]) => takes > 0 && gives > 0);
      if (held.length === 0) return [];
      const now = after.index.functionsNamed(old.name).find(({ path, body }) => path === old.path && body !== null);
      if (!now || now === old || !isWhole(before.index, old) || !isWhole(after.index, now)) return [];
      const left = locksIn(now);
      return held.flatMap(([lock]) => {
        const { takes, gives } = left.get(lock) ?? { takes: 0, gives: 0 };
        if (takes > 0 && gives === 0) {
          if (mayGiveBack(after.index, { old, now }, lock)) return [];
          return [{ ...report(now, lock, 'is taken and never given back'), repairable: false }];
        }
        if (takes > 0 || gives > 0 || !mayWait(now, after)) return [];
        return [report(now, lock, 'no longer lets one task at a time take what it waits for')];
      });
    });
  },
};

function report({ path, name, nameRange }: CFunction, lock: string, what: string): RawFinding {
  const evidence = { path, function: name, text: lock };
  return {
    key: `${name}:${lock}`,
    message: `${name}(): ${lock} ${what}`,
    repaired: `${name}(): ${lock} is taken and given back`,
    set: null,
    place: { path, function: name, range: nameRange },
    evidence: [evidence],
    takenAway: evidence,
    related: [],
  };
}

/** Whether the function calls another one that it did not call before, which gives back such a lock or is out of view. */
function mayGiveBack(index: CIndex, { old, now }: Record<'old' | 'now', CFunction>, lock: string): boolean {
  const [owner = '', ...fields] = lock.match(/\w+/g) ?? [];
  const called = new Set(callsIn(old.body ?? []).map(({ call }) => calleeName(call)));
  return callsIn(now.body ?? []).some(({ call }) => {
    const callee = calleeName(call);
    if (callee === null || called.has(callee) || !call.args.some((arg) => mentions(arg, owner))) return false;
    const definitions = index.functionsNamed(callee, now.path).filter(({ body }) => body !== null);
    const gives = (fn: CFunction): boolean =>
      [...locksIn(fn)].some(([other, count]) => count.gives > 0 && other.match(/\w+/g)?.at(-1) === fields.at(-1));
    return definitions.length === 0 || definitions.some(gives);
  });
}

/** How often a function takes and gives back each lock, by the lock as it is written. */
function locksIn({ body }: CFunction): ReadonlyMap<string, { readonly takes: number; readonly gives: number }> {
  const locks = new Map<string, { takes: number; gives: number }>();
  for (const { call } of callsIn(body ?? [])) {
    const effect = effectOf(calleeName(call) ?? '');
    const lock = call.args[effect?.lock ?? effect?.unlock ?? -1]?.text;
    if (!effect || lock === undefined) continue;
    const count = locks.get(lock) ?? { takes: 0, gives: 0 };
    if (effect.lock === undefined) count.gives++;
    else count.takes++;
    locks.set(lock, count);
  }
  return locks;
}

/** Whether a function takes from a set or pool in a way that may wait. */
function mayWait({ path, name }: CFunction, { inventory }: StateFacts): boolean {
  const allocations = [...allAllocations(inventory), ...inventory.mempools.filter(({ what }) => what === 'alloc')];
  return allocations.some(
    (one) => one.path === path && one.function === name && gfpMeaning(one.gfp?.text ?? '')?.waits !== false,
  );
}
