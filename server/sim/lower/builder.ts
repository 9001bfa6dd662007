import { UserError } from '../../text.js';
import {
  type Alternative,
  always,
  type Expr,
  type Machine,
  type Process,
  type Slot,
  type Sort,
  type Statement,
  type Temp,
  type Wait,
} from '../machine.js';

/** A scenario whose model has more than the search can cope with; `limit` says how many of what there may be. */
export class TooLarge extends UserError {
  constructor(readonly limit: string) {
    super(`the model has more than ${limit}; make the scenario smaller`);
  }
}

/** Of all processes together; the search needs some 200 bytes of code for each. */
const mostAlternatives = 200_000;

/** A place in a program that instructions can go to before it is known where it will be. */
export interface Label {
  at: number;
}

export interface DraftAlternative {
  readonly guard?: Expr;
  readonly effect?: readonly Statement[];
  /** The instruction that follows if absent. */
  readonly next?: Label;
  readonly action: string;
  readonly source?: string;
  readonly witness?: number;
}

interface Draft {
  readonly alternatives: readonly DraftAlternative[];
  readonly source: string;
  readonly local?: boolean;
  readonly rest?: boolean;
  readonly waits?: Wait;
}

interface Placed {
  readonly draft: Draft;
  readonly origin: string;
  readonly line: number | null;
  readonly fallThrough: Label;
}

/** Writes the instructions of one process in order. */
export class ProcessBuilder {
  private readonly placed: Placed[] = [];
  /** Function that steps without one of their own are in. */
  source = '';
  /** Line of the scenario file that steps come from. */
  line: number | null = null;
  private section = { name: '', first: 0 };

  constructor(
    readonly name: string,
    readonly group: string,
    readonly pc: number,
    private readonly firstSlot: number,
    private readonly emitted: (alternatives: number) => void,
  ) {}

  /** What follows belongs to a part of the code of this name, which no other part has. */
  begin(name: string): void {
    this.section = { name, first: this.placed.length };
  }

  label(): Label {
    return { at: -1 };
  }

  /** The next instruction is what `label` stands for. */
  place(label: Label): void {
    label.at = this.placed.length;
  }

  here(): Label {
    return { at: this.placed.length };
  }

  emit(draft: Draft): void {
    this.emitted(draft.alternatives.length);
    const source = draft.source || this.source;
    const origin = `${this.section.name}#${this.placed.length - this.section.first}`;
    const { line } = this;
    this.placed.push({ draft: { ...draft, source }, origin, line, fallThrough: { at: this.placed.length + 1 } });
  }

  /** A jump costs no step: `finish` leads whoever comes here straight to the target. */
  jump(next: Label): void {
    this.emit({ alternatives: [{ next, action: '' }], source: '', local: true });
  }

  private target(label: Label): number {
    let at = label.at;
    for (let hops = 0; hops <= this.placed.length; hops++) {
      const only = this.placed[at]?.draft.alternatives;
      const jump = only?.length === 1 ? only[0] : undefined;
      if (jump?.action !== '' || !jump.next) return at;
      at = jump.next.at;
    }
    throw new UserError(`${this.name}: goes round for ever without a step; give its loop an end or a wait`);
  }

  finish(slots: readonly Slot[]): Process {
    const reached: number[] = [];
    const number = new Map<number, number>();
    // Depth first without recursion: programs may be long.
    const open = [this.target({ at: 0 })];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const placed = this.placed[at];
      if (number.has(at) || !placed) continue;
      number.set(at, reached.length);
      reached.push(at);
      const next = placed.draft.alternatives.map((alternative) => this.target(alternative.next ?? placed.fallThrough));
      open.push(...next.reverse());
    }
    return {
      name: this.name,
      group: this.group,
      pc: this.pc,
      firstSlot: this.firstSlot,
      slotCount: slots.length - this.firstSlot,
      instructions: reached.flatMap((at) => {
        const placed = this.placed[at];
        if (!placed) return [];
        const { draft, origin, line, fallThrough } = placed;
        return [
          {
            local: draft.local ?? false,
            rest: draft.rest ?? false,
            waits: draft.waits ?? null,
            origin,
            line,
            alternatives: draft.alternatives.map(
              (alternative): Alternative => ({
                guard: alternative.guard ?? always,
                effect: alternative.effect ?? [],
                next: number.get(this.target(alternative.next ?? fallThrough)) ?? 0,
                action: alternative.action,
                source: alternative.source ?? draft.source,
                witness: alternative.witness ?? null,
              }),
            ),
          },
        ];
      }),
    };
  }
}

