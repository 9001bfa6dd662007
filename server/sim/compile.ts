import { mostLocal } from './interpret.js';
import type { Alternative, Expr, Instruction, Machine, Operator, Place, Process, Statement, Temp } from './machine.js';
import { inParts } from './parts.js';
import type { Code } from './wasm.js';
import * as wasm from './wasm.js';

const operators: Readonly<Record<Exclude<Operator, '&&' | '||'>, (left: Code, right: Code) => Code>> = {
  '+': wasm.add,
  '-': wasm.subtract,
  '*': wasm.multiply,
  '==': wasm.equal,
  '!=': wasm.differ,
  '<': wasm.less,
  '<=': wasm.atMost,
  '>': wasm.more,
  '>=': wasm.atLeast,
};

const zero = wasm.constant(0);

/** Adds the scratch registers that a part names itself, not those of procedures that it calls. */
function collectTemps(part: Expr | Place | Temp, into: Set<number>): void {
  if (typeof part === 'number') return;
  if ('temp' in part) into.add(part.temp);
  else if ('op' in part) {
    collectTemps(part.left, into);
    collectTemps(part.right, into);
  } else if (part.index !== undefined) collectTemps(part.index, into);
}

function temps(list: readonly Statement[], into: Set<number>): Set<number> {
  for (const statement of list)
    if ('set' in statement) {
      collectTemps(statement.set, into);
      collectTemps(statement.to, into);
    } else if ('while' in statement) {
      collectTemps(statement.while, into);
      temps(statement.do, into);
    } else if ('if' in statement) {
      collectTemps(statement.if, into);
      temps(statement.yes, into);
      temps(statement.no, into);
    }
  return into;
}

/** Where the code of a machine finds its variables, as addresses, and what it calls. */
export interface Environment {
  /** One i32 per slot. */
  readonly vector: number;
  /** One byte per witness. */
  readonly marks: number;
  /** Function that reports a run of local steps without an end. */
  readonly endless: number;
}

/** Writes WebAssembly for the parts of a machine, and its shared code into `module`. */
export class Compiler {
  private readonly procedures: readonly number[];
  /** Registers that shared code uses; all others live within one function. */
  private readonly shared: ReadonlyMap<number, number>;
  private own = new Map<number, number>();

  constructor(
    private readonly machine: Machine,
    private readonly module: wasm.Module,
    private readonly environment: Environment,
  ) {
    const used = new Set<number>();
    for (const body of machine.procedures) temps(body, used);
    this.shared = new Map([...used].map((temp) => [temp, module.global()]));
    this.procedures = machine.procedures.map(() => module.function(0, 0));
    machine.procedures.forEach((body, index) => {
      module.define(this.procedures[index] ?? 0, 0, this.statements(body));
    });
  }

  /** Registers that are the effect's own. */
  private registersOf(effect: readonly Statement[]): number[] {
    return [...temps(effect, new Set())].filter((temp) => !this.shared.has(temp));
  }

  /** How many local variables the registers of these instructions need. One effect has them after the other. */
  registers(instructions: readonly Instruction[]): number {
    const effects = instructions.flatMap(({ alternatives }) => alternatives.map(({ effect }) => effect));
    return effects.reduce((most, effect) => Math.max(most, this.registersOf(effect).length), 0);
  }

  /** Value of an expression; a comparison is 0 or 1. */
  expression(part: Expr): Code {
    if (typeof part === 'number') return wasm.constant(part);
    if ('op' in part) {
      if (part.op === '&&') return wasm.and(this.truth(part.left), this.truth(part.right));
      if (part.op === '||') return wasm.or(this.truth(part.left), this.truth(part.right));
      return operators[part.op](this.expression(part.left), this.expression(part.right));
    }
    if ('temp' in part) {
      const shared = this.shared.get(part.temp);
      return shared === undefined ? wasm.getLocal(this.own.get(part.temp) ?? 0) : wasm.getGlobal(shared);
    }
    return wasm.load(this.index(part), this.slot(part.slot));
  }

