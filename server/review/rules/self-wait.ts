import page from '../../../docs/rules/self-wait.md';
import { guardsOf } from '../../c/guards.js';
import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr } from '../../c/types.js';
import { bare, calleeName, callsIn } from '../../c/walk.js';
import { asked } from './asked.js';
import { placeOf, type Site, sitesOf } from './code.js';
import { readPage } from './page.js';
import type { StateRule } from './rule.js';
import { nameOf } from './works.js';

export const selfWait: StateRule = {
  ...readPage(page),
  check(facts) {
    const { index } = facts;
    const sleeps = threads(index).flatMap((thread) =>
      [...sleepsIn(index, thread, new Map(), 5, new Set())].map(([queue, site]) => ({ thread, queue, site })),
    );
    const here = sleeps.filter(({ site }) => asked(facts, [site.fn]).length > 0);
    const wakers = here.length === 0 ? new Map<string, ReadonlySet<CFunction>>() : wakersIn(index);
    return here.flatMap(({ thread, queue, site }) => {
      const who = [...(wakers.get(queue) ?? [])];
      if (who.length === 0 || who.some((fn) => fn !== thread)) return [];
      const { path, name } = site.fn;
      return [
        {
          key: `${thread.name}:${queue}`,
          message: `${thread.name}() comes to wait on ${queue} in ${name}(), and only ${thread.name}() wakes it`,
          set: null,
          place: placeOf(site),
          evidence: [
            { path: thread.path, function: thread.name, text: '' },
            { path, function: name, text: '' },
          ],
          related: [],
        },
      ];
    });
  },
};

/** The functions that wake a queue, by its name. */
function wakersIn(index: CIndex): ReadonlyMap<string, ReadonlySet<CFunction>> {
  const wakers = new Map<string, Set<CFunction>>();
  for (const callee of ['wake_up', 'wake_up_all', 'wake_up_nr', 'wake_up_interruptible', 'wake_up_process']) {
    for (const { fn, call } of sitesOf(index, callee)) {
      const queue = call.args[0] && nameOf(index, call.args[0], fn);
      if (queue) wakers.set(queue, (wakers.get(queue) ?? new Set()).add(fn));
    }
  }
  return wakers;
}

function threads(index: CIndex): readonly CFunction[] {
  const started = ['kthread_run', 'kthread_create'].flatMap((callee) => sitesOf(index, callee));
  const functions = started.flatMap(({ fn, call }) => index.functionsNamed(bare(call.args[0] ?? call).text, fn.path));
  return [...new Set(functions)].filter(({ body }) => body !== null);
}

type Known = ReadonlyMap<string, boolean>;

/** The wait queues that a function comes to sleep on, each with one place, when some of its parameters are known. */
function sleepsIn(
  index: CIndex,
  fn: CFunction,
  known: Known,
  depth: number,
  entered: ReadonlySet<CFunction>,
): ReadonlyMap<string, Site> {
  const found = new Map<string, Site>();
  const guards = guardsOf(fn);
  for (const { call } of callsIn(fn.body ?? [])) {
    const callee = calleeName(call);
    if (callee === null || guards.at(call.range).some(({ text, holds }) => known.get(text) === !holds)) continue;
    const queue = call.args[0] && /^prepare_to_wait/.test(callee) ? nameOf(index, call.args[0], fn) : null;
    if (queue) found.set(queue, { fn, call, callee });
    const next = index.functionsNamed(callee, fn.path).find(({ body }) => body !== null);
    if (!next || depth === 0 || entered.has(next)) continue;
    const given = next.params.flatMap(({ name }, at): (readonly [string, boolean])[] => {
      const value = truth(call.args[at], known);
      return value === null ? [] : [[name, value]];
    });
    const below = sleepsIn(index, next, new Map(given), depth - 1, new Set([...entered, fn]));
    for (const [name, site] of below) if (!found.has(name)) found.set(name, site);
  }
  return found;
}

function truth(arg: Expr | undefined, known: Known): boolean | null {
  const text = arg === undefined ? '' : bare(arg).text;
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : (known.get(text) ?? null);
}
