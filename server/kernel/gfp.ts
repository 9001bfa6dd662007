import { evaluateText } from '../c/evaluate.js';
import { readTable } from '../table.js';
import text from './constants.yaml';

/** What a gfp mask allows. */
export interface Gfp {
  /** Sleeps in reclaim, so that a mempool waits instead of failing. */
  readonly waits: boolean;
  /** Starts I/O. */
  readonly io: boolean;
  /** Calls into filesystems. */
  readonly fs: boolean;
}

const table: Readonly<Record<string, Gfp>> = readTable<{ readonly gfp: Readonly<Record<string, Gfp>> }>(text).gfp;
/** The masks as numbers of three bits, for the evaluation of `A | B` and `A & ~B`. */
const masks = new Map(
  Object.entries(table).map(([name, { waits, io, fs }]) => [
    name,
    Number(waits) | (Number(io) << 1) | (Number(fs) << 2),
  ]),
);

/**
 * What a gfp expression allows, or null when part of it is not known: a parameter, a variable, a mask that constants.yaml
 * does not list.
 */
export function gfpMeaning(mask: string): Gfp | null {
  const value = evaluateText(mask, { name: (name) => masks.get(name)?.toString() ?? null, macro: () => null });
  return value === null ? null : { waits: (value & 1) !== 0, io: (value & 2) !== 0, fs: (value & 4) !== 0 };
}