  private truth(part: Expr): Code {
    const value = this.expression(part);
    const isTruth = typeof part === 'object' && 'op' in part && !['+', '-', '*'].includes(part.op);
    return isTruth ? value : wasm.differ(value, zero);
  }

  private index(place: Place): Code {
    return place.index === undefined ? zero : wasm.shiftLeft(this.expression(place.index), wasm.constant(2));
  }

  /** Address of a slot. */
  slot(slot: number): number {
    return this.environment.vector + 4 * slot;
  }

  private statements(list: readonly Statement[]): Code {
    return list.map((statement) => {
      if ('set' in statement) return this.assignment(statement.set, this.expression(statement.to));
      if ('call' in statement) return wasm.call(this.procedures[statement.call] ?? 0);
      if ('while' in statement)
        return wasm.repeatWhile(this.expression(statement.while), this.statements(statement.do));
      return wasm.when(this.expression(statement.if), this.statements(statement.yes), this.statements(statement.no));
    });
  }

  private assignment(target: Place | Temp, value: Code): Code {
    if ('slot' in target) return wasm.store(this.index(target), this.slot(target.slot), value);
    const shared = this.shared.get(target.temp);
    if (shared !== undefined) return wasm.setGlobal(shared, value);
    return wasm.setLocal(this.own.get(target.temp) ?? 0, value);
  }

  /** Notes that a witness has been seen. */
  mark(witness: number): Code {
    return wasm.storeByte(zero, this.environment.marks + witness, wasm.constant(1));
  }

  /** What an alternative does, the process's own place included; local variables from `first` on are its registers. */
  effect(process: Process, { effect, witness, next }: Alternative, first: number): Code {
    this.own = new Map(this.registersOf(effect).map((temp, index) => [temp, first + index]));
    return [
      this.statements(effect),
      witness === null ? [] : this.mark(witness),
      wasm.store(zero, this.slot(process.pc), wasm.constant(next)),
    ];
  }

  /**
   * A function that runs the process's local instructions, unless something has crashed, and returns how many. The word at
   * `longest` keeps the most of them in a row.
   */
  settle(process: Process, longest: number): number {
    const { module } = this;
    const pc = this.slot(process.pc);
    const [count, ran] = [0, 1];
    const tooMany = wasm.when(
      wasm.more(wasm.getLocal(count), wasm.constant(mostLocal)),
      wasm.call(this.environment.endless),
    );
    const part = inParts(module, process, { pc, parameters: 0 }, (name, instructions, place) => {
      const locals = this.registers(instructions.filter(({ local }) => local));
      const cases = instructions.map(({ local, alternatives }) => {
        if (!local) return null;
        return alternatives.reduceRight<Code>((otherwise, alternative, index) => {
          const body = this.effect(process, alternative, 1);
          const last = index === alternatives.length - 1;
          return last ? body : wasm.when(this.expression(alternative.guard), body, otherwise);
        }, []);
      });
      module.define(name, 1 + locals, [
        wasm.repeatWhile(wasm.isZero(wasm.load(zero, this.slot(this.machine.crashSlot))), [
          wasm.select(place, cases, wasm.giveBack(wasm.getLocal(count))),
          wasm.setLocal(count, wasm.add(wasm.getLocal(count), wasm.constant(1))),
          tooMany,
        ]),
        wasm.getLocal(count),
      ]);
    });
    // From one part to the next, until no local instruction comes next.
    const name = module.function(0, 1);
    module.define(name, 2, [
      wasm.repeatWhile(wasm.teeLocal(ran, wasm.call(part)), [
        wasm.setLocal(count, wasm.add(wasm.getLocal(count), wasm.getLocal(ran))),
        tooMany,
      ]),
      wasm.when(
        wasm.more(wasm.getLocal(count), wasm.load(zero, longest)),
        wasm.store(zero, longest, wasm.getLocal(count)),
      ),
      wasm.getLocal(count),
    ]);
    return name;
  }
}
