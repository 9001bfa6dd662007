import type { BioSet, Inventory, Place, SetId } from '../kernel/types.js';
import { contains } from './positions.js';

/** Every place of the inventory that deals with a set, creations first. */
export function placesOf(inventory: Inventory, id: SetId): readonly Place[] {
  const set = inventory.sets.find((candidate) => candidate.id === id);
  return [
    ...(set?.creations ?? []),
    ...(set?.allocations ?? []),
    ...(set?.exits ?? []),
    ...inventory.moves.filter((move) => move.to === id || move.from === id),
    ...inventory.uses.filter((use) => use.set === id),
  ];
}

/**
 * The set that the word at a place of a file names: `bs` in `md->bs`, or the function of a call that deals with a
 * set. Where several are possible, one that is dealt with at this very place wins. Null when none or several remain.
 */
export function setAt(inventory: Inventory, path: string, line: number, column: number, word: string): BioSet | null {
  const here = inventory.sets.filter((set) => {
    const calls = [...set.creations, ...set.allocations, ...set.exits];
    return (
      placesOf(inventory, set.id).some((place) => place.path === path && contains(place.range, line, column)) &&
      (lastName(set.id) === word || calls.some((call) => call.callee === word))
    );
  });
  if (here.length === 1) return here[0] ?? null;
  const named = inventory.sets.filter(
    (set) => lastName(set.id) === word && placesOf(inventory, set.id).some((place) => place.path === path),
  );
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** `bs` of `struct mapped_device.bs`, `fs_bio_set` of itself, `pool` of `drivers/md/x.c:pool`. */
function lastName(id: SetId): string {
  return /\w+$/.exec(id)?.[0] ?? id;
}
