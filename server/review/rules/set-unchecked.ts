import page from '../../../docs/rules/set-unchecked.md';
import type { CIndex } from '../../c/index.js';
import type { SetCreation } from '../../kernel/types.js';
import { isWhole, siteAt, targetOf } from './code.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

export const setUnchecked: StateRule = {
  ...readPage(page),
  check: ({ index, inventory }) =>
    inventory.sets.flatMap(({ id, creations }) =>
      creations
        .filter((creation) => creation.result === 'unchecked' && creation.from === null && !isKept(index, creation))
        .map((creation) => ({
          key: `${creation.function}:${id}`,
          message: `${creation.callee}() of ${id} can fail, and nobody looks at its result`,
          set: id,
          place: creation,
          evidence: [{ path: creation.path, function: creation.function, text: id.split('.').at(-1) ?? id }],
          related: [],
        })),
    ),
};

/** Whether the result goes somewhere and lines that are not in view may look at it. */
function isKept(index: CIndex, creation: SetCreation): boolean {
  const site = siteAt(index, creation);
  return site !== null && !isWhole(index, site.fn) && targetOf(site) !== null;
}
