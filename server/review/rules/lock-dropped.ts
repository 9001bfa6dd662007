import page from '../../../docs/rules/lock-dropped.md';
import type { CFunction } from '../../c/types.js';
import { calleeName, callsIn } from '../../c/walk.js';
import { effectOf } from '../../kernel/effects.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { allAllocations } from './allocations.js';
import { isWhole } from './code.js';
import { readPage } from './page.js';
import type { ChangeRule, RawFinding, StateFacts } from './rule.js';

export const lockDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare(before, after) {
    const unchanged = new Set(after.index.files);
    return before.index.files
      .filter((file) => !unchanged.has(file))
      .flatMap(({ functions }) => functions)
      .flatMap((old) => {
        const held = [...locksIn(old)].filter(([, { takes, gives }]) => takes > 0 && gives > 0);
        if (held.length === 0) return [];
        const now = after.index.functionsNamed(old.name).find(({ path, body }) => path === old.path && body !== null);
        if (!now || now === old || !isWhole(before.index, old) || !isWhole(after.index, now)) return [];
        const left = locksIn(now);
        return held.flatMap(([lock]) => {
          const { takes, gives } = left.get(lock) ?? { takes: 0, gives: 0 };
          if (takes > 0 && gives === 0) return [report(now, lock, 'is taken and never given back')];
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
