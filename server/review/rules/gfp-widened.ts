import page from '../../../docs/rules/gfp-widened.md';
import { gfpMeaning } from '../../kernel/gfp.js';
import type { Place, SetId, Value } from '../../kernel/types.js';
import { allAllocations } from './allocations.js';
import { gfpRecursion } from './gfp-recursion.js';
import { readPage } from './page.js';
import type { ChangeRule, StateFacts } from './rule.js';

export const gfpWidened: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare(before, after) {
    const earlier = byName(allocationsOf(before));
    const known = new Set(gfpRecursion.check(after).map(({ place }) => `${place.path}:${place.function}`));
    return [...byName(allocationsOf(after))].flatMap(([name, now]) => {
      const wide = now.find(({ gfp }) => startsIo(gfp) === true);
      const were = earlier.get(name) ?? [];
      if (!wide || were.length === 0 || !were.every(({ gfp }) => startsIo(gfp) === false)) return [];
      if (known.has(`${wide.place.path}:${wide.place.function}`)) return [];
      const { place, callee, from, gfp } = wide;
      const evidence = { path: place.path, function: place.function, text: were[0]?.gfp.text ?? 'GFP_' };
      return [
        {
          key: name,
          message: `${place.function}() takes from ${from} with ${gfp.text}, and did with ${were[0]?.gfp.text}: reclaim may start I/O and wait for this very device`,
          repaired: `${place.function}() takes from ${from} with ${were[0]?.gfp.text}, which starts no I/O`,
          set: from,
          place: { ...place, range: gfp.range },
          evidence: [evidence, { ...evidence, text: callee }],
          takenAway: evidence,
          related: [],
        },
      ];
    });
  },
};

interface Allocation {
  readonly place: Place;
  readonly callee: string;
  /** The set or pool. */
  readonly from: SetId;
  readonly gfp: Value;
}

/** Allocations from sets and pools whose mask is written out. */
function allocationsOf({ inventory }: StateFacts): readonly Allocation[] {
  const sets = allAllocations(inventory).map((one) => ({ one, from: one.set }));
  const pools = inventory.mempools.filter(({ what }) => what === 'alloc').map((one) => ({ one, from: one.pool }));
  return [...sets, ...pools].flatMap(({ one, from }) =>
    one.gfp === null || from === null || from === '?' ? [] : [{ place: one, callee: one.callee, from, gfp: one.gfp }],
  );
}

/** By function, primitive and set. */
function byName(allocations: readonly Allocation[]): ReadonlyMap<string, readonly Allocation[]> {
  const named = new Map<string, Allocation[]>();
  for (const one of allocations) {
    const name = `${one.place.path}:${one.place.function}:${one.callee}:${one.from}`;
    named.set(name, [...(named.get(name) ?? []), one]);
  }
  return named;
}

/** Null when the mask is not known. */
function startsIo({ text }: Value): boolean | null {
  const meaning = gfpMeaning(text);
  return meaning === null ? null : meaning.waits && meaning.io;
}
