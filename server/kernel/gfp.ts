import { parse } from 'yaml';
import text from './constants.yaml';

/** What a gfp mask allows. */
export interface Gfp {
  readonly waits: boolean;
  readonly io: boolean;
  readonly fs: boolean;
}

const bits: Readonly<Record<string, Gfp>> = parse(text).gfp;

/**
 * What a gfp expression allows, or null when part of it is not known: a parameter, a variable. `A | B`, `A & ~B` and
 * constants are read; `__GFP_*` bits follow constants.yaml.
 */
export function gfpMeaning(mask: string): Gfp | null {
  const plain = mask.replace(/[()\s]/g, '').replace(/__force|gfp_t/g, '');
  let meaning: Gfp = { waits: false, io: false, fs: false };
  for (const [, operator = '', not = '', name = ''] of plain.matchAll(/([|&]?)(~?)([^|&~]+)/g)) {
    const own = bits[name];
    if (!own) return null;
    if (operator === '&' && not === '') return null;
    const combine = not === '' ? (a: boolean, b: boolean) => a || b : (a: boolean, b: boolean) => a && !b;
    meaning = {
      waits: combine(meaning.waits, own.waits),
      io: combine(meaning.io, own.io),
      fs: combine(meaning.fs, own.fs),
    };
  }
  return plain === '' ? null : meaning;
}
