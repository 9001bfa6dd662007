import type { Machine, Place, Process, Statement, Temp } from './machine.js';
import type { Packing } from './packing.js';

/** Which words of the packed state an effect may change. */
export class Writes {
  private readonly arrays: ReadonlyMap<number, number>;
  private readonly procedures: (ReadonlySet<number> | null)[];

  constructor(
    private readonly machine: Machine,
    private readonly packing: Packing,
  ) {
    this.arrays = new Map(machine.arrays.map(({ base, count }) => [base, count]));
    this.procedures = machine.procedures.map(() => null);
  }

  /** Words that the statements may change. */
  of(list: readonly Statement[]): Set<number> {
    const words = new Set<number>();
    for (const statement of list) this.collect(statement, words);
    return words;
  }

  /** Words that any local instruction of the process may change. */
  local(process: Process): Set<number> {
    const words = this.slots([process.pc]);
    for (const instruction of process.instructions)
      if (instruction.local)
        for (const { effect } of instruction.alternatives) for (const word of this.of(effect)) words.add(word);
    return words;
  }

  slots(list: readonly number[]): Set<number> {
    return new Set(list.flatMap((slot) => (this.packing.slots[slot]?.bits ? [this.packing.slots[slot].word] : [])));
  }

  private collect(statement: Statement, words: Set<number>): void {
    const add = (more: Iterable<number>): void => {
      for (const word of more) words.add(word);
    };
    if ('set' in statement) add(this.target(statement.set));
    else if ('call' in statement) {
      this.procedures[statement.call] ??= this.of(this.machine.procedures[statement.call] ?? []);
      add(this.procedures[statement.call] ?? []);
    } else if ('while' in statement) add(this.of(statement.do));
    else {
      add(this.of(statement.yes));
      add(this.of(statement.no));
    }
  }

  private target(place: Place | Temp): Set<number> {
    if ('temp' in place) return new Set();
    if (place.index === undefined) return this.slots([place.slot]);
    const count = this.arrays.get(place.slot) ?? 0;
    return this.slots(Array.from({ length: count }, (_, index) => place.slot + 1 + index));
  }
}
