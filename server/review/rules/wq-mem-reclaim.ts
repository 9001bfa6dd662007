import page from '../../../docs/rules/wq-mem-reclaim.md';
import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { type Call, callsIn } from '../../c/walk.js';
import { argument, formOf } from '../../kernel/primitives.js';
import type { EraGuess, Place } from '../../kernel/types.js';
import { placeOf } from './code.js';
import { entryPoints, onPath } from './entries.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';
import { createdQueues, movesBios, nameOf, workHandlers } from './works.js';

export const wqMemReclaim: StateRule = {
  ...readPage(page),
  check(facts) {
    const { index, inventory } = facts;
    const plain = plainQueues(index, inventory.era);
    if (plain.size === 0) return [];
    const handlers = workHandlers(index);
    // What a completion calls further down is often error reporting that no bio waits for.
    const completions = new Map(entryPoints(index, 'completion').map((fn) => [fn, fn]));
    return [onPath(index, 'submission'), completions].flatMap((path) =>
      [...path].flatMap(([fn, entry]) =>
        callsIn(fn.body ?? []).flatMap(({ call }) => {
          const queued = queuedWork(facts, fn, call);
          const creation = queued === null ? undefined : plain.get(queued.wq);
          if (queued === null || creation === undefined) return [];
          const waitedFor = (handlers.get(queued.work) ?? []).some((handler) => movesBios(index, handler));
          return waitedFor ? [report(queued.wq, creation, fn, entry, call)] : [];
        }),
      ),
    );
  },
};

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
