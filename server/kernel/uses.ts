import type { CIndex } from '../c/index.js';
import type { CFunction, Expr, Stmt } from '../c/types.js';
import { calleeName, covers, expressionsOf, operands, walkStmts } from '../c/walk.js';
import { leavesOf, storesOf } from './leaves.js';
import { formsOf } from './primitives.js';
import { identify } from './sets.js';
import type { RescuerUse, SetId, SetMove } from './types.js';

const parts = ['rescue_workqueue', 'rescue_list', 'rescue_work', 'rescue_lock'] as const;
type How = RescuerUse['how'];

/** A use as the code of a function shows it; `set` is the expression that names the set. */
interface Mention {
  readonly what: RescuerUse['what'];
  readonly how: How;
  readonly at: Expr;
  readonly set: Expr | null;
}

/** Every use of a rescuer's own parts, of `current->bio_list` and of `punt_bios_to_rescuer()` in a function. */
export function rescuerUsesIn(fn: CFunction, index: CIndex): RescuerUse[] {
  return mentionsIn(fn.body ?? []).map(({ what, how, at, set }) => {
    const id = set ? identify(set, fn, index) : '?';
    return { path: fn.path, range: at.range, function: fn.name, what, how, set: id ?? '?' };
  });
}

const mentionsOfBody = new WeakMap<readonly Stmt[], readonly Mention[]>();

/** Kept for each body: few functions have any, and what they mention does not depend on other files. */
function mentionsIn(body: readonly Stmt[]): readonly Mention[] {
  const known = mentionsOfBody.get(body);
  if (known) return known;
  const mentions: Mention[] = [];
  const visit = (expr: Expr, how: How): void => {
    if (expr.kind === 'field') {
      const part = parts.find((name) => name === expr.field);
      if (part) mentions.push({ what: part, how, at: expr, set: expr.base });
      else if (expr.field === 'bio_list' && expr.base.text === 'current') {
        mentions.push({ what: 'bio_list', how, at: expr, set: null });
      }
    }
    const name = expr.kind === 'call' ? calleeName(expr) : null;
    if (expr.kind === 'call' && name === 'punt_bios_to_rescuer') {
      mentions.push({ what: 'punt', how: 'queue', at: expr, set: expr.args[0] ?? null });
    }
    for (const operand of operands(expr)) visit(operand, howBelow(expr, operand, name, how));
  };
  walkStmts(body, (stmt) => {
    for (const expr of expressionsOf(stmt)) visit(expr, isTest(stmt, expr) ? 'test' : 'read');
  });
  mentionsOfBody.set(body, mentions);
  return mentions;
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

/** A pointer that is handed on; `typed` when it is known to point to a set. */
export interface PointerMove {
  readonly typed: boolean;
  readonly move: SetMove;
}

/** Pointers that may be to sets and are handed on: `md->bs = p->bs`, each arm of a conditional on its own. */
export function pointerMovesIn(fn: CFunction, index: CIndex): PointerMove[] {
  return storesOf(fn).flatMap(({ target, value, operator }) => {
    if (operator !== '=' || target.kind === 'name') return [];
    return leavesOf(value).flatMap((leaf) => {
      if (leaf.kind === 'call') return [];
      const types = [target, leaf].map((side) => index.typeOf(side, fn));
      const typed = types.some((type) => type !== null && /^struct bio_set \*$/.test(index.resolve(type)));
      const untyped = types.every((type) => type === null);
      // Most stores end here; to name the sets takes longer.
      if (!typed && !untyped) return [];
      const to = identify(target, fn, index);
      const from = identify(leaf, fn, index);
      if (to === null || to === '?' || from === null || from === '?') return [];
      if (from === to || covers(leaf.range, target.range)) return [];
      return [{ typed, move: { path: fn.path, range: target.range, function: fn.name, to, from } }];
    });
  });
}

/** The moves of sets among moves of pointers: `known` sets, created or allocated from in view, decide where the types are not. */
export function setMoves(moves: readonly PointerMove[], known: ReadonlySet<SetId>): SetMove[] {
  return moves.flatMap(({ typed, move }) => (typed || known.has(move.to) || known.has(move.from) ? [move] : []));
}
