import page from '../../../docs/rules/set-exit-dropped.md';
import { describeSet } from '../../kernel/set-facts.js';
import type { BioSet, SetExit } from '../../kernel/types.js';
import { readPage } from './page.js';
import type { ChangeRule } from './rule.js';

export const setExitDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare(before, after) {
    const earlier = new Map(before.inventory.sets.map((set) => [set.id, set]));
    return after.inventory.sets.flatMap((set) => {
      const [gone] = teardowns(earlier.get(set.id));
      const [creation] = set.creations;
      if (!gone || !creation || teardowns(set).length > 0) return [];
      const name = describeSet(after.inventory, set.id);
      const [fn] = after.index.functionsNamed(gone.function ?? '').filter(({ path }) => path === gone.path);
      return [
        {
          key: set.id,
          message: `${name} is still created, but nothing in view releases it any more: ${gone.function}() did`,
          repaired: `${name} is released`,
          set: set.id,
          place: fn ? { ...creation, path: fn.path, function: fn.name, range: fn.nameRange } : creation,
          evidence: [{ path: gone.path, function: gone.function, text: gone.callee }],
          takenAway: { path: gone.path, function: gone.function, text: gone.callee },
          related: [{ message: `${name} is created here`, place: creation }],
        },
      ];
    });
  },
};

/** Releases outside the functions that create the set, whose own releases unwind after an error. */
function teardowns(set: BioSet | undefined): readonly SetExit[] {
  const creators = new Set(set?.creations.map((creation) => creation.function));
  return (set?.exits ?? []).filter((exit) => exit.function !== null && !creators.has(exit.function));
}
