import page from '../../../docs/rules/set-foreign.md';
import type { SetAllocation } from '../../kernel/types.js';
import { functionAt } from './code.js';
import { entryPoints } from './entries.js';
import { readPage } from './page.js';
import type { StateFacts, StateRule } from './rule.js';

export const setForeign: StateRule = {
  ...readPage(page),
  check: (facts) =>
    facts.inventory.sets
      .filter(({ id }) => id === 'fs_bio_set')
      .flatMap(({ id, allocations }) =>
        allocations
          .filter((one) => isForeign(facts, one))
          .map((one) => ({
            key: `${one.function}:${one.callee}`,
            message: `${one.callee}() takes from fs_bio_set below the filesystem that may hold its two reserved bios`,
            set: id,
            place: one,
            evidence: [{ path: one.path, function: one.function, text: one.callee }],
            related: [],
          })),
      ),
};

/** A driver that names the set for a clone or split, or that takes from it while it handles a bio. */
function isForeign({ index }: StateFacts, one: SetAllocation): boolean {
  if (!one.path.startsWith('drivers/')) return false;
  if (one.api !== 'alloc' && one.call.text.includes('fs_bio_set')) return true;
  const fn = functionAt(index, one);
  return fn !== null && entryPoints(index, 'submission').includes(fn);
}
