import type { Vector } from './interpret.js';
import type { Model } from './lower/build.js';
import type { Sort } from './machine.js';

/** Processes that run the same code, with the slots and bios that each has for itself. */
interface Group {
  readonly members: readonly number[];
  readonly firstSlots: readonly number[];
  readonly own: readonly (readonly number[])[];
  readonly slotCount: number;
}

export interface Symmetry {
  /**
   * Turns a state into a representative of all states that are the same but for names. Two states of one class may keep
   * different representatives where telling them apart is too much work; that costs states, not correctness.
   */
  canonical(state: Vector): void;
  /** True if `state`, with its names changed, is `representative`. */
  matches(state: Vector, representative: Vector): boolean;
}

/**
 * Renaming of identical tasks and bios: elements of one set are alike, and so are processes of one group together with the
 * bios they bring along. Null if there is nothing to rename.
 */
export function symmetryOf(model: Model): Symmetry | null {
  const { machine, kernel, processes } = model;
  const { fields, bios } = kernel;
  // Per-CPU caches are arrays over processes; scenarios with them are small enough without this.
  if (kernel.sets.some((set) => set.cache !== null)) return null;
  const groups = groupsOf(model);
  const sets = kernel.sets.filter((set) => set.last > set.first);
  if (groups.length === 0 && sets.length === 0) return null;

  const sorts: Sort[] = machine.slots.map((slot) => slot.sort);
  const columns = Object.values(fields).filter((base) => (machine.slots[base + 1]?.max ?? 0) > 0);
  const plainColumns = columns.filter((base) => sorts[base + 1] === 'number');
  const inArray = new Set(
    Object.values(fields).flatMap((base) => Array.from({ length: bios + 1 }, (_, bio) => base + bio)),
  );
  const classOf = new Int32Array(bios + 1).map(
    (_, bio) => 1 + kernel.sets.findIndex((set) => bio >= set.first && bio <= set.last),
  );
  const firstOf = new Int32Array(bios + 1).map(
    (_, bio) => kernel.sets.find((set) => bio >= set.first && bio <= set.last)?.first ?? bio,
  );
  // Slots that point at bios, process blocks apart: those come in the order of the processes.
  const blocks = groups.flatMap((group) => group.firstSlots.map((first) => ({ first, count: group.slotCount })));
  const inBlock = (slot: number): boolean => blocks.some(({ first, count }) => slot >= first && slot < first + count);
  const bioSlots = sorts.flatMap((sort, slot) => (sort === 'bio' && !inArray.has(slot) ? [slot] : []));
  const globalRoots = bioSlots.filter((slot) => !inBlock(slot));
  const processSlots = sorts.flatMap((sort, slot) =>
    sort === 'process' && (machine.slots[slot]?.max ?? 0) > 0 ? [slot] : [],
  );

  const before = new Int32Array(machine.slots.length);
  const newBio = new Int32Array(bios + 1);
  const newProcess = Int32Array.from({ length: processes.length + 1 }, (_, index) => index);
  const nextFree = new Int32Array(bios + 1);
  const loose: number[] = [];
  const at = (slot: number): number => before[slot] ?? 0;

  /** Order of two members of a group, by everything but which bio is which. */
  const compareMembers = (group: Group, left: number, right: number): number => {
    const leftFirst = group.firstSlots[left] ?? 0;
    const rightFirst = group.firstSlots[right] ?? 0;
    for (let offset = 0; offset < group.slotCount; offset++) {
      let a = at(leftFirst + offset);
      let b = at(rightFirst + offset);
      if (sorts[leftFirst + offset] === 'bio') {
        a = a === 0 ? 0 : 1 + (classOf[a] ?? 0);
        b = b === 0 ? 0 : 1 + (classOf[b] ?? 0);
      }
      if (a !== b) return a - b;
    }
    const leftOwn = group.own[left] ?? [];
    const rightOwn = group.own[right] ?? [];
    for (let index = 0; index < leftOwn.length; index++)
      for (const base of plainColumns) {
        const difference = at(base + (leftOwn[index] ?? 0)) - at(base + (rightOwn[index] ?? 0));
        if (difference !== 0) return difference;
      }
    return 0;
  };

  const visit = (start: number): void => {
    for (let bio = start; bio !== 0; bio = at(fields.next + bio)) {
      if (newBio[bio] === 0) {
        const first = firstOf[bio] ?? bio;
        newBio[bio] = nextFree[first] ?? bio;
        nextFree[first] = (nextFree[first] ?? bio) + 1;
      } else if (classOf[bio] !== 0) return;
      const parent = at(fields.parent + bio);
      if (parent !== 0 && newBio[parent] === 0) visit(parent);
    }
  };

  const compareLoose = (left: number, right: number): number => {
    for (const base of plainColumns) {
      const difference = at(base + left) - at(base + right);
      if (difference !== 0) return difference;
    }
    return (newBio[at(fields.parent + left)] ?? 0) - (newBio[at(fields.parent + right)] ?? 0);
  };

  const orders = groups.map((group) => group.members.map((_, index) => index));

  /** True if every bio and process keeps its name. */
  const unchanged = (): boolean => {
    for (let bio = 1; bio <= bios; bio++) if (newBio[bio] !== bio) return false;
    for (let index = 1; index < newProcess.length; index++) if (newProcess[index] !== index) return false;
    return true;
  };

  /** Renames according to `orders`: for each group, which member comes first, second, … */
  const rename = (state: Vector): void => {
    newBio.fill(0);
    for (const { first } of kernel.sets) nextFree[first] = first;
    for (let bio = model.firstOwnBio; bio <= bios; bio++) newBio[bio] = bio;
    groups.forEach((group, which) => {
      (orders[which] ?? []).forEach((from, to) => {
        newProcess[(group.members[from] ?? 0) + 1] = (group.members[to] ?? 0) + 1;
        const target = group.own[to] ?? [];
        group.own[from]?.forEach((bio, index) => {
          newBio[bio] = target[index] ?? bio;
        });
      });
    });
    groups.forEach((group, which) => {
      for (const from of orders[which] ?? []) {
        const first = group.firstSlots[from] ?? 0;
        for (let slot = first; slot < first + group.slotCount; slot++) if (sorts[slot] === 'bio') visit(at(slot));
        for (const bio of group.own[from] ?? []) visit(bio);
      }
    });
    for (const slot of globalRoots) visit(at(slot));
    loose.length = 0;
    for (let bio = 1; bio < model.firstOwnBio; bio++)
      if (newBio[bio] === 0 && at(fields.used + bio) !== 0) loose.push(bio);
    insertionSort(loose, compareLoose);
    for (const bio of loose) visit(bio);
    for (let bio = 1; bio < model.firstOwnBio; bio++) if (newBio[bio] === 0) visit(bio);

    for (const [which, group] of groups.entries()) {
      const order = orders[which] ?? [];
      for (let to = 0; to < order.length; to++) {
        if (order[to] === to) continue;
        const source = group.firstSlots[order[to] ?? 0] ?? 0;
        const target = group.firstSlots[to] ?? 0;
        for (let offset = 0; offset < group.slotCount; offset++) state[target + offset] = at(source + offset);
      }
    }
    if (unchanged()) return;
    for (const base of columns) {
      const renames = sorts[base + 1] === 'bio';
      for (let bio = 1; bio <= bios; bio++) {
        const value = at(base + bio);
        state[base + (newBio[bio] ?? bio)] = renames ? (newBio[value] ?? 0) : value;
      }
    }
    for (const slot of bioSlots) {
      const value = state[slot] ?? 0;
      if (value !== 0) state[slot] = newBio[value] ?? value;
    }
    for (const slot of processSlots) {
      const value = state[slot] ?? 0;
      if (value !== 0) state[slot] = newProcess[value] ?? value;
    }
  };

  return {
    canonical(state) {
      before.set(state);
      groups.forEach((group, which) => {
        const order = orders[which] ?? [];
        for (let index = 0; index < order.length; index++) order[index] = index;
        insertionSort(order, (left, right) => compareMembers(group, left, right));
      });
      rename(state);
    },
    matches(state, representative) {
      const renamed = state.slice();
      const tryFrom = (which: number): boolean => {
        const order = orders[which];
        if (!order) {
          before.set(state);
          renamed.set(state);
          rename(renamed);
          return renamed.every((value, slot) => value === representative[slot]);
        }
        return permutations(order.length).some((permutation) => {
          order.splice(0, order.length, ...permutation);
          return tryFrom(which + 1);
        });
      };
      return tryFrom(0);
    },
  };
}

/** Sorts in place; the arrays here are so short that Array.sort() costs more. */
function insertionSort(list: number[], compare: (left: number, right: number) => number): void {
  for (let end = 1; end < list.length; end++) {
    const item = list[end] ?? 0;
    let at = end;
    for (; at > 0 && compare(list[at - 1] ?? 0, item) > 0; at--) list[at] = list[at - 1] ?? 0;
    list[at] = item;
  }
}

/** All orders of 0 … count-1. */
function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => [...shorter.slice(0, at), count - 1, ...shorter.slice(at)]),
  );
}

function groupsOf({ machine, processes }: Model): Group[] {
  const names = [...new Set(machine.processes.map((process) => process.group))];
  return names.flatMap((name) => {
    const members = machine.processes.flatMap((process, index) => (process.group === name ? [index] : []));
    if (members.length < 2) return [];
    const firstSlots = members.map((index) => machine.processes[index]?.firstSlot ?? 0);
    const own = members.map((index) => processes[index]?.own ?? []);
    return [{ members, firstSlots, own, slotCount: machine.processes[members[0] ?? 0]?.slotCount ?? 0 }];
  });
}
