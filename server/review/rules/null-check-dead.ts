import page from '../../../docs/rules/null-check-dead.md';
import { gfpMeaning } from '../../kernel/gfp.js';
import { heldAllocations, nullTests } from './null-checks.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

export const nullCheckDead: StateRule = {
  ...readPage(page),
  check: (facts) =>
    heldAllocations(facts).flatMap(({ site, place, variable, set, gfp, nrVecs, api }) => {
      const sleeps = gfp !== null && gfpMeaning(gfp)?.waits === true;
      const certain = (api === 'alloc' && set !== null && nrVecs !== null) || api === 'mempool';
      const test = sleeps && certain ? nullTests(site.fn, variable).find(({ asserts }) => !asserts) : undefined;
      if (test === undefined || site.callee === null) return [];
      return [
        {
          key: `${site.fn.name}:${variable}:${site.callee}`,
          message: `${site.callee}() with ${gfp} waits until there is an element; ${variable} is never NULL here`,
          set,
          place: { ...place, range: test.range },
          evidence: [{ path: place.path, function: site.fn.name, text: site.callee }],
          related: [{ message: `${variable} is allocated here`, place }],
        },
      ];
    }),
};
