import page from '../../../docs/rules/set-null.md';
import type { CIndex } from '../../c/index.js';
import type { Expr } from '../../c/types.js';
import { formOf } from '../../kernel/primitives.js';
import type { EraGuess } from '../../kernel/types.js';
import { since } from './era.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

export const setNull: StateRule = {
  ...readPage(page),
  check({ index, inventory }) {
    if (inventory.era.era === null) return [];
    // 3175199ab0ac "block: split bio_kmalloc from bio_alloc_bioset" dereferences the set.
    const fatal = since(inventory.era, '5.12');
    return (
      inventory.unplaced
        .filter(({ set, call }) => set === null && namesNoSet(call, inventory.era))
        .map((allocation) => ({ allocation, unsure: isFragment(index, allocation.path) }))
        // Before 5.12 this was the way to say kmalloc(), and hunks alone do not tell the version that well.
        .filter(({ allocation, unsure }) => allocation.api !== 'alloc' || (fatal && !unsure))
        .map(({ allocation, unsure }) => ({
          key: `${allocation.function}:${allocation.callee}`,
          level: fatal && !unsure ? 'error' : 'note',
          message: messageOf(allocation.callee, fatal, unsure),
          set: null,
          place: allocation,
          evidence: [{ path: allocation.path, function: allocation.function, text: allocation.callee }],
          related: [],
        }))
    );
  },
};

function messageOf(callee: string, fatal: boolean, unsure: boolean): string {
  const kmalloc = 'takes plain kmalloc() memory';
  if (!fatal) return `${callee}() from a NULL bio_set ${kmalloc}: it may fail, and nothing is held in reserve`;
  return `${callee}() from a NULL bio_set ${unsure ? `${kmalloc} before 5.12, and oopses since` : 'oopses since 5.12'}`;
}

/** Whether the set is an argument; `bio_kmalloc()` and the like have none on purpose. */
function namesNoSet(call: Expr, era: EraGuess): boolean {
  const form = call.kind === 'call' ? formOf(call, era) : null;
  return form?.args.includes('set') ?? false;
}

function isFragment(index: CIndex, path: string): boolean {
  return index.files.some((file) => file.path === path && file.known !== null);
}
