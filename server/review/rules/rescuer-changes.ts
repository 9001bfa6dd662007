import type { BioSet, SetCreation, Tri } from '../../kernel/types.js';
import type { StateFacts } from './rule.js';

/** Creations in `after` whose set had a rescuer in `before` and has none there any more (`dropped`), or the opposite. */
export function rescuerChanges(
  before: StateFacts,
  after: StateFacts,
  change: 'dropped' | 'added',
): readonly SetCreation[] {
  const had: Tri = change === 'dropped' ? 'yes' : 'no';
  const has: Tri = change === 'dropped' ? 'no' : 'yes';
  const earlier = new Map(before.inventory.sets.map((set) => [set.id, set]));
  return after.inventory.sets.flatMap((set) => {
    const old = earlier.get(set.id);
    return old === undefined ? [] : changed(old, set, had, has);
  });
}

/** A set created in several places: each place is compared with its own earlier self, by function. */
function changed(old: BioSet, now: BioSet, had: Tri, has: Tri): readonly SetCreation[] {
  return now.creations.filter((creation) => {
    if (creation.from !== null || creation.flags.rescuer !== has) return false;
    const same = old.creations.filter((one) => one.path === creation.path && one.function === creation.function);
    const counterparts = same.length > 0 ? same : old.creations;
    return counterparts.some(({ flags }) => flags.rescuer === had);
  });
}
