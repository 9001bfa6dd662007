import { type Flow, flowOf } from '../../c/flow.js';
import type { Fact } from '../../c/guards.js';
import type { CIndex } from '../../c/index.js';
import { canFollow } from '../../c/paths.js';
import type { CFunction, Expr, Stmt } from '../../c/types.js';
import { calleeName, callsIn, covers } from '../../c/walk.js';
import { formsOf } from '../../kernel/primitives.js';
import { loopsAround } from './code.js';

/** How many calls down from a loop a submission is looked for; dm of 4.14 has three. */
const depth = 4;

/** The task handles a bio: what it submits is parked. dm asks for this since 18a25da84354. */
function handlingBio(at: Expr): Fact {
  const text = 'current->bio_list';
  return { text, holds: true, expr: { kind: 'other', parts: [], text, range: at.range } };
}

/** The node of a flow graph that evaluates `expr`, or null for dead or unread code. */
export function nodeOf({ nodes }: Flow, expr: Expr): number | null {
  return nodes.find((node) => node.expr !== null && covers(node.expr.range, expr.range))?.id ?? null;
}

/** Whether a task that handles a bio can come from the call `from` to the call `to` of the same function. */
export function comesTo(flow: Flow, from: Expr, to: Expr): boolean {
  const [start, end] = [nodeOf(flow, from), nodeOf(flow, to)];
  return start !== null && end !== null && canFollow(flow, start, end, [handlingBio(from)]);
}

/** Whether `call` stands in a loop that submits bios and comes back to it while the task handles a bio. */
export function repeatsWithSubmission(index: CIndex, fn: CFunction, call: Expr): boolean {
  const loops = loopsAround(fn, call.range).filter((loop) => submits(index, fn, loop.body, depth, new Set([fn])));
  return loops.length > 0 && comesTo(flowOf(fn), call, call);
}

/** Whether the statements submit a bio, in functions in view that they call included. */
function submits(
  index: CIndex,
  fn: CFunction,
  body: readonly Stmt[],
  levels: number,
  visited: Set<CFunction>,
): boolean {
  return callsIn(body).some(({ call }) => {
    const name = calleeName(call);
    if (name === null) return false;
    if (formsOf(name).some(({ does }) => does === 'submit')) return true;
    if (levels === 0) return false;
    return index.functionsNamed(name, fn.path).some((callee) => {
      if (visited.has(callee)) return false;
      visited.add(callee);
      return submits(index, callee, callee.body ?? [], levels - 1, visited);
    });
  });
}
