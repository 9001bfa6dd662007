import type { CFunction } from '../../c/types.js';
import { calleeName } from '../../c/walk.js';
import type { Place, SetId } from '../../kernel/types.js';
import { loopsAround, placeOf, type Site, siteAt } from './code.js';
import type { StateFacts } from './rule.js';
import { aliases } from './sets.js';

/**
 * Whether a task may hold one element of a set while it allocates the next, as a driver does that cuts a bio in a loop:
 * `yes` with the call in the loop, `no` when all code that allocates is in view and has no loop, else `unknown`.
 */
export type Holding = { readonly answer: 'yes'; readonly loop: Place } | { readonly answer: 'no' | 'unknown' };

/** How many callers up from the allocation a loop is looked for; dm of 4.14 has four. */
const levels = 6;

/** See `Holding`. */
export function holdsSeveral(facts: StateFacts, set: SetId): Holding {
  const names = aliases(facts.inventory, set);
  const allocations = facts.inventory.sets.filter(({ id }) => names.has(id)).flatMap((one) => one.allocations);
  const answers = allocations.map((allocation): Holding => {
    const site = siteAt(facts.index, allocation);
    return site === null ? { answer: 'unknown' } : loopAbove(facts, site, new Set());
  });
  // An allocation that may be from this set or from another leaves the question open.
  const unsure = facts.inventory.unplaced.some((one) => one.set === '?');
  return worst(answers.length === 0 || unsure ? [...answers, { answer: 'unknown' }] : answers);
}

function worst(answers: readonly Holding[]): Holding {
  const rank = { yes: 0, unknown: 1, no: 2 };
  return answers.toSorted((a, b) => rank[a.answer] - rank[b.answer])[0] ?? { answer: 'unknown' };
}

function loopAbove(facts: StateFacts, site: Site, visited: Set<CFunction>): Holding {
  const { fn } = site;
  if (loopsAround(fn, site.call.range).length > 0) return { answer: 'yes', loop: placeOf(site) };
  if (visited.has(fn)) return { answer: 'no' };
  visited.add(fn);
  const callers = facts.index.callers(fn.name).filter(({ caller }) => !fn.isStatic || caller.path === fn.path);
  if (callers.length === 0) return { answer: isComplete(facts, fn) ? 'no' : 'unknown' };
  if (visited.size > levels) return { answer: 'unknown' };
  return worst(
    callers.map(({ caller, call }) => loopAbove(facts, { fn: caller, call, callee: calleeName(call) }, visited)),
  );
}

/** Whether all callers of a function must be in view: it is static, and its file is there as a whole. */
function isComplete(facts: StateFacts, fn: CFunction): boolean {
  return fn.isStatic && facts.index.files.some((file) => file.path === fn.path && !file.fragment);
}
