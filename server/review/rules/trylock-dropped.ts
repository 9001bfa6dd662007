import page from '../../../docs/rules/trylock-dropped.md';
import type { CFunction } from '../../c/types.js';
import { type Call, calleeName, callsIn } from '../../c/walk.js';
import { changedFunctions, isWhole } from './code.js';
import { readPage } from './page.js';
import type { ChangeRule, RawFinding } from './rule.js';

/** A spinlock is tried to keep the order of two locks, which lockdep watches; a change may have turned that order round. */
const spins = /^(?:(?:raw_|bit_)?spin|read|write)_trylock/;

export const trylockDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare: (before, after) =>
    changedFunctions(before.index, after.index).flatMap((old) => {
      const tried = callsLike(old, /trylock/);
      if (tried.size === 0) return [];
      const now = after.index.functionsNamed(old.name).find(({ path, body }) => path === old.path && body !== null);
      if (!now || now === old || !isWhole(before.index, old) || !isWhole(after.index, now)) return [];
      const still = callsLike(now, /trylock/);
      const were = callsLike(old, /lock/);
      return [...tried].flatMap(([text, { name, on }]) => {
        if (spins.test(name)) return [];
        // `mddev_trylock()` has `mddev_lock()` and `mddev_lock_nointr()` beside it.
        const lock = name.replace(/trylock.*$/, 'lock');
        const waits = [...callsLike(now, /lock/)].find(
          ([key, one]) => one.name.startsWith(lock) && one.on === on && !were.has(key),
        );
        return waits && !still.has(text) ? [report(now, waits[1].call, text)] : [];
      });
    }),
};

interface Named {
  readonly call: Call;
  readonly name: string;
  /** The first argument as written. */
  readonly on: string;
}

/** The calls of a function whose name is like that, by callee and first argument. */
function callsLike({ body }: CFunction, like: RegExp): ReadonlyMap<string, Named> {
  return new Map(
    callsIn(body ?? []).flatMap(({ call }): (readonly [string, Named])[] => {
      const name = calleeName(call) ?? '';
      const on = call.args[0]?.text ?? '';
      return like.test(name) ? [[`${name}(${on})`, { call, name, on }]] : [];
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
