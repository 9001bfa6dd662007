import type { Machine, Place, Process, Statement, Temp } from './machine.js';
import type { Packing } from './packing.js';

/**
 * Which words of the packed state an effect may change: one bit per word, the last one for all words from the 32nd.
 */
export class Writes {
  private readonly arrays: ReadonlyMap<number, number>;
  private readonly procedures: readonly number[];

  constructor(
    machine: Machine,
    private readonly packing: Packing,
  ) {
    const elements = (base: number, count: number): number[] =>
      Array.from({ length: count }, (_, index) => base + 1 + index);
    this.arrays = new Map(machine.arrays.map(({ base, count }) => [base, this.slots(elements(base, count))]));
    const procedures: number[] = [];
    this.procedures = procedures;
    // A procedure calls only earlier ones.
    for (const body of machine.procedures) procedures.push(this.of(body));
  }

  /** The bit of a word. */
  static bit(word: number): number {
    return 1 << Math.min(word, 31);
  }

  /** Words that the statements may change. */
  of(list: readonly Statement[]): number {
    return list.reduce((words, statement) => words | this.statement(statement), 0);
  }

  /** Words that any local instruction of the process may change. */
  local(process: Process): number {
    const effects = process.instructions.flatMap(({ local, alternatives }) => (local ? alternatives : []));
    return effects.reduce((words, { effect }) => words | this.of(effect), this.slots([process.pc]));
  }

  /** Words of these slots. */
  slots(list: readonly number[]): number {
    return list.reduce((words, slot) => {
      const { word, bits } = this.packing.slots[slot] ?? { word: 0, bits: 0 };
      return bits > 0 ? words | Writes.bit(word) : words;
    }, 0);
  }

  private statement(statement: Statement): number {
    if ('set' in statement) return this.target(statement.set);
    if ('call' in statement) return this.procedures[statement.call] ?? -1;
    if ('while' in statement) return this.of(statement.do);
    return this.of(statement.yes) | this.of(statement.no);
  }

  private target(place: Place | Temp): number {
    if ('temp' in place) return 0;
    return place.index === undefined ? this.slots([place.slot]) : (this.arrays.get(place.slot) ?? -1);
  }
}
