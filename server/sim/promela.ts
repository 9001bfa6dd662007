import type { Alternative, Expr, Instruction, Machine, Place, Process, Statement, Temp } from './machine.js';

export interface PromelaOptions {
  /**
   * No hidden variables, which pan's multi-core and breadth-first modes (-DNCORE, -DBFS) do not take, and nothing goes on
   * after a crash. The states are larger, but as many.
   */
  readonly visible?: boolean;
  /** False leaves out the process that judges leaks. */
  readonly leaks?: boolean;
}

/**
 * A machine in Promela, for SPIN: the same variables, one proctype per process, one `d_step` per move. Without reductions
 * SPIN stores exactly as many states as the search here. A crash is a violated assertion, a deadlock an invalid end state,
 * a livelock a non-progress cycle, a leak a violated assertion of one more process, which waits for all others to rest.
 */
class Exporter {
  /** Position of each slot in the one array; only slots that ever change are there. */
  private readonly position = new Map<number, number>();
  /** Registers of the shared code, and after them those of the alternative that is being written. */
  private readonly shared: readonly number[];
  private own: readonly number[] = [];
  private mostOwn = 0;

  constructor(
    private readonly machine: Machine,
    private readonly options: PromelaOptions,
  ) {
    this.shared = registers(machine.procedures);
    const pcs = new Set(machine.processes.map((process) => process.pc));
    machine.slots.forEach((slot, index) => {
      if (slot.max > 0 && !pcs.has(index)) this.position.set(index, this.position.size);
    });
  }

  private place(target: Place | Temp): string | null {
    if ('temp' in target) return `t${[...this.shared, ...this.own].indexOf(target.temp)}`;
    if (target.index === undefined) {
      const at = this.position.get(target.slot);
      return at === undefined ? null : `v[${at}]`;
    }
    // Element 0 of an array is NULL's and takes no space.
    const first = this.position.get(target.slot + 1);
    return first === undefined ? null : `v[${first} + ${this.expression(target.index)} - 1]`;
  }

  private expression(part: Expr): string {
    if (typeof part === 'number') return String(part);
    if ('op' in part) return `(${this.expression(part.left)} ${part.op} ${this.expression(part.right)})`;
    return this.place(part) ?? '0';
  }

  private statements(list: readonly Statement[]): string {
    return list.map((statement) => this.statement(statement)).join('');
  }

  private statement(statement: Statement): string {
    if ('set' in statement) {
      const target = this.place(statement.set);
      return target === null ? '' : `${target} = ${this.expression(statement.to)}; `;
    }
    if ('call' in statement) return `f${statement.call}(); `;
    if ('while' in statement)
      return `do :: ${this.expression(statement.while)} -> ${this.statements(statement.do)}skip; :: else -> break; od; `;
    return `if :: ${this.expression(statement.if)} -> ${this.statements(statement.yes)}skip; :: else -> ${this.statements(statement.no)}skip; fi; `;
  }

  private crashes(list: readonly Statement[]): boolean {
    return list.some((statement) => {
      if ('set' in statement) return 'slot' in statement.set && statement.set.slot === this.machine.crashSlot;
      if ('call' in statement) return this.crashes(this.machine.procedures[statement.call] ?? []);
      if ('while' in statement) return this.crashes(statement.do);
      return this.crashes(statement.yes) || this.crashes(statement.no);
    });
  }

  private alternative({ guard, effect, next }: Alternative): string {
    const check = this.crashes(effect) ? `assert(${this.expression({ slot: this.machine.crashSlot })} == 0); ` : '';
    // A register lives within one effect, so that all effects can have the same.
    this.own = registers(effect).filter((temp) => !this.shared.includes(temp));
    this.mostOwn = Math.max(this.mostOwn, this.own.length);
    const used = this.options.visible ? [...this.shared, ...this.own] : [];
    const reset = used.map((_, index) => `t${index} = 0; `).join('');
    return `  :: d_step { ${this.expression(guard)} -> ${this.statements(effect)}${check}${reset}skip } goto L${next}`;
  }

  private instruction(instruction: Instruction, at: number): string {
    const label = instruction.rest ? `end${at}: L${at}:` : `L${at}:`;
    if (instruction.alternatives.length === 0) return `${label} (false);`;
    return `${label} if\n${instruction.alternatives.map((alternative) => this.alternative(alternative)).join('\n')}\n  fi;`;
  }

  private process(process: Process, index: number): string {
    const body = process.instructions.map((instruction, at) => this.instruction(instruction, at));
    const running = this.options.visible ? ` provided (${this.expression({ slot: this.machine.crashSlot })} == 0)` : '';
    return `active proctype p${index}()${running} {\n${body.join('\n')}\n}`;
  }

  /** Goes on once nobody else can, and only if something is missing then, so that it adds no states. */
  private monitor(): string {
    const rests = this.machine.processes.map(({ instructions }, index) => {
      const places = instructions.flatMap(({ rest }, at) => (rest ? [`p${index}@end${at}`] : []));
      return `(${places.length > 0 ? places.join(' || ') : 'false'})`;
    });
    const missing = [`timeout`, ...rests, this.expression(this.machine.leak)].join(' && ');
    return `active proctype monitor() {\nend: if\n  :: ${missing} -> assert(false)\n  fi;\n}`;
  }

  text(): string {
    const initial = [...this.position.keys()].map((slot) => this.machine.slots[slot]?.initial ?? 0);
    const wide = [...this.position.keys()].some((slot) => (this.machine.slots[slot]?.max ?? 0) > 255);
    const processes = this.machine.processes.map((process, index) => this.process(process, index));
    const temps = Array.from({ length: this.shared.length + this.mostOwn }, (_, index) => index);
    return [
      `${wide ? 'short' : 'byte'} v[${Math.max(initial.length, 1)}] = { ${initial.length > 0 ? initial.join(', ') : '0'} };`,
      // Hidden variables are no part of the state.
      ...temps.map((temp) => `${this.options.visible ? '' : 'hidden '}int t${temp};`),
      ...this.machine.procedures.map((body, index) => `inline f${index}() {\n  ${this.statements(body)}\n}`),
      ...processes,
      ...(this.options.leaks === false || this.machine.leak === 0 ? [] : [this.monitor()]),
      '',
    ].join('\n');
  }
}

/** Scratch registers anywhere in a part of a machine. */
function registers(part: unknown): number[] {
  if (typeof part !== 'object' || part === null) return [];
  const inside = Object.values(part).flatMap(registers);
  return [...new Set('temp' in part && typeof part.temp === 'number' ? [part.temp, ...inside] : inside)];
}

/**
 * The machine as a Promela model. Only numbers of the machine reach the text, never a name.
 */
export function promela(machine: Machine, options: PromelaOptions = {}): string {
  return new Exporter(machine, options).text();
}
