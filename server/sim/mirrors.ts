import { exchanges } from './alike.js';
import { buildModel, type Model } from './lower/build.js';
import type { Alternative, Machine, Process } from './machine.js';
import type { Prepared } from './prepare.js';
import type { Mirror } from './symmetry.js';

/** More ways than these to name devices cost more than they save. */
const mostMirrors = 23;

/** An effect or expression with its registers numbered from 0, and without the numbers of crashes. */
function shapeOf(part: unknown, machine: Machine, registers: Map<number, number>): string {
  return JSON.stringify(part, (key, value: unknown) => {
    if (key === 'temp' && typeof value === 'number') {
      const known = registers.get(value) ?? registers.size;
      registers.set(value, known);
      return known;
    }
    const crash = typeof value === 'object' && value !== null && 'set' in value && isCrash(value.set, machine);
    return crash ? 'crash' : value;
  });
}

function isCrash(target: unknown, { crashSlot }: Machine): boolean {
  return typeof target === 'object' && target !== null && 'slot' in target && target.slot === crashSlot;
}

/** What guard and effect of an alternative do. Shared code has registers of its own, which are the same in all machines. */
function steps(machine: Machine): (alternative: Alternative) => string {
  const shared = new Map<number, number>();
  shapeOf(machine.procedures, machine, shared);
  const fixed = [...shared.keys()].map((register) => [register, -1 - register] as const);
  return ({ guard, effect }) => shapeOf([guard, effect], machine, new Map(fixed));
}

/**
 * For each place in the code of `left` one in that of `right` from which the same can happen for ever, whatever order the
 * alternatives have; null if there is none for the first.
 */
function bisimulation(
  [left, leftProcess]: [Machine, Process],
  [right, rightProcess]: [Machine, Process],
): number[] | null {
  const sides = [
    { machine: left, process: leftProcess },
    { machine: right, process: rightProcess },
  ].map(({ machine, process }) => {
    const shape = steps(machine);
    return process.instructions.map(({ local, rest, alternatives }) => ({
      kind: `${local} ${rest}`,
      ways: alternatives.map((alternative) => ({ shape: shape(alternative), next: alternative.next })),
    }));
  });
  let colours: number[][] = sides.map((places) => places.map(() => 0));
  for (let count = 0; ; ) {
    const names = new Map<string, number>();
    colours = sides.map((places, side) =>
      places.map(({ kind, ways }, at) => {
        const shapes = ways.map(({ shape, next }) => `${shape} ${colours[side]?.[next]}`).sort();
        const name = [colours[side]?.[at], kind, ...shapes].join('\n');
        const colour = names.get(name) ?? names.size;
        names.set(name, colour);
        return colour;
      }),
    );
    if (names.size === count) break;
    count = names.size;
  }
  const [from = [], to = []] = colours;
  if (from[0] !== to[0]) return null;
  const partners = from.map((colour, at) => (to[at] === colour ? at : to.indexOf(colour)));
  return partners.includes(-1) ? null : partners;
}

/** The same machine but for names: which place of the code of each process in `left` is which in `right`. */
function sameBut(left: Machine, right: Machine): number[][] | null {
  if (left.slots.length !== right.slots.length || left.processes.length !== right.processes.length) return null;
  const alike = left.slots.every(({ max, sort, initial }, index) => {
    const other = right.slots[index];
    return max === other?.max && sort === other.sort && initial === other.initial;
  });
  const code = (machine: Machine): string => shapeOf([machine.procedures, machine.leak], machine, new Map());
  if (!alike || code(left) !== code(right)) return null;
  const places = left.processes.map((process, index) => {
    const other = right.processes[index];
    const fits = other && process.pc === other.pc && process.firstSlot === other.firstSlot;
    return fits ? bisimulation([left, process], [right, other]) : null;
  });
  return places.every((map) => map !== null) ? places : null;
}

/** Old number → new number, by name; 0 stays. Null if they are all the same. */
function numbering(before: readonly string[], after: readonly string[]): number[] | null {
  const numbers = [0, ...before.map((name) => after.indexOf(name) + 1)];
  return numbers.every((number, index) => number === index) ? null : numbers;
}

const namesOf = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

