import page from '../../../docs/rules/trylock-dropped.md';
import type { CFunction } from '../../c/types.js';
import { type Call, calleeName, callsIn } from '../../c/walk.js';
import { isWhole } from './code.js';
import { readPage } from './page.js';
import type { ChangeRule, RawFinding } from './rule.js';

export const trylockDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare: (before, after) =>
    before.index.files.flatMap(({ functions }) =>
      functions.flatMap((old) => {
        const tried = callsLike(old, /trylock/);
        if (tried.size === 0) return [];
        const now = after.index.functionsNamed(old.name).find(({ path, body }) => path === old.path && body !== null);
        if (!now || now === old || !isWhole(before.index, old) || !isWhole(after.index, now)) return [];
        const calls = callsLike(now, /lock/);
        const were = callsLike(old, /lock/);
        return [...tried.keys()].flatMap((text) => {
          const waiting = text.replace('trylock', 'lock');
          const call = calls.get(waiting);
          return call && !calls.has(text) && !were.has(waiting) ? [report(now, call, text)] : [];
        });
      }),
    ),
};

/** The calls of a function whose name is like that, by callee and first argument. */
function callsLike({ body }: CFunction, name: RegExp): ReadonlyMap<string, Call> {
  return new Map(
    callsIn(body ?? []).flatMap(({ call }) => {
      const callee = calleeName(call);
      return callee !== null && name.test(callee) ? [[`${callee}(${call.args[0]?.text ?? ''})`, call] as const] : [];
    }),
  );
}

function report({ path, name }: CFunction, call: Call, tried: string): RawFinding {
  const evidence = { path, function: name, text: 'trylock' };
  return {
    key: `${name}:${tried}`,
    message: `${name}() waits for the lock where it went on without before (${tried}): its owner may wait for this task`,
    repaired: `${name}() no longer waits for the lock: ${tried}`,
    set: null,
    place: { path, function: name, range: call.range },
    evidence: [evidence],
    takenAway: evidence,
    related: [],
  };
}
