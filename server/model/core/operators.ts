import { compute } from '../arithmetic.js';
import { Unknown, type Value } from './value.js';

/** `left op right`. Pointers can be compared; what is not known stays so, unless the other side decides it. */
export function binary(op: string, left: Value, right: Value): Value {
  if (op === '==' || op === '!=') {
    if (left instanceof Unknown || right instanceof Unknown) return new Unknown(op);
    return (left === right) === (op === '==') ? 1 : 0;
  }
  if (op === '&' && (left === 0 || right === 0)) return 0;
  if (typeof left !== 'number' || typeof right !== 'number') return new Unknown(op);
  return compute(op, left, right) ?? new Unknown(op);
}