/** How a state of the model reads if declarations are exchanged as in `other`; null if that is not the same model. */
function mirrorOf(model: Model, other: Model, partner: (name: string) => string): Mirror | null {
  const { machine, kernel } = model;
  const places = sameBut(other.machine, machine);
  if (!places) return null;
  const { fields } = kernel;
  const bios = numbering(kernel.bioNames, other.kernel.bioNames);
  const processes = numbering(namesOf(machine.processes), namesOf(other.machine.processes));
  const kinds: readonly (readonly [slot: number, numbers: readonly number[] | null])[] = [
    [fields.device, numbering(namesOf(kernel.devices), namesOf(other.kernel.devices))],
    [fields.flying, numbering(namesOf(kernel.devices), namesOf(other.kernel.devices))],
    [fields.ending, numbering(namesOf(kernel.endings), namesOf(other.kernel.endings))],
    [fields.work, numbering(namesOf(kernel.works), namesOf(other.kernel.works))],
  ];
  const from: number[] = [];
  const values: (readonly number[] | null)[] = [];
  const names = namesOf(machine.slots);
  const inFields = new Map<number, { base: number; bio: number }>();
  for (const base of Object.values(fields))
    for (let bio = 1; bio <= kernel.bios; bio++) inFields.set(base + bio, { base, bio });
  for (const [slot, { name, sort }] of other.machine.slots.entries()) {
    const field = inFields.get(slot);
    const source = field
      ? field.base + kernel.bioNames.indexOf(other.kernel.bioNames[field.bio - 1] ?? '') + 1
      : names.indexOf(name);
    if (source < 0 || (!field && names.lastIndexOf(name) !== source)) return null;
    const special = kinds.find(([base]) => base === field?.base)?.[1] ?? null;
    from.push(source);
    values.push(sort === 'bio' ? bios : sort === 'process' ? processes : special);
  }
  for (const [index, process] of other.machine.processes.entries()) {
    const mine = machine.processes.find(({ name }) => name === process.name);
    if (!mine) return null;
    const same = mine.instructions.map(({ origin }) =>
      process.instructions.findIndex((instruction) => instruction.origin === origin),
    );
    if (same.includes(-1)) return null;
    values[process.pc] = same.map((at) => places[index]?.[at] ?? 0);
  }
  const texts = machine.witnesses.map(({ what }) => what);
  const witnesses = texts.map((what, index) => {
    const seen = texts.indexOf(what.split(' ').map(partner).join(' '));
    return seen < 0 ? index : seen;
  });
  return { from, values, witnesses };
}

const keyOf = (mirror: Mirror): string => JSON.stringify([mirror.from, mirror.values]);

/** First one mirror, then the other. */
function chain(first: Mirror, second: Mirror): Mirror {
  const apply = (names: readonly number[] | null, value: number): number => names?.[value] ?? value;
  return {
    from: second.from.map((slot) => first.from[slot] ?? slot),
    values: second.values.map((names, to) => {
      const before = first.values[second.from[to] ?? to] ?? null;
      if (before === null || names === null) return before ?? names;
      return before.map((value) => apply(names, value));
    }),
    witnesses: first.witnesses.map((witness) => second.witnesses[witness] ?? witness),
  };
}

/**
 * All ways to exchange devices that make no difference, with sets, locks, tasks and whatever else belongs to them. Each is
 * found by what the scenario says and then shown to lead to the same machine.
 */
export function mirrorsOf({ scenario, constants, model }: Prepared): Mirror[] {
  const { kernel } = model;
  if (kernel.sets.some((set) => set.cache !== null)) return [];
  // Works of one queue have places in the code of its workers that depend on their order.
  const several = kernel.queues.some((_, index) => kernel.works.filter(({ queue }) => queue === index).length > 1);
  const simple = exchanges(scenario).flatMap(({ scenario: exchanged, partner }) => {
    const works = [...exchanged.works.keys()].join() !== namesOf(kernel.works).join();
    if (several && works) return [];
    return mirrorOf(model, buildModel(exchanged, constants, kernel.era), partner) ?? [];
  });
  const found = new Map(simple.map((mirror) => [keyOf(mirror), mirror]));
  for (const first of found.values())
    for (const second of simple) {
      const both = chain(first, second);
      if (found.size < mostMirrors && !isIdentity(both)) found.set(keyOf(both), both);
    }
  return [...found.values()];

  function isIdentity(mirror: Mirror): boolean {
    return (
      mirror.from.every((slot, to) => slot === to) &&
      mirror.values.every((names) => names?.every((value, index) => value === index) ?? true)
    );
  }
}