/** Collects slots, shared code and processes. */
export class MachineBuilder {
  readonly slots: Slot[] = [];
  private readonly processes: Process[] = [];
  private readonly procedures: (readonly Statement[])[] = [];
  private readonly crashes: string[] = [];
  private readonly witnesses: Machine['witnesses'][number][] = [];
  private readonly arrays: { base: number; count: number }[] = [];
  private temps = 0;
  private alternatives = 0;
  /** Set by whatever writes a loop that need not end. */
  loops = false;
  /** Set once it is known what must come back. */
  leak: Expr = 0;
  readonly crashSlot = this.slot('crash', 255, 'number');

  /** One variable; returns its slot. Throws UserError when it would begin outside its range. */
  slot(name: string, max: number, sort: Sort, initial = 0): number {
    if (initial < 0 || initial > max)
      throw new UserError(`${name} begins at ${initial}, which is not in its range from 0 to ${max}`);
    this.slots.push({ name, max, sort, initial });
    return this.slots.length - 1;
  }

  /** Sets the largest value of a variable, once it is known. */
  limit(slot: number, max: number): void {
    const known = this.slots[slot];
    if (known) this.slots[slot] = { ...known, max: Math.max(max, 0) };
  }

  /** `count` variables for ids from 1; id 0 is NULL and takes no space. Returns the slot of id 0. */
  array(name: string, count: number, max: number, sort: Sort): number {
    const base = this.slot(`${name}[0]`, 0, sort);
    for (let id = 1; id <= count; id++) this.slot(`${name}[${id}]`, max, sort);
    this.arrays.push({ base, count });
    return base;
  }

  temp(): Temp {
    return { temp: this.temps++ };
  }

  procedure(body: readonly Statement[]): number {
    this.procedures.push(body);
    return this.procedures.length - 1;
  }

  /** What to assign to `crashSlot` for this reason. */
  crash(reason: string): number {
    const known = this.crashes.indexOf(reason);
    return known >= 0 ? known + 1 : this.crashes.push(reason);
  }

  /** Something that should be seen at least once: when the condition holds, or an alternative with this mark is taken. */
  witness(what: string, when: Expr | null): number {
    const known = this.witnesses.findIndex((witness) => witness.what === what);
    return known >= 0 ? known : this.witnesses.push({ what, when }) - 1;
  }

  /** Adds a process, whose slots are those that `write` declares; returns what `write` returns. */
  process<T>(name: string, group: string, write: (process: ProcessBuilder) => T): T {
    const firstSlot = this.slots.length;
    const pc = this.slot(`${name}.pc`, 0, 'pc');
    const builder = new ProcessBuilder(name, group, pc, firstSlot, (alternatives) => {
      this.alternatives += alternatives;
      if (this.alternatives > mostAlternatives) throw new TooLarge(`${mostAlternatives} ways to go on`);
    });
    const result = write(builder);
    const process = builder.finish(this.slots);
    this.limit(pc, process.instructions.length - 1);
    this.processes.push(process);
    return result;
  }

  finish(): Machine {
    return {
      slots: this.slots,
      processes: this.processes,
      procedures: this.procedures,
      arrays: this.arrays,
      loops: this.loops,
      crashSlot: this.crashSlot,
      crashes: this.crashes,
      leak: this.leak,
      witnesses: this.witnesses,
    };
  }
}
