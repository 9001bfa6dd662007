import { constantValue, type Expression } from '../../model/expression.js';
import { assign, type Expr, less, more, not, type Place, type Statement, when } from '../machine.js';
import type { MachineBuilder } from './builder.js';

/** Finds what a name (with the field of a bio, or null) stands for, or throws UserError. */
export type Resolve = (name: string, field: string | null) => Expr;

/** An expression over constants and whatever else `resolve` knows. Constant parts are folded. */
export function lowerExpression(
  expression: Expression,
  constants: ReadonlyMap<string, number>,
  resolve: Resolve,
): Expr {
  const value = constantValue(expression, constants);
  if (value !== null) return value;
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'not':
      return not(lowerExpression(expression.operand, constants, resolve));
    case 'binary':
      return {
        op: expression.op,
        left: lowerExpression(expression.left, constants, resolve),
        right: lowerExpression(expression.right, constants, resolve),
      };
    case 'name':
      return resolve(expression.name, expression.field);
  }
}

/** The slots that an expression reads; for an element of an array, the array's first slot. */
export function slotsOf(expression: Expr): number[] {
  if (typeof expression === 'number' || 'temp' in expression) return [];
  if ('slot' in expression) return [expression.slot];
  return [...slotsOf(expression.left), ...slotsOf(expression.right)];
}

/** Assignment of a value that a scenario computes: it must stay within `0..max`. */
export function checkedAssign(machine: MachineBuilder, name: string, place: Place, max: number, to: Expr): Statement[] {
  if (typeof to === 'number' && to >= 0 && to <= max) return [assign(place, to)];
  const value = machine.temp();
  const crash = machine.crash(`${name} leaves its range 0..${max}`);
  const outside: Expr = { op: '||', left: less(value, 0), right: more(value, max) };
  return [
    assign(value, to),
    when(outside, [assign({ slot: machine.crashSlot }, crash)], [assign(place, value)]),
    assign(value, 0),
  ];
}
