import page from '../../../docs/rules/gfp-recursion.md';
import type { CFunction } from '../../c/types.js';
import { calleeName, callsIn } from '../../c/walk.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import type { Place, Value } from '../../kernel/types.js';
import { allAllocations } from './allocations.js';
import { asked } from './asked.js';
import { functionAt } from './code.js';
import { onPath } from './entries.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';

export const gfpRecursion: StateRule = {
  ...readPage(page),
  check(facts) {
    const found = [...direct(facts), ...followed(facts), ...cloned(facts)];
    return [...new Map(found.toReversed().map((raw) => [raw.key, raw])).values()].toReversed();
  },
};

/** What the entry points and their direct callees show. */
function direct(facts: StateFacts): readonly RawFinding[] {
  const path = onPath(facts.index, 'submission');
  return allocationsWithGfp(facts).flatMap(({ place, callee, gfp, set }) => {
    const fn = functionAt(facts.index, place);
    const entry = fn === null ? undefined : path.get(fn);
    const meaning = gfpMeaning(gfp.text);
    if (fn === null || entry === undefined || meaning === null || !meaning.waits || !meaning.io) return [];
    if (isProtected(fn) || isProtected(entry)) return [];
    const related =
      fn === entry ? [] : [{ message: `${entry.name}() is called with each bio`, place: placeOfName(entry) }];
    return [{ ...report(callee, gfp.text, `${entry.name}()`, { ...place, range: gfp.range }), set, related }];
  });
}

/** Clones and parts of a bio that a driver's function was handed: its submitter waits for them, wherever it was called from. */
function cloned(facts: StateFacts): readonly RawFinding[] {
  const { index, inventory } = facts;
  return asked(facts, allAllocations(inventory)).flatMap((one) => {
    const { gfp, call } = one;
    const meaning = gfpMeaning(gfp?.text ?? '');
    if (gfp === null || call.kind !== 'call' || one.api === 'alloc' || !meaning?.waits || !meaning.io) return [];
    const fn = /^drivers\/.*\.c$/.test(one.path) ? functionAt(index, one) : null;
    if (fn === null || isProtected(fn)) return [];
    const handed = fn.params.filter(({ type }) => type === 'struct bio *').map(({ name }) => name);
    const isOfOne = call.args.some(({ text }) => handed.includes(text));
    return isOfOne ? [report(one.callee, gfp.text, `${fn.name}()`, { ...one, range: gfp.range })] : [];
  });
}

/** What the programs of the stacks meet, however deep it is called. */
function followed({ runs }: StateFacts): readonly RawFinding[] {
  return runs.flatMap(({ stack, recursions }) =>
    recursions.map(({ callee, gfp, place }) => report(callee, gfp, stack, place)),
  );
}

function report(callee: string, gfp: string, who: string, place: Place): RawFinding {
  return {
    key: `${place.function}:${callee}:${gfp}`,
    message: `${callee}() with ${gfp} while ${who} handles a bio: reclaim may start I/O and wait for this very device`,
    set: null,
    place,
    evidence: [{ path: place.path, function: place.function, text: 'GFP_' }],
    related: [],
  };
}

interface Allocation {
  readonly place: Place;
  readonly callee: string;
  readonly gfp: Value;
  readonly set: string | null;
}

function allocationsWithGfp(facts: StateFacts): readonly Allocation[] {
  const { inventory } = facts;
  const fromSets = asked(facts, allAllocations(inventory)).map((one) => ({
    place: one,
    callee: one.callee,
    gfp: one.gfp,
    set: one.set,
  }));
  const fromPools = asked(facts, inventory.mempools)
    .filter(({ what }) => what === 'alloc')
    .map((one) => ({ place: one, callee: one.callee, gfp: one.gfp, set: one.pool }));
  return [...fromSets, ...fromPools].flatMap(({ gfp, set, ...rest }) =>
    gfp === null ? [] : [{ ...rest, gfp, set: set === '?' ? null : set }],
  );
}

/** Functions that switch I/O off for everything below them. */
function isProtected(fn: CFunction): boolean {
  return callsIn(fn.body ?? []).some(({ call }) => /^memalloc_no(io|reclaim)_save$/.test(calleeName(call) ?? ''));
}

function placeOfName(fn: CFunction): Place {
  return { path: fn.path, function: fn.name, range: fn.nameRange };
}
