import type { Instruction, Process } from './machine.js';
import {
  type Code,
  call,
  constant,
  getLocal,
  giveBack,
  load,
  type Module,
  select,
  shiftRight,
  subtract,
} from './wasm.js';

/** An engine takes ever longer over a function the larger it is, and refuses the largest. */
const partBits = 8;
const partSize = 1 << partBits;

/**
 * A function that does something depending on the place in the code of a process, in as many functions as it takes.
 * `write` gives each the cases for `instructions`, of which `place` is the index; all have the same parameters and a result.
 */
export function inParts(
  module: Module,
  process: Process,
  { pc, parameters }: { readonly pc: number; readonly parameters: number },
  write: (name: number, instructions: readonly Instruction[], place: Code) => void,
): number {
  const at = load(constant(0), pc);
  const { instructions } = process;
  const parts: number[] = [];
  for (let first = 0; first < instructions.length; first += partSize) {
    const name = module.function(parameters, 1);
    write(name, instructions.slice(first, first + partSize), first === 0 ? at : subtract(at, constant(first)));
    parts.push(name);
  }
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = module.function(parameters, 1);
  const given = Array.from({ length: parameters }, (_, parameter) => getLocal(parameter));
  const cases = parts.map((part) => giveBack([given, call(part)]));
  module.define(whole, 0, [select(shiftRight(at, constant(partBits)), cases), constant(0)]);
  return whole;
}
