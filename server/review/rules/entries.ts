import type { CIndex } from '../../c/index.js';
import type { CFile, CFunction, Expr, InitItem } from '../../c/types.js';
import { dereference } from '../../c/typing.js';
import { bare, calleeName, callsIn, walkExpr, walkExprs, walkStmts } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { readTable } from '../../table.js';
import text from './entries.yaml';

type Registration =
  | { readonly field: string; readonly of?: string; readonly call?: undefined; readonly returns?: undefined }
  | { readonly call: string; readonly arg: number; readonly field?: undefined; readonly returns?: undefined }
  | { readonly returns: string; readonly field?: undefined; readonly call?: undefined };

const registrations: Readonly<Record<Kind, readonly Registration[]>> = readTable(text);

/** `submission`: called with a bio to handle; `completion`: called when a bio is done. */
export type Kind = 'submission' | 'completion';

/** What each file registers; most files of a tree are the same objects in all states of a series. */
const known: Readonly<Record<Kind, WeakMap<CFile, readonly string[]>>> = {
  submission: new WeakMap(),
  completion: new WeakMap(),
};

/** The functions in view that are registered with the block layer as entry points of a kind; see entries.yaml. */
export function entryPoints(index: CIndex, kind: Kind): readonly CFunction[] {
  const found = index.files.flatMap((file) =>
    registeredIn(file, kind).flatMap((name) => index.functionsNamed(name, file.path)),
  );
  return [...new Set(found)];
}

/** Names of the functions that a file registers, or that show by themselves what they are. */
function registeredIn(file: CFile, kind: Kind): readonly string[] {
  const cached = known[kind].get(file);
  if (cached !== undefined) return cached;
  const names = new Set<string>();
  const add = (value: Expr): void => {
    const target = bare(value);
    const name = target.kind === 'unary' && target.op === '&' ? target.arg : target;
    if (name.kind === 'name') names.add(name.name);
  };
  for (const { init, type } of file.variables) {
    if (init !== null) fromTable(init, type, kind, add);
  }
  for (const fn of file.functions) {
    if (returnsConstant[kind](fn)) names.add(fn.name);
    registrationsIn[kind](fn).forEach(add);
  }
  const result = [...names];
  known[kind].set(file, result);
  return result;
}

/** What a function registers. Kept for it: an edit, as a patch, changes one of many. */
const registrationsIn: Readonly<Record<Kind, (fn: CFunction) => readonly Expr[]>> = {
  submission: kept((fn: CFunction) => registeredBy(fn, 'submission')),
  completion: kept((fn: CFunction) => registeredBy(fn, 'completion')),
};

const returnsConstant: Readonly<Record<Kind, (fn: CFunction) => boolean>> = {
  submission: kept((fn: CFunction) => returnsEntryConstant(fn, 'submission')),
  completion: kept((fn: CFunction) => returnsEntryConstant(fn, 'completion')),
};

function registeredBy({ body }: CFunction, kind: Kind): readonly Expr[] {
  const values: Expr[] = [];
  walkExprs(body ?? [], (expr) => values.push(...fromCode(expr, kind)));
  return values;
}

/** Whether a function returns a constant that tells what it is: a helper of a target's map returns DM_MAPIO_SUBMITTED. */
function returnsEntryConstant(fn: CFunction, kind: Kind): boolean {
  const prefixes = registrations[kind].flatMap(({ returns }) => returns ?? []);
  let found = false;
  walkStmts(prefixes.length === 0 ? [] : (fn.body ?? []), (stmt) => {
    if (stmt.kind !== 'return' || stmt.value?.kind !== 'name') return;
    const { name } = stmt.value;
    if (prefixes.some((prefix) => name.startsWith(prefix))) found = true;
  });
  return found;
}

/** `.map = f` in a table, tables in an array included. */
function fromTable(init: Expr, type: string, kind: Kind, add: (value: Expr) => void): void {
  const element = (type.includes('[') ? (dereference(type) ?? type) : type).replace(/\b(const|static)\s+/g, '').trim();
  const item = ({ field, value }: InitItem): void => {
    const fits = registrations[kind].some((one) => one.field === field && (one.of === undefined || one.of === element));
    if (field !== null && fits) add(value);
  };
  walkExpr(init, (expr) => {
    if (expr.kind === 'list') expr.items.forEach(item);
  });
}

/** `bio->bi_end_io = f`, `blk_queue_make_request(q, f)`. Assignments to a table's field are not typed, so only those fields count that one table has. */
function fromCode(expr: Expr, kind: Kind): readonly Expr[] {
  if (expr.kind === 'assign' && expr.left.kind === 'field') {
    const { field } = expr.left;
    const fits = registrations[kind].some((one) => one.field === field && one.of === undefined);
    return fits ? [expr.right] : [];
  }
  if (expr.kind !== 'call') return [];
  const name = calleeName(expr);
  return registrations[kind].flatMap((one) => {
    const value = one.call !== undefined && one.call === name ? expr.args[one.arg] : undefined;
    return value === undefined ? [] : [value];
  });
}

const pathsOf: Readonly<Record<Kind, WeakMap<CIndex, ReadonlyMap<CFunction, CFunction>>>> = {
  submission: new WeakMap(),
  completion: new WeakMap(),
};

/**
 * Entry points and the functions in view that they call directly, each with the entry point it belongs to. Kept for each
 * state: several rules ask.
 */
export function onPath(index: CIndex, kind: Kind): ReadonlyMap<CFunction, CFunction> {
  const path = pathsOf[kind].get(index) ?? findPath(index, kind);
  pathsOf[kind].set(index, path);
  return path;
}

/** Names of the functions that a function calls. */
const calleesOf = kept(
  ({ body }: CFunction): ReadonlySet<string> =>
    new Set(callsIn(body ?? []).flatMap(({ call }) => calleeName(call) ?? [])),
);

function findPath(index: CIndex, kind: Kind): ReadonlyMap<CFunction, CFunction> {
  const all = new Map<CFunction, CFunction>();
  const entries = entryPoints(index, kind);
  for (const entry of entries) all.set(entry, entry);
  for (const entry of entries) {
    for (const name of calleesOf(entry))
      for (const callee of index.functionsNamed(name, entry.path)) if (!all.has(callee)) all.set(callee, entry);
  }
  return all;
}
