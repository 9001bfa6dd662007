import page from '../../../docs/rules/null-check-missing.md';
import type { CIndex } from '../../c/index.js';
import { bare, calleeName, walkStmts } from '../../c/walk.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { formOf } from '../../kernel/primitives.js';
import { firstDereference, heldAllocations, nullTests } from './null-checks.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

export const nullCheckMissing: StateRule = {
  ...readPage(page),
  check: (facts) =>
    heldAllocations(facts).flatMap(({ site, place, variable, set, gfp }) => {
      const form = formOf(site.call, facts.inventory.era);
      const always = form?.fails === 'NULL' && form.when === 'always' && mayGiveNull(facts.index, form.name);
      const nowait = form?.when === 'nowait' && gfp !== null && gfpMeaning(gfp)?.waits === false;
      if ((!always && !nowait) || site.callee === null || nullTests(site.fn, variable).length > 0) return [];
      const use = firstDereference(site.fn, variable);
      if (use === null) return [];
      return [
        {
          key: `${site.fn.name}:${variable}:${site.callee}`,
          message: `${site.callee}() ${nowait ? `with ${gfp} returns NULL when the reserve is used up` : 'may return NULL'}, and ${variable} is used without a test`,
          set,
          place,
          evidence: [
            { path: place.path, function: site.fn.name, text: `!${variable}` },
            { path: place.path, function: site.fn.name, text: 'GFP_' },
          ],
          related: [{ message: `${variable} is used here`, place: { ...place, range: use } }],
        },
      ];
    }),
};

/** Whether a function gives NULL, as far as its code is in view: bio_split_to_limits() may since 6.2, which not every tree tells of. */
function mayGiveNull(index: CIndex, name: string, depth = 3): boolean {
  const definitions = index.functionsNamed(name).filter(({ body }) => body !== null);
  if (definitions.length === 0 || depth === 0) return true;
  return definitions.some(({ body }) => {
    let gives = false;
    walkStmts(body ?? [], (stmt) => {
      const value = stmt.kind === 'return' && stmt.value ? bare(stmt.value) : null;
      if (value?.kind === 'call') gives ||= mayGiveNull(index, calleeName(value) ?? '', depth - 1);
      else if (value) gives ||= value.text === 'NULL' || value.kind === 'conditional';
    });
    return gives;
  });
}
