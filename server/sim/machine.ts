/**
 * The machine a scenario is lowered to: a fixed vector of small integers, and processes whose instructions change it
 * atomically. Compiled to JavaScript for the search and to Promela for SPIN, from this one description.
 */

/** The value at `slot + index`. */
export interface Place {
  readonly slot: number;
  readonly index?: Expr;
}

/** A scratch register: lives within one effect only and is no part of the state. */
export interface Temp {
  readonly temp: number;
}

export type Operator = '+' | '-' | '*' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||';

export type Expr = number | Place | Temp | { readonly op: Operator; readonly left: Expr; readonly right: Expr };

export type Statement =
  | { readonly set: Place | Temp; readonly to: Expr }
  | { readonly if: Expr; readonly yes: readonly Statement[]; readonly no: readonly Statement[] }
  | { readonly while: Expr; readonly do: readonly Statement[] }
  /** Runs a shared piece of code, which takes its arguments in scratch registers. */
  | { readonly call: number };

/** What a value means: decides how it is shown and how it is renamed under symmetry. */
export type Sort = 'number' | 'bio' | 'process' | 'pc';

export interface Slot {
  readonly name: string;
  readonly max: number;
  readonly sort: Sort;
  readonly initial: number;
}

/** What a process that cannot go on is waiting for; the numbers are indexes into the lists of the model's kernel. */
export type Wait =
  | { readonly kind: 'set' | 'pool' | 'lock' | 'work' | 'queue' | 'device'; readonly index: number }
  | { readonly kind: 'bio'; readonly bio: Place }
  | { readonly kind: 'condition'; readonly text: string; readonly slots: readonly number[] };

export interface Alternative {
  readonly guard: Expr;
  readonly effect: readonly Statement[];
  readonly next: number;
  readonly action: string;
  /** Which kernel function this mirrors. */
  readonly source: string;
  /** Index of the witness that is seen once this has happened; null for none. */
  readonly witness: number | null;
}

/** One place of a process. It goes on by any alternative whose guard holds; if none holds, it sleeps here. */
export interface Instruction {
  readonly alternatives: readonly Alternative[];
  /** Exactly one alternative is always enabled and commutes with everything that any other process can do. */
  readonly local: boolean;
  /** Sleeping here for ever is no deadlock: the end of a task, or a worker without work. */
  readonly rest: boolean;
  readonly waits: Wait | null;
  /** Tells it from all others of its process, whatever order devices and works are declared in. */
  readonly origin: string;
  /** Line of the scenario file that it comes from; null for what the kernel's core does. */
  readonly line: number | null;
}

export interface Process {
  readonly name: string;
  /** Processes of one group run the same code on slots laid out alike, from `firstSlot`, so that they are interchangeable. */
  readonly group: string;
  readonly pc: number;
  readonly firstSlot: number;
  readonly slotCount: number;
  readonly instructions: readonly Instruction[];
}

export interface Machine {
  readonly slots: readonly Slot[];
  readonly processes: readonly Process[];
  readonly procedures: readonly (readonly Statement[])[];
  /** Runs of slots that are indexed: the first slot and how many follow it. */
  readonly arrays: readonly { readonly base: number; readonly count: number }[];
  /** A process may come back to a place without having used anything up. */
  readonly loops: boolean;
  /** Slot that is non-zero once something has crashed: an index + 1 into `crashes`. */
  readonly crashSlot: number;
  readonly crashes: readonly string[];
  /** True if something has not come back, where all processes are at rest. */
  readonly leak: Expr;
  /** What should happen at least once, or the search has shown nothing. `when` null: some alternative marks it. */
  readonly witnesses: readonly { readonly what: string; readonly when: Expr | null }[];
}

/** The constant that is always true. */
export const always: Expr = 1;

const binary =
  (op: Operator) =>
  (left: Expr, right: Expr): Expr => ({ op, left, right });

export const plus = binary('+');
export const minus = binary('-');
export const equal = binary('==');
export const differ = binary('!=');
export const less = binary('<');
export const atLeast = binary('>=');
export const more = binary('>');

/** True if all of them are; the empty list is true. */
export function all(...parts: readonly Expr[]): Expr {
  return parts
    .filter((part) => part !== always)
    .reduce<Expr>((left, right) => (left === always ? right : { op: '&&', left, right }), always);
}

/** True if one of them is; the empty list is false. */
export function any(...parts: readonly Expr[]): Expr {
  return parts.reduce<Expr>((left, right) => (left === 0 ? right : { op: '||', left, right }), 0);
}

/** Logical negation. */
export function not(part: Expr): Expr {
  return equal(part, 0);
}

/** Assignment. */
export function assign(set: Place | Temp, to: Expr): Statement {
  return { set, to };
}

/** Conditional statement. */
export function when(condition: Expr, yes: readonly Statement[], no: readonly Statement[] = []): Statement {
  return { if: condition, yes, no };
}
