import type { SetFacts } from '../kernel/set-facts.js';
import { parseExpression } from '../model/expression.js';
import type { Extracted } from '../model/extract/stack.js';

/** What is taken to hold of a set, whatever the code says: what if? */
export interface Supposition {
  /** As programs call it: `mapped_device.bs`. */
  readonly set: string;
  readonly rescuer?: boolean;
  /** Elements of its reserve, at most `mostReserve`. */
  readonly reserve?: number;
}

/** A search with a larger reserve would not come to an end. */
export const mostReserve = 16;

/** The facts of a set as they are supposed to be. */
export function supposeFacts(facts: SetFacts, set: string, supposed: readonly Supposition[]): SetFacts {
  return supposed
    .filter((one) => one.set === set)
    .reduce(
      (known, { rescuer, reserve }): SetFacts => ({
        reserve: reserve ?? known.reserve,
        rescuer: rescuer === undefined ? known.rescuer : rescuer ? 'yes' : 'no',
      }),
      facts,
    );
}

/** A scenario whose supposed reserves are numbers: the others stay a parameter of the search. */
export function supposeReserves(extracted: Extracted, supposed: readonly Supposition[]): Extracted {
  const sizes = new Map(supposed.flatMap(({ set, reserve }) => (reserve === undefined ? [] : [[set, reserve]])));
  if (sizes.size === 0) return extracted;
  const { scenario } = extracted;
  const sets = new Map(
    [...scenario.sets].map(([name, set]) => {
      const size = sizes.get(name);
      return [name, size === undefined ? set : { ...set, reserve: parseExpression(String(size)) }];
    }),
  );
  return { ...extracted, scenario: { ...scenario, sets } };
}

/** Pieces of a bio that exhaust every supposed reserve; 0 where none is supposed. */
export function piecesFor(supposed: readonly Supposition[]): number {
  return Math.max(0, ...supposed.map(({ reserve = -1 }) => reserve + 1));
}
