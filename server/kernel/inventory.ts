import type { CIndex } from '../c/index.js';
import type { CFile, CFunction } from '../c/types.js';
import { allocationsIn, mempoolsIn } from './allocations.js';
import { creationsIn, exitsIn, structCopiesIn } from './creations.js';
import { keptFacts } from './facts.js';
import { joinFlags } from './flags.js';
import { ownerOf } from './sets.js';
import type { BioSet, EraGuess, Inventory, SetAllocation, SetCreation, SetExit, SetId } from './types.js';
import { pointerMovesIn, rescuerUsesIn, setMoves } from './uses.js';

/** What one function says. */
const factsOf = keptFacts((fn: CFunction, index, guess) => ({
  made: [...creationsIn(fn, index, guess), ...structCopiesIn(fn, index)],
  exits: exitsIn(fn, index, guess),
  allocations: allocationsIn(fn, index, guess),
  moves: pointerMovesIn(fn, index),
  uses: rescuerUsesIn(fn, index),
  mempools: mempoolsIn(fn, index, guess),
}));

/** What the functions of a file say whose bodies were parsed. */
const factsOfFile = keptFacts((file: CFile, index, guess) => {
  const facts = file.functions.filter((fn) => fn.body !== null).map((fn) => factsOf(fn, index, guess));
  return {
    made: facts.flatMap(({ made }) => made),
    exits: facts.flatMap(({ exits }) => exits),
    allocations: facts.flatMap(({ allocations }) => allocations),
    moves: facts.flatMap(({ moves }) => moves),
    uses: facts.flatMap(({ uses }) => uses),
    mempools: facts.flatMap(({ mempools }) => mempools),
  };
});

/**
 * All bio_sets, mempools and rescuers in the functions whose bodies were parsed, and what is done with them. Sets are
 * sorted by id, everything else stands in file and source order, so that equal files give an equal inventory.
 */
export function takeInventory(index: CIndex, guess: EraGuess): Inventory {
  const facts = index.files.map((file) => factsOfFile(file, index, guess));
  const allocations = facts.flatMap((one) => one.allocations);
  const exits = facts.flatMap((one) => one.exits);
  const sets = group(withCopiedFlags(facts.flatMap(({ made }) => made)), exits, allocations);
  const known = new Set(sets.map(({ id }) => id));
  return {
    era: guess,
    sets,
    unplaced: allocations.filter(({ set }) => set === null || set === '?'),
    moves: facts.flatMap(({ moves }) => setMoves(moves, known)),
    uses: facts.flatMap(({ uses }) => uses),
    mempools: facts.flatMap(({ mempools }) => mempools),
  };
}

/** Gives copies the flags of the sets they come from; a copy of a copy is followed once more, as dm never goes further. */
function withCopiedFlags(creations: readonly SetCreation[]): readonly SetCreation[] {
  const resolve = (all: readonly SetCreation[]) =>
    all.map((creation) => {
      const sources = creation.from === null ? [] : all.filter(({ set }) => set === creation.from);
      return sources.length === 0 ? creation : { ...creation, flags: joinFlags(sources.map(({ flags }) => flags)) };
    });
  return resolve(resolve(creations));
}

function group(
  creations: readonly SetCreation[],
  exits: readonly SetExit[],
  allocations: readonly SetAllocation[],
): readonly BioSet[] {
  const ids = new Set<SetId>();
  for (const { set } of [...creations, ...exits, ...allocations]) if (set !== null && set !== '?') ids.add(set);
  const [created, exited, allocated] = [bySet(creations), bySet(exits), bySet(allocations)];
  return [...ids].sort().map((id) => ({
    id,
    owner: ownerOf(id),
    creations: created.get(id) ?? [],
    exits: exited.get(id) ?? [],
    allocations: allocated.get(id) ?? [],
  }));
}

function bySet<T extends { readonly set: SetId | null }>(facts: readonly T[]): ReadonlyMap<SetId | null, readonly T[]> {
  const map = new Map<SetId | null, T[]>();
  for (const fact of facts) {
    const list = map.get(fact.set);
    if (list) list.push(fact);
    else map.set(fact.set, [fact]);
  }
  return map;
}
