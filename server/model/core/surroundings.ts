import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { calleeName, callsIn, walkExprs } from '../../c/walk.js';
import { readTable } from '../../table.js';
import text from './surroundings.yaml';

/** What surrounds the core functions when they are probed; surroundings.yaml says what each key means. */
export const table: {
  readonly answers: Readonly<Record<string, number>>;
  readonly constants: Readonly<Record<string, number>>;
  readonly same: readonly string[];
  readonly ends: readonly string[];
  readonly queues: Readonly<Record<string, number>>;
  readonly fields: readonly string[];
  readonly calls: readonly string[];
} = readTable(text);

const relevance = new WeakMap<CIndex, Map<CFunction, boolean>>();

/** Whether a function, or one that it calls, handles lists of bios, hands bios on, or allocates. */
export function isCore(index: CIndex, fn: CFunction): boolean {
  const known = relevance.get(index) ?? new Map<CFunction, boolean>();
  relevance.set(index, known);
  const cached = known.get(fn);
  if (cached !== undefined) return cached;
  // Recursion: the answer comes from the other calls.
  known.set(fn, false);
  const body = fn.body ?? [];
  let found = false;
  walkExprs(body, (expr) => {
    found ||= expr.kind === 'field' && table.fields.includes(expr.field);
  });
  found ||= callsIn(body).some(({ call }) => {
    const name = calleeName(call);
    if (name === null || name in table.answers || table.ends.includes(name)) return false;
    return table.calls.includes(name) || index.functionsNamed(name, fn.path).some((callee) => isCore(index, callee));
  });
  known.set(fn, found);
  return found;
}
