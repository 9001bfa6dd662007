import type { CIndex } from '../c/index.js';
import type { CFunction, Expr, Stmt } from '../c/types.js';
import { calleeName, covers, expressionsOf, operands, walkStmts } from '../c/walk.js';
import { leavesOf, storesOf } from './leaves.js';
import { formsOf } from './primitives.js';
import { identify } from './sets.js';
import type { RescuerUse, SetId, SetMove } from './types.js';

const parts = ['rescue_workqueue', 'rescue_list', 'rescue_work', 'rescue_lock'] as const;
type How = RescuerUse['how'];

/** Every use of a rescuer's own parts, of `current->bio_list` and of `punt_bios_to_rescuer()` in a function. */
export function rescuerUsesIn(fn: CFunction, index: CIndex): RescuerUse[] {
  const uses: RescuerUse[] = [];
  const add = (what: RescuerUse['what'], how: How, at: Expr, set: Expr | null) => {
    const id = set ? identify(set, fn, index) : '?';
    uses.push({ path: fn.path, range: at.range, function: fn.name, what, how, set: id ?? '?' });
  };
  const visit = (expr: Expr, how: How): void => {
    if (expr.kind === 'field') {
      const part = parts.find((name) => name === expr.field);
      if (part) add(part, how, expr, expr.base);
      else if (expr.field === 'bio_list' && expr.base.text === 'current') add('bio_list', how, expr, null);
    }
    const name = expr.kind === 'call' ? calleeName(expr) : null;
    if (expr.kind === 'call' && name === 'punt_bios_to_rescuer') add('punt', 'queue', expr, expr.args[0] ?? null);
    for (const operand of operands(expr)) visit(operand, howBelow(expr, operand, name, how));
  };
  walkStmts(fn.body ?? [], (stmt) => {
    for (const expr of expressionsOf(stmt)) visit(expr, isTest(stmt, expr) ? 'test' : 'read');
  });
  return uses;
}

function isTest(stmt: Stmt, expr: Expr): boolean {
  return stmt.kind === 'if' || (stmt.kind === 'loop' && stmt.test === expr);
}

/** How an operand is used, from the expression around it. */
function howBelow(expr: Expr, operand: Expr, callee: string | null, how: How): How {
  switch (expr.kind) {
    case 'assign':
      return operand === expr.left ? 'write' : 'read';
    case 'conditional':
      return operand === expr.test ? 'test' : how;
    case 'unary':
      return expr.op === '!' ? 'test' : how;
    case 'binary':
      return /^(?:&&|\|\||==|!=)$/.test(expr.op) ? 'test' : how;
    case 'call':
      if (callee !== null && formsOf(callee).some(({ does }) => does === 'wq-queue')) return 'queue';
      if (/^(?:WARN|BUG)_ON|^(?:un)?likely$|_empty$/.test(callee ?? '')) return 'test';
      return /^(?:bio_list_(?:add|merge|pop|get|init)|INIT_|spin_lock_init)/.test(callee ?? '') ? 'write' : 'read';
    case 'field':
      return 'read';
    default:
      return how;
  }
}

/**
 * Pointers to sets handed on: `md->bs = p->bs`, each arm of a conditional on its own. `known` are the sets that are created
 * or allocated from in view; they decide where the types are not.
 */
export function movesIn(fn: CFunction, index: CIndex, known: ReadonlySet<SetId>): SetMove[] {
  return storesOf(fn).flatMap(({ target, value, operator }) => {
    if (operator !== '=' || target.kind === 'name') return [];
    const to = identify(target, fn, index);
    if (to === null || to === '?') return [];
    return leavesOf(value).flatMap((leaf) => {
      if (leaf.kind === 'call') return [];
      const from = identify(leaf, fn, index);
      if (from === null || from === '?' || from === to || covers(leaf.range, target.range)) return [];
      const types = [target, leaf].map((side) => index.typeOf(side, fn));
      const pointers = types.some((type) => type !== null && /^struct bio_set \*$/.test(index.resolve(type)));
      const untyped = types.every((type) => type === null) && (known.has(to) || known.has(from));
      return pointers || untyped ? [{ path: fn.path, range: target.range, function: fn.name, to, from }] : [];
    });
  });
}
