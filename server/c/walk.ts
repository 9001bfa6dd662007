import type { Range } from '../text.js';
import type { Expr, Stmt } from './types.js';

/** A call expression. */
export type Call = Extract<Expr, { kind: 'call' }>;

/** The operands of an expression in the order C compilers usually evaluate them: an assignment's value first. */
export function operands(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'field':
      return [expr.base];
    case 'index':
      return [expr.base, expr.index];
    case 'call':
      return expr.callee.kind === 'name' ? expr.args : [expr.callee, ...expr.args];
    case 'unary':
    case 'cast':
      return [expr.arg];
    case 'binary':
      return [expr.left, expr.right];
    case 'assign':
      return [expr.right, expr.left];
    case 'conditional':
      // In `a ?: b` the test is the value; it is evaluated once.
      return expr.yes === expr.test ? [expr.test, expr.no] : [expr.test, expr.yes, expr.no];
    case 'list':
      return expr.items.map((item) => item.value);
    case 'sequence':
      return expr.items;
    case 'other':
      return expr.parts;
    default:
      return [];
  }
}

/** Visits an expression and all below it, operands before the operation. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  for (const operand of operands(expr)) walkExpr(operand, visit);
  visit(expr);
}

/** The expressions that a statement itself evaluates, those of the statements inside it left out. */
export function expressionsOf(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case 'expr':
      return [stmt.expr];
    case 'decl':
      return stmt.init ? [stmt.init] : [];
    case 'if':
      return [stmt.test];
    case 'loop':
      return [stmt.test, stmt.update].filter((expr) => expr !== null);
    case 'switch':
      return [stmt.value];
    case 'case':
    case 'return':
      return stmt.value ? [stmt.value] : [];
    default:
      return [];
  }
}

/** The statement lists inside a statement, in source order. */
export function bodiesOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  switch (stmt.kind) {
    case 'if':
    case 'config':
      return [stmt.then, stmt.otherwise];
    case 'loop':
      return [stmt.init, stmt.body];
    case 'switch':
    case 'block':
      return [stmt.body];
    default:
      return [];
  }
}

/** Visits every statement, outer before inner, in source order. */
export function walkStmts(body: readonly Stmt[], visit: (stmt: Stmt) => void): void {
  for (const stmt of body) {
    visit(stmt);
    for (const inner of bodiesOf(stmt)) walkStmts(inner, visit);
  }
}

/** An expression and the statement that evaluates it. */
interface Evaluated {
  readonly expr: Expr;
  readonly stmt: Stmt;
}

const expressionsOfBody = new WeakMap<readonly Stmt[], readonly Evaluated[]>();

/**
 * Visits every expression of a body with the statement that evaluates it, operands before the operation. The order is
 * kept for each body: every rule walks all of them.
 */
export function walkExprs(body: readonly Stmt[], visit: (expr: Expr, stmt: Stmt) => void): void {
  let all = expressionsOfBody.get(body);
  if (!all) {
    const found: Evaluated[] = [];
    walkStmts(body, (stmt) => {
      for (const expr of expressionsOf(stmt)) walkExpr(expr, (inner) => found.push({ expr: inner, stmt }));
    });
    all = found;
    expressionsOfBody.set(body, all);
  }
  for (const { expr, stmt } of all) visit(expr, stmt);
}

/** A call and the statement that makes it. */
export interface MadeCall {
  readonly call: Call;
  readonly stmt: Stmt;
}

const callsOfBody = new WeakMap<readonly Stmt[], readonly MadeCall[]>();

/** The calls in a body in evaluation order (`f(g())`: g, then f). Kept for each body: everybody asks for them. */
export function callsIn(body: readonly Stmt[]): readonly MadeCall[] {
  const known = callsOfBody.get(body);
  if (known) return known;
  const calls: MadeCall[] = [];
  walkExprs(body, (expr, stmt) => {
    if (expr.kind === 'call') calls.push({ call: expr, stmt });
  });
  callsOfBody.set(body, calls);
  return calls;
}

/** The calls in one expression in evaluation order. */
export function callsOf(expr: Expr): Call[] {
  const calls: Call[] = [];
  walkExpr(expr, (inner) => {
    if (inner.kind === 'call') calls.push(inner);
  });
  return calls;
}

/** The name of the function or macro that is called, or null for a call through a pointer. */
export function calleeName(call: Call): string | null {
  return call.callee.kind === 'name' ? call.callee.name : null;
}

/** Whether `outer` covers `inner`. */
export function covers(outer: Range, inner: Range): boolean {
  const startsBefore = outer.line < inner.line || (outer.line === inner.line && outer.column <= inner.column);
  const endsAfter =
    outer.endLine > inner.endLine || (outer.endLine === inner.endLine && outer.endColumn >= inner.endColumn);
  return startsBefore && endsAfter;
}

/** The statements around a place, outermost first; the last is the statement that the place belongs to. */
export function enclosing(body: readonly Stmt[], place: Range): readonly Stmt[] {
  for (const stmt of body) {
    if (covers(stmt.range, place)) return [stmt, ...bodiesOf(stmt).flatMap((inner) => enclosing(inner, place))];
  }
  return [];
}

/** An expression without the wrappers that do not change what it names: casts, `likely()`. */
export function bare(expr: Expr): Expr {
  if (expr.kind === 'cast') return bare(expr.arg);
  const [only] = expr.kind === 'call' ? expr.args : [];
  if (expr.kind === 'call' && only && expr.args.length === 1 && /^(?:un)?likely$/.test(calleeName(expr) ?? '')) {
    return bare(only);
  }
  return expr;
}
