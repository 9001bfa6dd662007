import page from '../../../docs/rules/wq-mem-reclaim.md';
import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { type Call, calleeName, callsIn } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { effectOf } from '../../kernel/effects.js';
import { argument, formOf, formsOf } from '../../kernel/primitives.js';
import type { EraGuess, Place } from '../../kernel/types.js';
import { asked } from './asked.js';
import { placeOf, sitesOf } from './code.js';
import { entryPoints, onPath } from './entries.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';
import { createdQueues, movesBios, nameOf, workHandlers } from './works.js';

export const wqMemReclaim: StateRule = {
  ...readPage(page),
  check(facts) {
    const { index, inventory } = facts;
    const plain = plainQueues(index, inventory.era);
    const closures = closuresOnShared(facts);
    if (plain.size === 0) return closures;
    // What a completion calls further down is often error reporting that no bio waits for.
    const completions = new Map(entryPoints(index, 'completion').map((fn) => [fn, fn]));
    const queued = [onPath(index, 'submission'), completions].flatMap((path) =>
      asked(facts, [...path.keys()]).flatMap((fn) =>
        queueCallsIn(fn).flatMap(({ call }) => {
          const found = queuedWork(facts, fn, call);
          const creation = found === null ? undefined : plain.get(found.wq);
          return found && creation ? [{ ...found, creation, fn, entry: path.get(fn) ?? fn, call }] : [];
        }),
      ),
    );
    if (queued.length === 0) return closures;
    const handlers = workHandlers(index);
    const works = queued
      .filter(({ work }) => (handlers.get(work) ?? []).some((handler) => movesBios(index, handler)))
      .map(({ wq, creation, fn, entry, call }) => report(wq, creation, fn, entry, call));
    return [...works, ...closures];
  },
};

/** The kernel's own workqueues, none of which has a thread set aside. */
const shared = /^system_(?:\w+_)?wq$/;

/** Closures that go on in one of the kernel's own workqueues and submit bios there. */
function closuresOnShared(facts: StateFacts): readonly RawFinding[] {
  const { index } = facts;
  return ['continue_at', 'continue_at_nobarrier'].flatMap((callee) =>
    sitesOf(index, callee).flatMap((site) => {
      if (asked(facts, [site.fn]).length === 0) return [];
      const effect = effectOf(callee);
      const [handler, wq] = [effect?.calls, effect?.on].map((at) => (at === undefined ? '' : site.call.args[at]?.text));
      const [runs] = index.functionsNamed(handler ?? '', site.fn.path);
      if (!runs || !shared.test(wq ?? '') || !movesBios(index, runs)) return [];
      const { path, name } = site.fn;
      return [
        {
          key: `${name}:${runs.name}`,
          message: `${name}() leaves ${runs.name}(), which submits bios, to ${wq}, which has no WQ_MEM_RECLAIM: with memory short it may never get a thread`,
          set: null,
          place: placeOf(site),
          evidence: [runs.name, 'system_'].map((text) => ({ path, function: name, text })),
          related: [],
        },
      ];
    }),
  );
}

/** The calls in a function that queue work in some era. */
const queueCallsIn = kept(({ body }: CFunction) =>
  callsIn(body ?? []).filter(({ call }) => formsOf(calleeName(call) ?? '').some(({ does }) => does === 'wq-queue')),
);

function queuedWork({ index, inventory }: StateFacts, fn: CFunction, call: Call): { wq: string; work: string } | null {
  const form = formOf(call, inventory.era);
  if (form?.does !== 'wq-queue') return null;
  const [wq, work] = [argument(form, 'wq', call), argument(form, 'work', call)].map((expr) =>
    expr === null ? null : nameOf(index, expr, fn),
  );
  return typeof wq === 'string' && typeof work === 'string' ? { wq, work } : null;
}

function report(wq: string, creation: Place, fn: CFunction, entry: CFunction, call: Call): RawFinding {
  return {
    key: `${fn.name}:${wq}`,
    message: `${entry.name}() handles bios and leaves some of the work to ${wq}, which has no WQ_MEM_RECLAIM: with memory short it may never get a thread`,
    set: null,
    place: placeOf({ fn, call, callee: null }),
    evidence: ['WQ_MEM_RECLAIM', 'alloc_'].map((text) => ({ path: creation.path, function: creation.function, text })),
    related: [{ message: `${wq} is created here`, place: creation }],
  };
}

/** Workqueues that every creation in view makes without the flag, by their name, with one creation. */
function plainQueues(index: CIndex, era: EraGuess): ReadonlyMap<string, Place> {
  const plain = [...createdQueues(index, era)].filter(([, made]) => made.every(({ reclaim }) => reclaim === false));
  return new Map(plain.flatMap(([name, made]) => made.slice(-1).map(({ place }) => [name, place] as const)));
}
