import { UserError } from '../text.js';
import type { Expr, Instruction, Machine, Place, Process, Statement, Temp } from './machine.js';

/** A state of a machine with one number per slot. */
export type Vector = Int32Array;

/** Local steps of one process in a row, after which it is taken to go round for ever. */
export const mostLocal = 99_999;

/** Ends a run of local steps that does not end by itself. */
export function endless(): never {
  throw new UserError(
    'a program goes round for ever without a step that others can see; give its loop an end or a wait',
  );
}

/** One move: which process goes on, and by which of its alternatives. */
export interface Move {
  readonly process: number;
  readonly alternative: number;
}

/**
 * Runs a machine step by step, straight from its description. Traces and replays use it, so that they do not depend on
 * the compiled code that found them.
 */
export class Interpreter {
  private readonly temps = new Map<number, number>();

  constructor(readonly machine: Machine) {}

  initial(): Vector {
    return Int32Array.from(this.machine.slots, (slot) => slot.initial);
  }

  instruction(state: Vector, process: Process): Instruction {
    const instruction = process.instructions[state[process.pc] ?? 0];
    if (!instruction) throw new Error(`${process.name}: no instruction ${state[process.pc]}`);
    return instruction;
  }

  /** Every move that is possible; none in a crashed state. */
  moves(state: Vector): Move[] {
    return this.machine.processes.flatMap((_, index) => this.movesOf(state, index));
  }

  /** Those of one process, given by its index. */
  movesOf(state: Vector, index: number): Move[] {
    const process = this.machine.processes[index];
    if (!process || state[this.machine.crashSlot] !== 0) return [];
    const moves: Move[] = [];
    for (const [alternative, { guard }] of this.instruction(state, process).alternatives.entries())
      if (this.value(state, guard) !== 0) moves.push({ process: index, alternative });
    return moves;
  }

  /** The state after a move, which must be possible. */
  fire(state: Vector, move: Move): Vector {
    const after = state.slice();
    this.advance(after, move);
    return after;
  }

  /** Changes the state to the one after a move, which must be possible. */
  advance(state: Vector, move: Move): void {
    const process = this.machine.processes[move.process];
    const chosen = process && this.instruction(state, process).alternatives[move.alternative];
    if (!process || !chosen) throw new Error('no such move');
    this.run(state, chosen.effect);
    state[process.pc] = chosen.next;
  }

  /** The value of an expression; true is 1. */
  value(state: Vector, part: Expr): number {
    if (typeof part === 'number') return part;
    if ('temp' in part) return this.temps.get(part.temp) ?? 0;
    if ('slot' in part) return state[this.address(state, part)] ?? 0;
    const left = this.value(state, part.left);
    if (part.op === '&&' && left === 0) return 0;
    if (part.op === '||' && left !== 0) return 1;
    const right = this.value(state, part.right);
    switch (part.op) {
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '==':
        return Number(left === right);
      case '!=':
        return Number(left !== right);
      case '<':
        return Number(left < right);
      case '<=':
        return Number(left <= right);
      case '>':
        return Number(left > right);
      case '>=':
        return Number(left >= right);
      case '&&':
      case '||':
        return Number(right !== 0);
    }
  }

  private address(state: Vector, place: Place): number {
    return place.slot + (place.index === undefined ? 0 : this.value(state, place.index));
  }

  private assign(state: Vector, target: Place | Temp, value: number): void {
    if ('temp' in target) this.temps.set(target.temp, value);
    else state[this.address(state, target)] = value;
  }

  private run(state: Vector, list: readonly Statement[]): void {
    for (const statement of list) {
      if ('set' in statement) this.assign(state, statement.set, this.value(state, statement.to));
      else if ('call' in statement) this.run(state, this.machine.procedures[statement.call] ?? []);
      else if ('while' in statement) while (this.value(state, statement.while) !== 0) this.run(state, statement.do);
      else this.run(state, this.value(state, statement.if) !== 0 ? statement.yes : statement.no);
    }
  }
}
