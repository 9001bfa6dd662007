import page from '../../../docs/rules/cipher-allocates.md';
import type { CFunction } from '../../c/types.js';
import { type Call, calleeName, callsIn } from '../../c/walk.js';
import { changedFunctions } from './code.js';
import { readPage } from './page.js';
import type { ChangeRule } from './rule.js';

const flag = 'CRYPTO_ALG_ALLOCATES_MEMORY';

export const cipherAllocates: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare: (before, after) =>
    changedFunctions(before.index, after.index).flatMap((old) => {
      const flagged = ciphersOf(old).filter(([, has]) => has);
      if (flagged.length === 0) return [];
      const now = after.index.functionsNamed(old.name).find(({ path }) => path === old.path);
      return ciphersOf(now ?? old).flatMap(([call, has]) => {
        if (has || !now || !flagged.some(([was]) => isAlike(was, call))) return [];
        const evidence = { path: now.path, function: now.name, text: flag };
        return [
          {
            key: `${now.name}:${call.args[0]?.text}`,
            message: `${now.name}() no longer asks for a cipher that allocates no memory: below a bio that reclaim waits for it may wait for memory`,
            repaired: `${now.name}() asks for a cipher that allocates no memory`,
            set: null,
            place: { path: now.path, function: now.name, range: call.range },
            evidence: [evidence],
            takenAway: evidence,
            related: [],
          },
        ];
      });
    }),
};

/** The ciphers and hashes that a function allocates, and whether each is wanted without allocations. */
function ciphersOf({ body }: CFunction): readonly (readonly [Call, boolean])[] {
  return callsIn(body ?? []).flatMap(({ call }) => {
    const mask = call.args[2];
    if (mask === undefined || !/^crypto_alloc_\w+$/.test(calleeName(call) ?? '')) return [];
    return [[call, mask.text.includes(flag)] as const];
  });
}

function isAlike(one: Call, other: Call): boolean {
  return calleeName(one) === calleeName(other) && one.args[0]?.text === other.args[0]?.text;
}
