/** What a simulation answers: a verdict with its evidence. Plain JSON; `docs/simulator.md` describes it to users. */

/**
 * `proved` holds within the bounds only; `incomplete` says which limit ended the search. `deadlock` includes one task
 * that is stuck for ever while others go on.
 */
export type Verdict = 'proved' | 'deadlock' | 'crash' | 'livelock' | 'leak' | 'incomplete';

/** A name → value table; values are what a human reads. */
export type Values = Readonly<Record<string, string | number>>;

export interface TraceStep {
  /** 1-based. */
  readonly step: number;
  readonly task: string;
  /** What happens, in one phrase. */
  readonly action: string;
  /** Kernel function that the step mirrors, as `name()`. */
  readonly source: string;
  /** Every variable that the step changes, with its new value. */
  readonly changed: Values;
}

/** One node of the wait-for cycle. Task and resource alternate; the last resource is held by the first task. */
export type CycleNode =
  | { readonly task: string; readonly waits: string; readonly source: string }
  | { readonly resource: string; readonly held: string };

/** That something happened at least once in the search, so a proof is not vacuous. */
export interface Witness {
  readonly what: string;
  readonly seen: boolean;
}

export interface Bounds extends Limits {
  readonly parameters: Readonly<Record<string, number>>;
}

export interface Simulation {
  readonly scenario: string;
  readonly strategy: string;
  readonly era: string;
  readonly verdict: Verdict;
  readonly bounds: Bounds;
  readonly states: number;
  readonly transitions: number;
  /** Steps of the longest shortest path, or of the trace. */
  readonly depth: number;
  readonly seconds: number;
  /** Memory that the states took. */
  readonly megabytes: number;
  readonly sentence: string;
  readonly cycle: readonly CycleNode[];
  readonly trace: readonly TraceStep[];
  readonly witnesses: readonly Witness[];
  /** Gives the same violation again with `replay()`; empty if there is none. */
  readonly replay: string;
}

/** Both reductions are on unless switched off; neither changes the verdict or the length of the shortest trace. */
export interface Reductions {
  /** States that differ only in which of several identical tasks or bios is which are one state. */
  readonly symmetry: boolean;
  /** Steps that no other task can see run together with the step before them. */
  readonly chaining: boolean;
}

/** Limits of one search. */
export interface Limits {
  readonly maxStates: number;
  readonly seconds: number;
  readonly megabytes: number;
  /** States, with local steps run together and without symmetry, in which cycles without progress are looked for. */
  readonly livelockStates: number;
}

export interface SimulationOptions {
  /** The scenario's first strategy if absent. */
  readonly strategy?: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** A kernel version such as `4.14`; the scenario's own if absent. */
  readonly era?: string;
  readonly limits?: Partial<Limits>;
  readonly reductions?: Partial<Reductions>;
}
