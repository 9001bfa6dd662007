import page from '../../../docs/rules/bvecs-missing.md';
import { creationsOf, flagOf } from '../../kernel/set-facts.js';
import type { SetAllocation } from '../../kernel/types.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';

/** Clones that copy the vectors, and so need room for them; `bio_clone_fast()` and its heirs share the source's. */
const copyingClones = new Set(['bio_clone_bioset', 'bio_clone']);

export const bvecsMissing: StateRule = {
  ...readPage(page),
  check(facts) {
    return facts.inventory.sets.flatMap(({ id, allocations }) =>
      flagOf(facts.inventory, id, 'bvecs') === 'no' ? allocations.flatMap((one) => judge(facts, id, one)) : [],
    );
  },
};

function judge({ inventory }: StateFacts, set: string, allocation: SetAllocation): RawFinding[] {
  const { callee, nrVecs, api } = allocation;
  const copies = api === 'clone' && copyingClones.has(callee);
  if (!copies && (nrVecs === null || nrVecs.number === 0)) return [];
  const wanted = copies ? 'copies the vectors of the source' : `wants ${nrVecs?.text} vectors`;
  const creations = creationsOf(inventory, set);
  return [
    {
      key: `${allocation.function}:${set}:${callee}`,
      level: copies || nrVecs?.number !== null ? 'error' : 'warning',
      message: `${callee}() ${wanted}, but ${set} is created without BIOSET_NEED_BVECS: it warns once and returns NULL`,
      set,
      place: allocation,
      evidence: creations.flatMap(({ path, function: name }) => [
        { path, function: name, text: 'BIOSET_NEED_BVECS' },
        { path, function: name, text: 'bioset_' },
      ]),
      related: creations.map((place) => ({ message: `${set} is created here, without vectors`, place })),
    },
  ];
}
