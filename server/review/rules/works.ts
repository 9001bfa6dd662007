import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import { bare, calleeName, callsIn, walkExprs, walkStmts } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { argument, formOf, formsOf, primitiveNames } from '../../kernel/primitives.js';
import type { EraGuess, Place } from '../../kernel/types.js';
import { directCallees, placeOf, sitesOf, targetOf } from './code.js';

/**
 * Names a workqueue or work item across functions: `struct veil_device.wq` for a field, `drivers/md/veil.c:veil_wq` for
 * a variable; null when it cannot be told.
 */
export function nameOf(index: CIndex, expr: Expr, fn: CFunction): string | null {
  const inner = bare(expr);
  if (inner.kind === 'unary' && inner.op === '&') return nameOf(index, inner.arg, fn);
  if (inner.kind === 'name') {
    const variables = index.variables(inner.name);
    const variable = variables.find(({ path }) => path === fn.path) ?? variables[0];
    return variable === undefined ? null : `${variable.path}:${inner.name}`;
  }
  if (inner.kind !== 'field') return null;
  const type = index.typeOf(inner.base, fn);
  const tag = type === null ? null : structTag(index.resolve(type));
  return tag === null ? null : `struct ${tag}.${inner.field}`;
}

/** What sets a work item up: the item, then its function. */
const initialisers = ['INIT_WORK', 'INIT_DELAYED_WORK'].flatMap((name) => [name, `${name}_ONSTACK`]);

/** The functions that work items run, by the item's name, as `INIT_WORK()` and its kin say. */
export function workHandlers(index: CIndex): ReadonlyMap<string, readonly CFunction[]> {
  const handlers = new Map<string, readonly CFunction[]>();
  for (const { fn, call } of initialisers.flatMap((callee) => sitesOf(index, callee))) {
    const [item, handler] = call.args;
    const name = item && handler ? nameOf(index, item, fn) : null;
    if (name === null || handler === undefined) continue;
    handlers.set(name, [...(handlers.get(name) ?? []), ...index.functionsNamed(bare(handler).text, fn.path)]);
  }
  return handlers;
}

/** Whether a function, or one it calls directly, submits or ends bios or takes them from a list: somebody waits for it. */
export function movesBios(index: CIndex, fn: CFunction): boolean {
  return [fn, ...directCallees(index, fn).map(({ callee }) => callee)].some((one) =>
    callsIn(one.body ?? []).some(({ call }) => {
      const name = calleeName(call) ?? '';
      return /^(bio_endio|bio_io_error|bio_list_pop|bio_list_get|blk_mq_end_request)$/.test(name) || submits(name);
    }),
  );
}

function submits(name: string): boolean {
  return formsOf(name).some(({ does }) => does === 'submit');
}

/** A place where a workqueue is made. */
export interface QueueCreation {
  readonly place: Place;
  /** Whether it has WQ_MEM_RECLAIM; null when the flags are not written out. */
  readonly reclaim: boolean | null;
}

const queuesOf = kept((_: CIndex) => new Map<string | undefined, ReadonlyMap<string, readonly QueueCreation[]>>());

/** The workqueues that the files in view make, by their name. */
export function createdQueues(index: CIndex, era: EraGuess): ReadonlyMap<string, readonly QueueCreation[]> {
  const known = queuesOf(index);
  const queues = known.get(era.era?.id) ?? findQueues(index, era);
  known.set(era.era?.id, queues);
  return queues;
}

function findQueues(index: CIndex, era: EraGuess): ReadonlyMap<string, readonly QueueCreation[]> {
  const queues = new Map<string, QueueCreation[]>();
  for (const { fn, call } of primitiveNames('wq-create').flatMap((callee) => sitesOf(index, callee))) {
    const form = formOf(call, era);
    if (form?.does !== 'wq-create') continue;
    const site = { fn, call, callee: form.name };
    const target = targetOf(site);
    const name = target === null || typeof target === 'string' ? null : nameOf(index, target, fn);
    if (name === null) continue;
    const flags = form.wqFlags ?? flagsOf(argument(form, 'wqFlags', call), fn);
    queues.set(name, [...(queues.get(name) ?? []), { place: placeOf(site), reclaim: hasReclaim(flags) }]);
  }
  return queues;
}

/** Flags as they are written, or all that the function assigns to the variable that holds them. */
function flagsOf(flags: Expr | null, fn: CFunction): string {
  if (!flags) return '';
  const words: readonly string[] = flags.text.match(/\b[a-z]\w*/g) ?? [];
  if (words.length === 0) return flags.text;
  const assigned: string[] = [];
  walkStmts(fn.body ?? [], (stmt) => {
    const value = stmt.kind === 'decl' && words.includes(stmt.name) ? stmt.init : null;
    if (value) assigned.push(value.text);
  });
  walkExprs(fn.body ?? [], (expr) => {
    if (expr.kind === 'assign' && expr.left.kind === 'name' && words.includes(expr.left.name))
      assigned.push(expr.right.text);
  });
  return assigned.length === 0 ? flags.text : assigned.join(' | ');
}

function hasReclaim(flags: string): boolean | null {
  const words: readonly string[] = flags.match(/\w+/g) ?? [];
  if (words.includes('WQ_MEM_RECLAIM')) return true;
  return words.length > 0 && words.every((word) => word === '0' || /^(?:__)?WQ_/.test(word)) ? false : null;
}
