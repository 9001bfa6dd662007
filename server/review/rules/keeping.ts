import type { CFunction, Expr, Stmt } from '../../c/types.js';
import { bare, type Call, calleeName, callsIn, walkExprs, walkStmts } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { formsOf } from '../../kernel/primitives.js';
import { type Loop, mentions } from './code.js';

/** Calls that look at an element or fill it, so that the task goes on holding it. */
const harmless = new Set(
  `bio_add_page __bio_add_page bio_advance bio_chain bio_copy_data bio_init bio_reset bio_set_dev bio_set_op_attrs
  bio_set_flag bio_sectors bio_end_sector bio_data_dir bio_op bio_trim __bio_clone_fast bio_associate_blkg
  bio_inc_remaining bio_get container_of memcpy memset BUG_ON WARN_ON WARN_ON_ONCE likely unlikely page_address`.split(
    /\s+/,
  ),
);

/** Calls that put an element on a list, by the place of the list in their arguments. */
const listArgument: ReadonlyMap<string, number> = new Map([
  ['bio_list_add', 0],
  ['bio_list_add_head', 0],
  ['list_add', 1],
  ['list_add_tail', 1],
]);

/**
 * Whether every round of the loop keeps the element that `variable` holds: it goes into an array or onto a list that both are
 * local to `fn`, and nothing else gets hold of it. Where it goes is not followed any further.
 */
export function keepsEach(fn: CFunction, loop: Loop, variable: string): boolean {
  let kept = false;
  let escapes = false;
  for (const { call } of callsIn(loop.body)) {
    const name = calleeName(call) ?? '';
    if (formsOf(name).some(({ does }) => does === 'submit')) return false;
    if (!call.args.some((arg) => mentions(arg, variable)) || harmless.has(name)) continue;
    const list = call.args[listArgument.get(name) ?? -1];
    if (list !== undefined && isLocal(fn, list)) kept = true;
    else escapes = true;
  }
  walkExprs(loop.body, (expr) => {
    if (expr.kind !== 'assign' || bare(expr.right).text !== variable) return;
    if (expr.left.kind === 'index' && isLocal(fn, expr.left.base)) kept = true;
    else escapes = true;
  });
  return kept && !escapes;
}

/** Whether an expression names a variable of the function itself: `list` or `&list`, and no parameter. */
function isLocal(fn: CFunction, expr: Expr): boolean {
  const inner = expr.kind === 'unary' && expr.op === '&' ? expr.arg : expr;
  if (inner.kind !== 'name') return false;
  let declared = false;
  walkStmts(fn.body ?? [], (stmt) => {
    if (stmt.kind === 'decl' && stmt.name === inner.name && !stmt.isStatic && !stmt.type.endsWith('*')) declared = true;
  });
  return declared;
}

/** Whether the loop ends after one round whatever happens: its body has an unconditional way out. */
export function endsAtOnce(loop: Loop): boolean {
  const leaves = (stmt: Stmt): boolean =>
    stmt.kind === 'break' ||
    stmt.kind === 'return' ||
    stmt.kind === 'goto' ||
    (stmt.kind === 'block' && stmt.body.some(leaves));
  return loop.body.some(leaves);
}

/** Whether the function takes a mutex or semaphore: only one task at a time is then in the loop, it may be assumed. */
export const isSerialised = kept(({ body }: CFunction): boolean => {
  const locks = (call: Call): boolean =>
    /^(mutex_lock|down$|down_write|down_interruptible)/.test(calleeName(call) ?? '');
  return callsIn(body ?? []).some(({ call }) => locks(call));
});
