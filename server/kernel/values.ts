import { evaluateText } from '../c/evaluate.js';
import type { CIndex } from '../c/index.js';
import type { CFunction, Expr } from '../c/types.js';
import { readTable } from '../table.js';
import type { Range } from '../text.js';
import text from './constants.yaml';
import type { Value } from './types.js';

interface Constants {
  readonly values: readonly { readonly name: string; readonly value: number; readonly file?: string }[];
}

const table: Constants = readTable(text);

/** The value of a constant expression: from the tree, or from constants.yaml for names the tree does not show. */
export function numberOf(expr: Expr, fn: CFunction | null, index: CIndex): number | null {
  const known = (name: string): string | null => {
    const defined = index.constants(name).filter(({ item }) => item.params === null);
    const own = defined.find(({ path }) => path === fn?.path) ?? (defined.length === 1 ? defined[0] : undefined);
    if (own) return own.item.value;
    const entry = assumedConstant(name, fn?.path ?? '');
    return entry === null ? null : String(entry);
  };
  return index.evaluate(expr, fn) ?? evaluateText(expr.text, { name: known, macro: () => null });
}

/** What constants.yaml says of a name that the tree does not show; null if it does not know it. */
export function assumedConstant(name: string, path: string): number | null {
  const entry = table.values.find(
    (candidate) => candidate.name === name && (candidate.file === undefined || path.endsWith(candidate.file)),
  );
  return entry?.value ?? null;
}

/** An expression as a value with its number. */
export function readValue(expr: Expr | null, fn: CFunction | null, index: CIndex): Value | null {
  return expr && { text: expr.text, number: numberOf(expr, fn, index), range: expr.range };
}

/** A value that the callee fixes; it has the place of the call. */
export function assumed(text: string | null, range: Range): Value | null {
  return text === null ? null : { text, number: /^\d+$/.test(text) ? Number(text) : null, range };
}
