import type { Inventory, SetCreation, SetId, Tri } from './types.js';

/** Sets that are the same object at run time because a pointer moves from one name to another (`md->bs = p->bs`). */
export function aliases(inventory: Inventory, set: SetId): ReadonlySet<SetId> {
  const names = new Set([set]);
  for (let size = 0; size < names.size; ) {
    size = names.size;
    for (const { to, from } of inventory.moves) {
      if (names.has(to)) names.add(from);
      if (names.has(from)) names.add(to);
    }
  }
  return names;
}

/** All creations of a set under any of its names. */
export function creationsOf(inventory: Inventory, set: SetId): readonly SetCreation[] {
  const names = aliases(inventory, set);
  return inventory.sets.filter(({ id }) => names.has(id)).flatMap(({ creations }) => creations);
}

/**
 * A flag of a set over all its creations: `yes` or `no` when they agree, `unknown` when no creation is in view or one
 * cannot be read, else `conditional`.
 */
export function flagOf(inventory: Inventory, set: SetId, flag: 'rescuer' | 'bvecs'): Tri {
  const values = new Set(creationsOf(inventory, set).map(({ flags }) => flags[flag]));
  if (values.size === 0 || values.has('unknown')) return 'unknown';
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : 'conditional';
}

/** Elements the mempool of a set keeps in reserve, or null when the creations in view do not tell. */
export function reserveOf(inventory: Inventory, set: SetId): number | null {
  const sizes = new Set(creationsOf(inventory, set).map(({ poolSize }) => poolSize?.number ?? null));
  const [only] = sizes;
  return sizes.size === 1 && only !== undefined ? only : null;
}

/** `struct veil_device.bs (reserve of 16 bios)`. */
export function describeSet(inventory: Inventory, set: SetId): string {
  const reserve = reserveOf(inventory, set);
  return reserve === null ? set : `${set} (reserve of ${reserve} bios)`;
}

/** What a set is like, from its creations under all its names. */
export interface SetFacts {
  /** null when the creations in view do not tell. */
  readonly reserve: number | null;
  readonly rescuer: Tri;
}

/** The facts of the set that a program calls `mapped_device.bs` or `fs_bio_set`. */
export function setFacts(inventory: Inventory, name: string): SetFacts {
  const id =
    inventory.sets.find(({ id }) => id === `struct ${name}` || id === name || id.endsWith(`:${name}`))?.id ?? name;
  return { reserve: reserveOf(inventory, id), rescuer: flagOf(inventory, id, 'rescuer') };
}
