import { type Condition, type Flow, type FlowNode, flowOf } from '../../c/flow.js';
import { factOf } from '../../c/guards.js';
import type { CFunction } from '../../c/types.js';
import { bare, type Call, calleeName, callsOf, covers, walkExpr } from '../../c/walk.js';

/** A set in one function: how it is written there, and the calls that create and release it. */
export interface LocalSet {
  readonly fn: CFunction;
  /** The set as written, without `&`: `d->bio_split`. */
  readonly text: string;
  /** The variable that its owner is reached by: `d`; null for a global set. */
  readonly owner: string | null;
  /** Whether a call releases the set, or hands its owner to somebody who may. */
  releases(call: Call): 'yes' | 'maybe' | 'no';
}

/** Where a path from a creation ends up without the set having been released. */
export interface Loose {
  readonly kind: 'owner-freed' | 'error-return';
  /** Whether the path gives back other parts of the owner. */
  readonly unwinds: boolean;
  readonly node: FlowNode;
}

/** Functions that give an owner's memory back. */
export const frees = /^(?:kfree|kvfree|vfree|kmem_cache_free|kfree_sensitive|kzfree)$/;

/**
 * Follows all paths from a successful creation and tells which free the owner or return an error with the set still there,
 * and whether some path releases it. A test that the creation failed, or that the set is there, goes the way that fits.
 */
export function followCreation(
  set: LocalSet,
  creation: Call,
): { readonly loose: readonly Loose[]; readonly releases: boolean } {
  const flow = flowOf(set.fn);
  const start = flow.nodes.find(({ expr }) => expr !== null && covers(expr.range, creation.range));
  const loose: Loose[] = [];
  let releases = false;
  if (start === undefined) return { loose, releases };
  const result = resultVariable(start, creation);
  // A state is a node, whether `result` still holds the creation's own result, and whether other parts were given back.
  const seen = new Set<string>();
  const queue: { readonly node: FlowNode; readonly fresh: boolean; readonly unwinds: boolean }[] = [];
  const push = (from: FlowNode, fresh: boolean, unwinds: boolean): void => {
    for (const { to, when } of from.next) {
      if (when !== null && contradicts(when, set, fresh ? result : null, creation)) continue;
      const node = flow.nodes[to];
      const key = `${to}:${fresh}:${unwinds}`;
      if (node === undefined || seen.has(key)) continue;
      seen.add(key);
      queue.push({ node, fresh, unwinds });
    }
  };
  push(start, true, false);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { node, fresh } = next;
    const unwinds = next.unwinds || givesBackPart(node, set.owner);
    const released = node.expr === null ? 'no' : strongest(callsOf(node.expr).map((call) => set.releases(call)));
    if (released === 'yes') releases = true;
    if (released !== 'no' || setsText(node, set.text)) continue;
    const kind = endOf(node, set.owner);
    if (kind === null) push(node, fresh && !setsVariable(node, result), unwinds);
    else loose.push({ kind, node, unwinds });
  }
  return { loose, releases };
}

/** Whether a node gives back a field of the owner: `kfree(v->buffers)`. */
function givesBackPart({ expr }: FlowNode, owner: string | null): boolean {
  if (expr === null || owner === null) return false;
  return callsOf(expr).some(
    (call) =>
      /free|destroy|_exit$/.test(calleeName(call) ?? '') &&
      call.args.some(({ text }) => text.replace(/^&/, '').startsWith(`${owner}->`)),
  );
}

/** Release calls of a set that another release of the same set may come before, with nothing between that renews it. */
export function doubleReleases(set: LocalSet): readonly { readonly first: Call; readonly second: Call }[] {
  const flow = flowOf(set.fn);
  const doubles: { first: Call; second: Call }[] = [];
  for (const start of flow.nodes) {
    const first = releaseIn(set, start);
    if (first === null) continue;
    for (const node of after(flow, start, (one) => renews(one, set))) {
      const second = releaseIn(set, node);
      if (second !== null && second !== first) doubles.push({ first, second });
    }
  }
  return doubles;
}

function releaseIn(set: LocalSet, { expr }: FlowNode): Call | null {
  return expr === null ? null : (callsOf(expr).find((call) => set.releases(call) === 'yes') ?? null);
}

/** Nodes that can follow `start` before one for which `stops` holds. */
function after(flow: Flow, start: FlowNode, stops: (node: FlowNode) => boolean): readonly FlowNode[] {
  const found: FlowNode[] = [];
  const seen = new Set<number>();
  const queue = [start];
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    for (const { to } of from.next) {
      const node = flow.nodes[to];
      if (node === undefined || seen.has(to)) continue;
      seen.add(to);
      found.push(node);
      if (!stops(node)) queue.push(node);
    }
  }
  return found;
}

/** Whether after this node the set is another: it, or a variable in its name, gets a new value. */
function renews(node: FlowNode, set: LocalSet): boolean {
  if (node.kind === 'fork' && node.stmt?.kind === 'loop') return true;
  return setsText(node, set.text) || (set.owner !== null && setsVariable(node, set.owner));
}

function strongest(answers: readonly ('yes' | 'maybe' | 'no')[]): 'yes' | 'maybe' | 'no' {
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}

/** The variable that the creation's result goes to: `ret` in `ret = bioset_init()`. */
function resultVariable({ expr, stmt }: FlowNode, creation: Call): string | null {
  if (stmt?.kind === 'decl') return stmt.name;
  let name: string | null = null;
  if (expr !== null) {
    walkExpr(expr, (inner) => {
      if (inner.kind === 'assign' && bare(inner.right) === creation) name = inner.left.text;
    });
  }
  return name;
}

/** Whether an outcome of a test is impossible once the creation has succeeded; its owner then exists as well. */
function contradicts(
  outcome: Condition,
  { text: set, owner }: LocalSet,
  result: string | null,
  creation: Call,
): boolean {
  const { text, holds } = factOf(outcome);
  const returnsPointer = !/^bioset_init/.test(calleeName(creation) ?? '');
  if (text === set || text === owner || text === `bioset_initialized(&${set})`) return !holds;
  if (text === creation.text || (result !== null && text === result)) return holds !== returnsPointer;
  return result !== null && (text === `${result} < 0` || text === `IS_ERR(${result})`) && holds;
}

function setsText({ expr }: FlowNode, text: string): boolean {
  let found = false;
  if (expr !== null) {
    walkExpr(expr, (inner) => {
      if (inner.kind === 'assign' && inner.left.text === text) found = true;
    });
  }
  return found;
}

function setsVariable({ expr, stmt }: FlowNode, name: string | null): boolean {
  if (name === null) return false;
  if (stmt?.kind === 'decl' && stmt.name === name) return true;
  let found = false;
  if (expr !== null) {
    walkExpr(expr, (inner) => {
      const target =
        inner.kind === 'assign' ? inner.left : inner.kind === 'unary' && inner.op === '&' ? inner.arg : null;
      if (target?.text === name) found = true;
    });
  }
  return found;
}

/** Whether a path ends here badly: the owner's memory goes, or the function returns a literal error. */
function endOf({ expr, stmt }: FlowNode, owner: string | null): Loose['kind'] | null {
  if (expr === null) return null;
  const freed = callsOf(expr).some(
    (call) => frees.test(calleeName(call) ?? '') && owner !== null && call.args.some((arg) => bare(arg).text === owner),
  );
  if (freed) return 'owner-freed';
  const isError = /^-\s*E[A-Z0-9]+$|^ERR_PTR\(|^NULL$/.test(bare(expr).text);
  return stmt?.kind === 'return' && isError ? 'error-return' : null;
}
