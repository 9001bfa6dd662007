import type { CFunction, Expr, Stmt } from '../c/types.js';
import { bare, walkExprs, walkStmts } from '../c/walk.js';

/** The expressions an expression's value can come from: arms of `?:`, the last of `a, b`, the right side of `a = b`. */
export function leavesOf(expr: Expr): readonly Expr[] {
  const inner = bare(expr);
  if (inner.kind === 'conditional') return [...leavesOf(inner.yes), ...leavesOf(inner.no)];
  if (inner.kind === 'assign' && inner.op === '=') return leavesOf(inner.right);
  if (inner.kind === 'sequence') {
    const last = inner.items.at(-1);
    return last ? leavesOf(last) : [];
  }
  return [inner];
}

/** A value that is stored: in an lvalue, or in the local variable that a declaration names. */
export interface Store {
  readonly target: Expr;
  /** The whole right side; `leavesOf` takes it apart. */
  readonly value: Expr;
  readonly operator: string;
}

const known = new WeakMap<CFunction, readonly Store[]>();

/** All stores of a function in source order, initialisers included. */
export function storesOf(fn: CFunction): readonly Store[] {
  const cached = known.get(fn);
  if (cached) return cached;
  const stores: Store[] = [];
  const visit = (stmt: Stmt) => {
    if (stmt.kind !== 'decl' || !stmt.init) return;
    const target: Expr = { kind: 'name', name: stmt.name, text: stmt.name, range: stmt.range };
    stores.push({ target, value: stmt.init, operator: '=' });
  };
  walkStmts(fn.body ?? [], visit);
  walkExprs(fn.body ?? [], (expr) => {
    if (expr.kind === 'assign') stores.push({ target: expr.left, value: expr.right, operator: expr.op });
  });
  known.set(fn, stores);
  return stores;
}

/** The values that `return` hands back. */
export function returnsOf(fn: CFunction): readonly Expr[] {
  const values: Expr[] = [];
  walkStmts(fn.body ?? [], (stmt) => {
    if (stmt.kind === 'return' && stmt.value) values.push(stmt.value);
  });
  return values;
}
