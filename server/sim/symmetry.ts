import type { Model } from './lower/build.js';

/** Processes that run the same code, with the slots and bios that each has for itself. */
export interface Group {
  readonly members: readonly number[];
  readonly firstSlots: readonly number[];
  /** First bio of each member's own, and how many follow. */
  readonly firstOwn: readonly number[];
  readonly ownCount: number;
  readonly slotCount: number;
  /** Slots of a member, from its first one, that hold numbers and that hold bios. */
  readonly numbers: readonly number[];
  readonly bios: readonly number[];
}

/** A change of names of a whole state: per slot, which slot its value comes from, and the new name of each value. */
export interface Mirror {
  readonly from: readonly number[];
  /** Null where values stay the same. */
  readonly values: readonly (readonly number[] | null)[];
  /** Which witness of the machine each is in the mirror. */
  readonly witnesses: readonly number[];
}

/**
 * What can be renamed without a difference: elements of one set are alike, and so are processes of one group together with
 * the bios they bring along.
 */
export interface Symmetry {
  /** Other ways to name devices and what belongs to them. */
  readonly mirrors: readonly Mirror[];
  readonly groups: readonly Group[];
  readonly processes: number;
  readonly bios: number;
  /** First bio that belongs to no set. */
  readonly firstOwn: number;
  /** First element of each set that has any; of each bio, the index of its set or -1. */
  readonly sets: readonly number[];
  readonly setOf: readonly number[];
  /** Fields of bios, as the slot of bio 0. */
  readonly used: number;
  readonly next: number;
  readonly parent: number;
  readonly numberColumns: readonly number[];
  readonly bioColumns: readonly number[];
  /** Slots outside the fields that hold a bio, those among them that no group has, and slots that hold a process. */
  readonly bioSlots: readonly number[];
  readonly roots: readonly number[];
  readonly processSlots: readonly number[];
}

/** The symmetry of a model; null if there is nothing to rename. */
export function symmetryOf(model: Model, mirrors: readonly Mirror[]): Symmetry | null {
  const { machine, kernel, processes } = model;
  const { fields, bios } = kernel;
  // Per-CPU caches are arrays over processes; scenarios with them are small enough without this.
  if (kernel.sets.some((set) => set.cache !== null)) return null;
  const groups = groupsOf(model);
  const sets = kernel.sets.filter((set) => set.last > set.first);
  if (groups.length === 0 && sets.length === 0 && mirrors.length === 0) return null;

  const everyField = Object.values(fields);
  const columns = everyField.filter((base) => (machine.slots[base + 1]?.max ?? 0) > 0);
  const holdsBios = (base: number): boolean => machine.slots[base + 1]?.sort === 'bio';
  const inField = new Set(everyField.flatMap((base) => Array.from({ length: bios + 1 }, (_, bio) => base + bio)));
  const slotsOf = (sort: 'bio' | 'process'): number[] =>
    machine.slots.flatMap((slot, index) => (slot.sort === sort && slot.max > 0 && !inField.has(index) ? [index] : []));
  const bioSlots = slotsOf('bio');
  const inBlock = (slot: number): boolean =>
    groups.some(({ firstSlots, slotCount }) => firstSlots.some((first) => slot >= first && slot < first + slotCount));
  const withElements = kernel.sets.filter((set) => set.last >= set.first);
  return {
    mirrors,
    groups,
    processes: processes.length,
    bios,
    firstOwn: model.firstOwnBio,
    sets: withElements.map((set) => set.first),
    setOf: Array.from({ length: bios + 1 }, (_, bio) =>
      withElements.findIndex((set) => bio >= set.first && bio <= set.last),
    ),
    used: fields.used,
    next: fields.next,
    parent: fields.parent,
    numberColumns: columns.filter((base) => !holdsBios(base)),
    bioColumns: columns.filter(holdsBios),
    bioSlots,
    roots: bioSlots.filter((slot) => !inBlock(slot)),
    processSlots: slotsOf('process'),
  };
}

function groupsOf({ machine, processes }: Model): Group[] {
  const names = [...new Set(machine.processes.map((process) => process.group))];
  return names.flatMap((name): Group[] => {
    const members = machine.processes.flatMap((process, index) => (process.group === name ? [index] : []));
    const [first] = members;
    if (first === undefined || members.length < 2) return [];
    const firstSlots = members.map((index) => machine.processes[index]?.firstSlot ?? 0);
    const { slotCount } = machine.processes[first] ?? { slotCount: 0 };
    const own = members.map((index) => processes[index]?.own ?? []);
    const block = Array.from({ length: slotCount }, (_, offset) => offset).filter(
      (offset) => (machine.slots[(firstSlots[0] ?? 0) + offset]?.max ?? 0) > 0,
    );
    const holdsBio = (offset: number): boolean => machine.slots[(firstSlots[0] ?? 0) + offset]?.sort === 'bio';
    return [
      {
        members,
        firstSlots,
        firstOwn: own.map((list) => list[0] ?? 0),
        ownCount: own[0]?.length ?? 0,
        slotCount,
        numbers: block.filter((offset) => !holdsBio(offset)),
        bios: block.filter(holdsBio),
      },
    ];
  });
}

/** All orders of 0 … count-1. */
export function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => [...shorter.slice(0, at), count - 1, ...shorter.slice(at)]),
  );
}
