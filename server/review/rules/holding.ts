import type { CFunction } from '../../c/types.js';
import { calleeName } from '../../c/walk.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { aliases } from '../../kernel/set-facts.js';
import type { Place, SetId } from '../../kernel/types.js';
import { placeOf, type Site, siteAt } from './code.js';
import { entryPoints } from './entries.js';
import { isSerialised } from './keeping.js';
import { repeatsWithSubmission } from './parking.js';
import type { StateFacts } from './rule.js';

/**
 * Whether a task that handles a bio may have elements of a set parked on current->bio_list while it allocates the next, as
 * a driver does that cuts a bio in a loop: `yes` with the call in the loop and the entry point that leads to it, `no` when
 * all code that allocates is in view and does not do so, else `unknown`.
 */
export type Holding =
  | { readonly answer: 'yes'; readonly loop: Place; readonly entry: CFunction }
  | { readonly answer: 'no' | 'unknown' };

/** How many callers up from the allocation an entry point is looked for; dm of 4.14 has six. */
const levels = 8;

/** See `Holding`. */
export function holdsSeveral(facts: StateFacts, set: SetId): Holding {
  const names = aliases(facts.inventory, set);
  const allocations = facts.inventory.sets.filter(({ id }) => names.has(id)).flatMap((one) => one.allocations);
  const entries = new Set(entryPoints(facts.index, 'submission'));
  const answers = allocations.map((allocation): Holding => {
    if (gfpMeaning(allocation.gfp?.text ?? '')?.waits === false) return { answer: 'no' };
    const site = siteAt(facts.index, allocation);
    return site === null ? { answer: 'unknown' } : climb({ facts, entries, visited: new Set() }, site, null);
  });
  // An allocation that may be from this set or from another leaves the question open.
  const unsure = facts.inventory.unplaced.some((one) => one.set === '?');
  return worst(answers.length === 0 || unsure ? [...answers, { answer: 'unknown' }] : answers);
}

function worst(answers: readonly Holding[]): Holding {
  const rank = { yes: 0, unknown: 1, no: 2 };
  return answers.toSorted((a, b) => rank[a.answer] - rank[b.answer])[0] ?? { answer: 'unknown' };
}

interface Climb {
  readonly facts: StateFacts;
  readonly entries: ReadonlySet<CFunction>;
  readonly visited: ReadonlySet<CFunction>;
}

/** Goes up the callers of a call to an entry point; `below` is the loop that was met on the way. */
function climb(way: Climb, site: Site, below: Place | null): Holding {
  const { facts, entries } = way;
  const { fn, call } = site;
  const repeats = below === null && !isSerialised(fn) && repeatsWithSubmission(facts.index, fn, call);
  const loop = repeats ? placeOf(site) : below;
  if (entries.has(fn)) return loop === null ? { answer: 'no' } : { answer: 'yes', loop, entry: fn };
  if (way.visited.has(fn)) return { answer: 'no' };
  const callers = facts.index.callers(fn.name).filter(({ caller }) => !fn.isStatic || caller.path === fn.path);
  if (callers.length === 0) return { answer: isComplete(facts, fn) ? 'no' : 'unknown' };
  if (way.visited.size > levels) return { answer: 'unknown' };
  const visited = new Set(way.visited).add(fn);
  return worst(
    callers.map(({ caller, call: up }) =>
      climb({ ...way, visited }, { fn: caller, call: up, callee: calleeName(up) }, loop),
    ),
  );
}

/** Whether all callers of a function must be in view: it is static, and its file is there as a whole. */
function isComplete(facts: StateFacts, fn: CFunction): boolean {
  return fn.isStatic && facts.index.files.some((file) => file.path === fn.path && file.known === null);
}
