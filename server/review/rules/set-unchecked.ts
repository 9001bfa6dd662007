import page from '../../../docs/rules/set-unchecked.md';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

export const setUnchecked: StateRule = {
  ...readPage(page),
  check: ({ inventory }) =>
    inventory.sets.flatMap(({ id, creations }) =>
      creations
        .filter(({ result, from }) => result === 'unchecked' && from === null)
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
