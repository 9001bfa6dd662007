import page from '../../../docs/rules/wq-mem-reclaim.md';
import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import { bare, type Call, callsIn } from '../../c/walk.js';
import { argument, formOf } from '../../kernel/primitives.js';
import type { EraGuess, Place } from '../../kernel/types.js';
import { placeOf, targetOf } from './code.js';
import { onPath } from './entries.js';
import { readPage } from './page.js';
import type { RawFinding, StateRule } from './rule.js';

export const wqMemReclaim: StateRule = {
  ...readPage(page),
  check({ index, inventory }) {
    const plain = plainQueues(index, inventory.era);
    const paths = [onPath(index, 'submission'), onPath(index, 'completion')];
    return paths.flatMap((path) =>
      [...path].flatMap(([fn, entry]) =>
        callsIn(fn.body ?? []).flatMap(({ call }) => judge(index, inventory.era, plain, fn, entry, call)),
      ),
    );
  },
};

function judge(
  index: CIndex,
  era: EraGuess,
  plain: ReadonlyMap<string, Place>,
  fn: CFunction,
  entry: CFunction,
  call: Call,
): RawFinding[] {
  const form = formOf(call, era);
  const wq = form?.does === 'wq-queue' ? argument(form, 'wq', call) : null;
  const name = wq === null ? null : queueName(index, wq, fn);
  const creation = name === null ? undefined : plain.get(name);
  if (form === null || name === null || creation === undefined) return [];
  return [
    {
      key: `${fn.name}:${name}`,
      message: `${entry.name}() handles bios and queues work on ${name}, which has no WQ_MEM_RECLAIM: with memory short the work may never get a thread`,
      set: null,
      place: placeOf({ fn, call, callee: form.name }),
      evidence: [
        { path: creation.path, function: creation.function, text: 'WQ_MEM_RECLAIM' },
        { path: creation.path, function: creation.function, text: 'alloc_' },
      ],
      related: [{ message: `${name} is created here`, place: creation }],
    },
  ];
}

/** Workqueues that every creation in view makes without the flag, by their name, with one creation. */
function plainQueues(index: CIndex, era: EraGuess): ReadonlyMap<string, Place> {
  const plain = new Map<string, Place>();
  const reclaiming = new Set<string>();
  for (const file of index.files) {
    for (const fn of file.functions) {
      for (const { call } of callsIn(fn.body ?? [])) {
        const form = formOf(call, era);
        if (form?.does !== 'wq-create') continue;
        const site = { fn, call, callee: form.name };
        const target = targetOf(site);
        const name =
          target === null ? null : typeof target === 'string' ? `${fn.path}:${target}` : queueName(index, target, fn);
        if (name === null) continue;
        const flags = form.wqFlags ?? argument(form, 'wqFlags', call)?.text ?? '';
        if (lacksFlag(flags)) plain.set(name, placeOf(site));
        else reclaiming.add(name);
      }
    }
  }
  for (const name of reclaiming) plain.delete(name);
  return plain;
}

/** Whether the flags are written out and WQ_MEM_RECLAIM is not among them. A variable may hold it. */
function lacksFlag(flags: string): boolean {
  return /^[\s|()]*(?:0|(?:WQ_\w+)(?:[\s|()]+WQ_\w+)*)[\s|()]*$/.test(flags) && !flags.includes('WQ_MEM_RECLAIM');
}

/** `struct veil_device.wq` for a field, `drivers/md/veil.c:veil_wq` for a variable; null when it cannot be told. */
function queueName(index: CIndex, expr: Expr, fn: CFunction): string | null {
  const inner = bare(expr);
  if (inner.kind === 'name') {
    const variable = index.variables(inner.name).find(({ path }) => path === fn.path) ?? index.variables(inner.name)[0];
    return variable === undefined ? null : `${variable.path}:${inner.name}`;
  }
  if (inner.kind !== 'field') return null;
  const type = index.typeOf(inner.base, fn);
  const tag = type === null ? null : structTag(index.resolve(type));
  return tag === null ? null : `struct ${tag}.${inner.field}`;
}
