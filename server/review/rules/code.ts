import type { CIndex } from '../../c/index.js';
import type { CFile, CFunction, Expr, Stmt } from '../../c/types.js';
import { bare, type Call, calleeName, callsIn, covers, enclosing, walkExpr, walkExprs } from '../../c/walk.js';
import { kept } from '../../kept.js';
import type { Place } from '../../kernel/types.js';
import type { Range } from '../../text.js';

/** A call in a function. */
export interface Site {
  readonly fn: CFunction;
  readonly call: Call;
  /** Name of the called function; null for a call through a pointer. */
  readonly callee: string | null;
}

export type Loop = Extract<Stmt, { kind: 'loop' }>;

/** The function definition that a place lies in. */
export function functionAt(index: CIndex, place: Place): CFunction | null {
  if (place.function === null) return null;
  const all = index.functionsNamed(place.function).filter(({ path }) => path === place.path);
  return all.find(({ range }) => covers(range, place.range)) ?? null;
}

/** The functions of the files that are not the same afterwards. */
export function changedFunctions(before: CIndex, after: CIndex): readonly CFunction[] {
  const unchanged = new Set(after.files);
  return before.files.filter((file) => !unchanged.has(file)).flatMap(({ functions }) => functions);
}

/** Whether all of a function is in view; of files known from hunks most are not, and what is missing may be there. */
export function isWhole(index: CIndex, { path, range }: CFunction): boolean {
  const file = index.files.find((one) => one.path === path);
  return file === undefined || isInView(file, range.line, range.endLine);
}

/** Whether these lines of a file are in view, both included. */
export function isInView({ known }: CFile, from: number, to: number): boolean {
  return known === null || known.some(({ line, endLine }) => line <= from && to <= endLine);
}

/** The call at a place, as the inventory names it. */
export function siteAt(index: CIndex, place: Place): Site | null {
  const fn = functionAt(index, place);
  if (fn === null) return null;
  const call = callsByRange(fn).get(rangeKey(place.range));
  return call === undefined ? null : { fn, call, callee: calleeName(call) };
}

const rangeKey = ({ line, column, endLine, endColumn }: Range): string => `${line}:${column}-${endLine}:${endColumn}`;

const callsByRange = kept(
  ({ body }: CFunction): ReadonlyMap<string, Call> =>
    new Map(
      callsIn(body ?? [])
        .map(({ call }) => [rangeKey(call.range), call] as const)
        .reverse(),
    ),
);

function sameRange(a: Range, b: Range): boolean {
  return covers(a, b) && covers(b, a);
}

/** The loops around a place that may run more than once, outermost first. */
export function loopsAround(fn: CFunction, place: Range): readonly Loop[] {
  return enclosing(fn.body ?? [], place).filter((stmt) => stmt.kind === 'loop' && repeats(stmt)) as Loop[];
}

/** `do { … } while (0)` is no loop. */
function repeats(loop: Loop): boolean {
  return !(loop.form === 'do' && loop.test?.kind === 'number' && loop.test.value === 0);
}

/** The variable or field that takes a call's result, as written: `bio` in `bio = f()`; null when none does. */
export function targetOf(site: Site): Expr | string | null {
  const known = targets.get(site.call);
  if (known) return known.target;
  const target = findTarget(site);
  targets.set(site.call, { target });
  return target;
}

const targets = new WeakMap<Call, { readonly target: Expr | string | null }>();

function findTarget(site: Site): Expr | string | null {
  const place = site.call.range;
  const stmt = enclosing(site.fn.body ?? [], place).at(-1);
  if (stmt?.kind === 'decl' && stmt.init !== null && isSame(stmt.init, place)) return stmt.name;
  let target: Expr | null = null;
  walkExprs(stmt === undefined ? [] : [stmt], (expr) => {
    if (expr.kind === 'assign' && expr.op === '=' && isSame(expr.right, place)) target = expr.left;
  });
  return target;
}

function isSame(expr: Expr, place: Range): boolean {
  return sameRange(bare(expr).range, place);
}

/** The calls of functions in view that `fn` makes, one level down. */
export function directCallees(
  index: CIndex,
  fn: CFunction,
): readonly { readonly site: Site; readonly callee: CFunction }[] {
  return callsIn(fn.body ?? []).flatMap(({ call }) => {
    const name = calleeName(call);
    const callee = name === null ? undefined : index.functionsNamed(name, fn.path)[0];
    return callee === undefined ? [] : [{ site: { fn, call, callee: name }, callee }];
  });
}

/** `fn` and the functions in view that it calls, so many calls down. */
export function reachedFrom(index: CIndex, fn: CFunction, depth: number): ReadonlySet<CFunction> {
  const reached = new Set([fn]);
  let last: readonly CFunction[] = [fn];
  for (let level = 0; level < depth; level++) {
    last = last
      .flatMap((one) => directCallees(index, one).map(({ callee }) => callee))
      .filter((one) => !reached.has(one));
    for (const one of last) reached.add(one);
  }
  return reached;
}

/** All calls of a function by its name. */
export function sitesOf(index: CIndex, callee: string): readonly Site[] {
  return index.callers(callee).map(({ caller, call }) => ({ fn: caller, call, callee }));
}

/** Whether `expr` mentions the variable `name`. */
export function mentions(expr: Expr, name: string): boolean {
  let found = false;
  walkExpr(expr, (inner) => {
    if (inner.kind === 'name' && inner.name === name) found = true;
  });
  return found;
}

/** A call's place. */
export function placeOf({ fn, call }: Site): Place {
  return { path: fn.path, function: fn.name, range: call.range };
}
