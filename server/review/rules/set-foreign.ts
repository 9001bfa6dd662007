import page from '../../../docs/rules/set-foreign.md';
import { argument, formOf } from '../../kernel/primitives.js';
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

/** A clone or a part is of a bio from above; other bios count if they are taken while one is handled. */
function isForeign(facts: StateFacts, one: SetAllocation): boolean {
  // Inline wrappers of the headers are the callers' own.
  if (!/^(?:drivers|block)\/.*\.c$/.test(one.path) || one.path === 'block/bio.c') return false;
  if (one.api !== 'alloc') return namesSet(facts, one);
  const { index } = facts;
  const fn = functionAt(index, one);
  return fn !== null && entryPoints(index, 'submission').includes(fn);
}

/** Whether the call says fs_bio_set, or no set at all and thereby means it; one that comes in a variable is the caller's choice. */
function namesSet({ inventory }: StateFacts, { call }: SetAllocation): boolean {
  const form = call.kind === 'call' ? formOf(call, inventory.era) : null;
  const set = form && call.kind === 'call' ? argument(form, 'set', call) : null;
  return set === null || set.text.includes('fs_bio_set');
}
