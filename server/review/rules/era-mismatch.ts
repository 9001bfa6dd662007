import page from '../../../docs/rules/era-mismatch.md';
import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { calleeName } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { formsIn, formsOf, primitiveCallsIn } from '../../kernel/primitives.js';
import { asked } from './asked.js';
import { placeOf } from './code.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';

export const eraMismatch: StateRule = {
  ...readPage(page),
  check(facts) {
    const { index, inventory } = facts;
    // From hunks nobody knows what the tree declares.
    if (!index.files.some(({ path, known }) => path === 'include/linux/bio.h' && known === null)) return [];
    return asked(facts, index.files).flatMap(({ functions }) =>
      functions.flatMap((fn) =>
        judgedCalls(fn).flatMap(({ call, name }) => {
          const declared = parameterCounts(index, name);
          if (declared === null || declared.has(call.args.length)) return [];
          // The declaration may stand in a header that was not read; then the era has the last word.
          if (declared.size === 0 && formsIn(name, inventory.era).length > 0) return [];
          const known = [...declared].map((count) => `${count}`).join(' or ');
          return [
            {
              key: `${fn.name}:${name}:${call.args.length}`,
              message:
                declared.size === 0
                  ? `${name}() does not exist in this tree`
                  : `${name}() takes ${known} arguments in this tree, not ${call.args.length}`,
              set: null,
              place: placeOf({ fn, call, callee: name }),
              evidence: [{ path: fn.path, function: fn.name, text: name }],
              related: [...index.prototypes(name)].slice(0, 1).map(({ path, item }) => ({
                message: `${name}() is declared here`,
                place: { path, function: null, range: item.range },
              })),
            },
          ];
        }),
      ),
    );
  },
};

/** The interface that include/linux/bio.h and blkdev.h declare. */
const judged: ReadonlySet<string> = new Set([
  'create',
  'init',
  'copy',
  'exit',
  'alloc',
  'clone',
  'split',
  'chain',
  'submit',
]);

/** The calls of that interface in a function. */
const judgedCalls = kept(({ body }: CFunction) =>
  primitiveCallsIn(body ?? []).flatMap(({ call }) => {
    const name = calleeName(call);
    return name !== null && formsOf(name).some(({ does }) => judged.has(does)) ? [{ call, name }] : [];
  }),
);

/** How many parameters the declarations in view give a function; empty when there is none; null when it is a macro. */
function parameterCounts(index: CIndex, name: string): ReadonlySet<number> | null {
  const known = countsByName(index);
  const before = known.get(name);
  if (before !== undefined) return before;
  const counts = countParameters(index, name);
  known.set(name, counts);
  return counts;
}

const countsByName = kept((_: CIndex) => new Map<string, ReadonlySet<number> | null>());

function countParameters(index: CIndex, name: string): ReadonlySet<number> | null {
  if (index.constants(name).length > 0) return null;
  const declared = [...index.prototypes(name).map(({ item }) => item), ...index.functionsNamed(name)];
  return new Set(declared.map(({ params }) => params.length));
}
