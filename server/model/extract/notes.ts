import type { Step, Variable } from '../scenario.js';

/** A step of the model, or a C call or assignment that is made instead of what the function does. */
export type NoteStep = Step | { readonly do: 'call'; readonly call: string };

/** What is said of a function. Bios in the steps are C expressions over its parameters. */
export interface FunctionNote {
  /** What it does as a whole; null if it does `first`, and then what its body says. */
  readonly does: readonly NoteStep[] | null;
  readonly first: readonly NoteStep[];
  /** C statements that take the place of its body; null if nothing does. */
  readonly body: string | null;
  /** Its value: a number, or an expression over the model's variables; null for one that is not known. */
  readonly returns: string | null;
  /** What is taken to be so, for the list of what a verdict rests on. */
  readonly assumes?: string;
}

/** A task of a stack: submits bios, or runs a function. */
export interface TaskNote {
  readonly name: string;
  /** How many of them there are: an expression over the parameters. */
  readonly count: string;
  /** Name of the workload whose bios it submits; null if it runs a function. */
  readonly workload: string | null;
  readonly runs: string | null;
  /** How many pieces its bios have: a number, or an expression over the parameters. */
  readonly pieces: string;
  /** The set that its bios come from; null for bios that memory is there for. */
  readonly from: string | null;
  /** Functions that it runs after that. */
  readonly next?: readonly string[];
  /** Values of the parameters of the function that it runs. */
  readonly given: ReadonlyMap<string, number>;
}

/** A thread or work item: what it runs when it is woken or queued; the first of the functions that the files have. */
export interface WorkNote {
  readonly runs: readonly string[];
  readonly queue: string;
}

/** Devices to try the code on, and who uses them. */
export interface Stack {
  readonly name: string;
  readonly about: string;
  /** The function that gets the bios; the first of them that the files have. */
  readonly entry: readonly string[];
  readonly files: readonly string[];
  /** Operation tables that are in use, by the name of the variable. */
  readonly tables: readonly string[];
  readonly tasks: readonly TaskNote[];
  /** Values of shared memory, by structure and field: `dm_target.num_flush_bios`. */
  readonly fields: ReadonlyMap<string, Fixed>;
  /** What to try it with instead of the usual bounds. */
  readonly tries: readonly Try[];
  /** Functions without which the code is another one than the stack is about. */
  readonly needs?: readonly string[];
  /** The pool whose elements bios carry, if there are several: the model follows one. */
  readonly carried?: string;
  /** How many blocks a program of it may have, if not as many as usual. */
  readonly most?: number;
}

/** A number; or the name of a function, or `NOT NULL`, for a pointer. */
export type Fixed = number | string;

/** Bounds of one simulation: elements of each set, pieces of each bio and rounds of each loop, tasks of each kind. */
export interface Try {
  readonly reserve: number;
  readonly pieces: number;
  readonly tasks: number;
}

/** A model variable; `places` is the shared memory that it stands for. */
export interface VariableNote extends Variable {
  readonly places: readonly string[];
}

/** Everything that is said of the kernel's stacking drivers. */
export interface Library {
  readonly functions: ReadonlyMap<string, FunctionNote>;
  readonly variables: ReadonlyMap<string, VariableNote>;
  /** What holds of the bios of a workload: C conditions over the parameters of the entry point. */
  readonly workloads: ReadonlyMap<string, readonly string[]>;
  readonly works: ReadonlyMap<string, WorkNote>;
  readonly stacks: readonly Stack[];
  /** Stacks for drivers that register a function in a field: `target_type.map`. */
  readonly templates: ReadonlyMap<string, Stack>;
}
