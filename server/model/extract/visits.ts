import type { CFunction, Expr } from '../../c/types.js';
import { walkExprs } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { parseExpression } from '../expression.js';
import { type State, top } from './state.js';
import { model, negate, number, type Value } from './value.js';

/**
 * A driver that gives the bio it came to a completion function of its own tells by it whether the bio comes a second time,
 * after a split: md_submit_bio() of 5.9 to 5.11 asks `bio->bi_end_io != md_end_io`. In the model the tag of the bio says so:
 * 1, or 2 if the bio had been cut to the limits of the queue by then, which what remains of it fits as well.
 */
const again = model('(bio.tag > 0)');

/** What a comparison of a bio's completion function with a function comes to; null for other comparisons. */
export function visited(
  state: State,
  { op, left, right }: Extract<Expr, { kind: 'binary' }>,
  placeOf: (expr: Expr) => string,
  valueAt: (expr: Expr) => Value,
): Value | null {
  if ((op !== '==' && op !== '!=') || left.kind !== 'field' || left.field !== 'bi_end_io') return null;
  const place = placeOf(left);
  const [, bio] = /^\$([\w']+)\.bi_end_io$/.exec(place) ?? [];
  if (bio === undefined || state.store.has(place) || valueAt(right).kind !== 'function') return null;
  const is = bio === 'bio' ? again : state.store.has(`$${bio}.@made`) ? number(0) : null;
  return is && op === '!=' ? negate(is) : is;
}

/** An assignment: the completion function of a bio is noted as a step if the code that runs asks for it. */
export function markVisited(state: State, place: string, end: Value, at: Expr): void {
  const [, bio] = /^\$([\w']+)\.bi_end_io$/.exec(place) ?? [];
  if (bio === undefined || end.kind !== 'function') return;
  if (!state.frames.some((frame) => endsAskedFor(frame.fn).has(end.name))) return;
  const { fn } = top(state);
  const to = parseExpression(state.store.has(`$${bio}.@fits`) ? '2' : '1');
  const assignment = { variable: bio, field: 'tag', to } as const;
  state.steps.push({ do: 'set', at: `${fn.name}() ${fn.path}:${at.range.line}`, assignments: [assignment] });
}

/** Notes that a bio fits the limits of the queue, where that matters. */
export function fits(state: State, bio: string): void {
  if (asksForVisits(state)) state.store.set(`$${bio}.@fits`, number(1));
}

/** When a bio may be too big for the queue it came to. */
export function mayBeTooBig(state: State, bio: string): string {
  return asksForVisits(state) ? `${bio}.left > 1 && ${bio}.tag < 2` : `${bio}.left > 1`;
}

const asksForVisits = ({ frames }: State): boolean => frames.some(({ fn }) => endsAskedFor(fn).size > 0);

/** Names that a function compares completion functions with. */
const endsAskedFor = kept((fn: CFunction): ReadonlySet<string> => {
  const names = new Set<string>();
  walkExprs(fn.body ?? [], (expr) => {
    if (expr.kind !== 'binary' || expr.left.kind !== 'field' || expr.left.field !== 'bi_end_io') return;
    if (expr.right.kind === 'name') names.add(expr.right.name);
  });
  return names;
});
