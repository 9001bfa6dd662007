import type { CFunction, Expr, Stmt } from '../c/types.js';
import { bare, type Call, calleeName, covers, expressionsOf, walkExpr, walkStmts } from '../c/walk.js';
import { leavesOf } from './leaves.js';
import type { SetCreation } from './types.js';

/** Macros that test their argument: `BUG_ON(ret)`, `WARN_ON(!bs)`, `IS_ERR(x)`. */
const tests = /^(?:(?:VM_)?BUG_ON|WARN_ON(?:_ONCE)?|WARN(?:_ONCE)?|IS_ERR\w*|likely|unlikely)$/;

type Result = SetCreation['result'];

/**
 * What becomes of the result of a call: tested (or put where a test follows before the next value is put there), returned to
 * the caller, or neither. Goes by source order within the function.
 */
export function resultOf(call: Call, stmt: Stmt, fn: CFunction): Result {
  const holder = expressionsOf(stmt).find((expr) => covers(expr.range, call.range));
  if (!holder) return 'unchecked';
  if (stmt.kind === 'return') return 'returned';
  if (isCondition(stmt) || testedWithin(holder, call)) return 'checked';
  const target = stmt.kind === 'decl' ? stmt.name : storedTo(holder, call);
  return target === null ? 'unchecked' : fateOf(target, stmt, fn);
}

function isCondition(stmt: Stmt): boolean {
  return stmt.kind === 'if' || stmt.kind === 'loop' || stmt.kind === 'switch';
}

/** `BUG_ON(bioset_init(…))`, `a || !b`, the condition of `?:`. */
function testedWithin(expr: Expr, call: Call): boolean {
  let found = false;
  walkExpr(expr, (inner) => {
    if (inner === call || !covers(inner.range, call.range)) return;
    if (inner.kind === 'call') found ||= tests.test(calleeName(inner) ?? '');
    if (inner.kind === 'conditional') found ||= covers(inner.test.range, call.range);
    if (inner.kind === 'unary') found ||= inner.op === '!';
    if (inner.kind === 'binary') found = true;
  });
  return found;
}

function storedTo(expr: Expr, call: Call): string | null {
  let target: string | null = null;
  walkExpr(expr, (inner) => {
    if (inner.kind === 'assign' && leavesOf(inner.right).includes(call)) target = bare(inner.left).text;
  });
  return target;
}

/** What happens next to the lvalue `target` after `stmt`. */
function fateOf(target: string, stmt: Stmt, fn: CFunction): Result {
  let passed = false;
  let fate: Result | null = null;
  const mentions = (expr: Expr): boolean => {
    let found = false;
    walkExpr(expr, (inner) => {
      found ||= inner.text === target;
    });
    return found;
  };
  walkStmts(fn.body ?? [], (next) => {
    if (next === stmt) passed = true;
    else if (passed && fate === null) {
      // Most expressions of a long function have nothing to do with it.
      for (const expr of expressionsOf(next))
        if (expr.text.includes(target)) fate ??= fateIn(expr, next, target, mentions);
    }
  });
  return fate ?? 'unchecked';
}

function fateIn(expr: Expr, stmt: Stmt, target: string, mentions: (expr: Expr) => boolean): Result | null {
  if (stmt.kind === 'return') return mentions(expr) ? 'returned' : null;
  if (stmt.kind === 'if' || stmt.kind === 'loop' || stmt.kind === 'switch') {
    if (mentions(expr) && !overwrites(expr, target)) return 'checked';
  }
  let fate: Result | null = null;
  walkExpr(expr, (inner) => {
    if (fate !== null) return;
    if (inner.kind === 'call' && tests.test(calleeName(inner) ?? '') && mentions(inner)) fate = 'checked';
    else if (inner.kind === 'conditional' && mentions(inner.test)) fate = 'checked';
    else if (inner.kind === 'unary' && inner.op === '!' && mentions(inner.arg)) fate = 'checked';
  });
  return fate ?? (overwrites(expr, target) ? 'unchecked' : null);
}

function overwrites(expr: Expr, target: string): boolean {
  let found = false;
  walkExpr(expr, (inner) => {
    found ||= inner.kind === 'assign' && inner.op === '=' && inner.left.text === target;
  });
  return found;
}
