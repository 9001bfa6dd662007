import page from '../../../docs/rules/null-check-dead.md';
import type { CFunction } from '../../c/types.js';
import { calleeName, callsIn, covers, enclosing } from '../../c/walk.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { formsOf } from '../../kernel/primitives.js';
import type { Range } from '../../text.js';
import { type Site, targetOf } from './code.js';
import { heldAllocations, nullTests } from './null-checks.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

export const nullCheckDead: StateRule = {
  ...readPage(page),
  check: (facts) =>
    heldAllocations(facts).flatMap(({ site, place, variable, set, gfp, nrVecs, api }) => {
      const sleeps = gfp !== null && gfpMeaning(gfp)?.waits === true;
      const certain = (api === 'alloc' && set !== null && nrVecs !== null) || api === 'mempool';
      const test =
        sleeps && certain
          ? nullTests(site.fn, variable).find(({ asserts, range }) => !asserts && follows(site, range))
          : undefined;
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
  // What another function returns may be as certain as it was before.
  repairs({ index }, { key, place }) {
    const [name = '', variable = ''] = key.split(':');
    return !index
      .functionsNamed(name, place.path)
      .some((fn) => nullTests(fn, variable).some(({ asserts }) => !asserts) && comesFromElsewhere(fn, variable));
  },
};

/** Whether a variable gets the result of a function that is no primitive, which is not followed. */
function comesFromElsewhere(fn: CFunction, variable: string): boolean {
  return callsIn(fn.body ?? []).some(({ call }) => {
    const callee = calleeName(call);
    const target = targetOf({ fn, call, callee });
    const isTarget = target !== null && (typeof target === 'string' ? target : target.text) === variable;
    return isTarget && formsOf(callee ?? '').length === 0;
  });
}

/** Whether a place is evaluated with or after the allocation, in the same block or one inside it. */
function follows({ fn, call }: Site, place: Range): boolean {
  const [around, made] = [enclosing(fn.body ?? [], place), enclosing(fn.body ?? [], call.range)];
  const own = made.at(-1);
  const { endLine, endColumn } = call.range;
  const isLater = place.line > endLine || (place.line === endLine && place.column >= endColumn);
  const isWithin = own !== undefined && covers(own.range, place);
  return (isLater || isWithin) && made.slice(0, -1).every((stmt) => around.includes(stmt));
}
