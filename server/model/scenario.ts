/** A scenario: devices, sets, locks and the programs that tasks run on them. What a scenario file says, as plain data. */
import type { Expression } from './expression.js';

/** Kernel function that a step mirrors, for instance `alloc_tio()`; empty if the file names none. */
export interface StepBase {
  readonly at: string;
}

/** A bio variable of the program, or `bio`, the one the program was called for. */
export type BioName = string;

export type Step = StepBase &
  (
    | {
        readonly do: 'alloc';
        readonly bio: BioName;
        readonly set: string;
        readonly gfp: 'NOIO' | 'NOWAIT';
        /** Runs if a NOWAIT allocation finds the pool empty. */
        readonly fail: readonly Step[];
        /** Pieces that the new bio covers. */
        readonly left: Expression;
        /** Effect that its end_io has, besides freeing it and completing its parent. */
        readonly ending: string | null;
      }
    /** A bio of the task's own, from no set. */
    | { readonly do: 'new'; readonly bio: BioName; readonly left: Expression; readonly tag: Expression }
    | { readonly do: 'submit'; readonly bio: BioName; readonly device: string }
    /** The parent ends only after the child: `bio_chain()`, or a clone counted by the driver. */
    | { readonly do: 'chain'; readonly bio: BioName; readonly parent: BioName }
    /** bio_endio(). */
    | { readonly do: 'end'; readonly bio: BioName }
    /** bio_put() of a bio that was never submitted. */
    | { readonly do: 'free'; readonly bio: BioName }
    /** A bio_list of the program's own. */
    | { readonly do: 'keep'; readonly bio: BioName; readonly list: string }
    | { readonly do: 'each'; readonly bio: BioName; readonly list: string; readonly steps: readonly Step[] }
    | { readonly do: 'let'; readonly variable: string; readonly to: Expression; readonly max: Expression }
    | { readonly do: 'await'; readonly bio: BioName }
    | { readonly do: 'lock' | 'unlock'; readonly lock: string }
    | { readonly do: 'wait'; readonly until: Expression; readonly text: string }
    | { readonly do: 'set'; readonly variable: string; readonly field: string | null; readonly to: Expression }
    | { readonly do: 'repeat'; readonly count: Expression; readonly as: string; readonly steps: readonly Step[] }
    | { readonly do: 'while'; readonly condition: Expression; readonly steps: readonly Step[] }
    | {
        readonly do: 'if';
        readonly condition: Expression;
        readonly then: readonly Step[];
        readonly else: readonly Step[];
      }
    /** dm's __map_bio(): while the steps run, a real sleep flushes current->bio_list once (d67a5f4b59). */
    | {
        readonly do: 'offload';
        readonly steps: readonly Step[];
        readonly enabled: Expression;
        readonly guard: Expression;
      }
  );

export interface Parameter {
  readonly default: Expression;
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

export interface Strategy {
  readonly about: string;
  readonly era: string | null;
  /** Values of the scenario's options under this strategy. */
  readonly options: ReadonlyMap<string, Expression>;
  readonly expect: readonly Expectation[];
}

/** The first whose condition holds is the verdict that the scenario must give. */
export interface Expectation {
  readonly verdict: string;
  readonly condition: Expression;
}

export interface BioSet {
  readonly reserve: Expression;
  readonly rescuer: Expression;
  /** The pointer is NULL. */
  readonly missing: Expression;
}

export interface Variable {
  readonly initial: Expression;
  readonly max: Expression;
  /** Must be back at its initial value in the end; otherwise something leaked. */
  readonly balanced: boolean;
}

export interface Device {
  /** Leaf devices complete bios in any order. */
  readonly leaf: boolean;
  readonly program: readonly Step[];
}

export interface Task {
  readonly name: string;
  readonly count: Expression;
  readonly program: readonly Step[];
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly era: string;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly options: ReadonlyMap<string, Expression>;
  readonly strategies: ReadonlyMap<string, Strategy>;
  readonly sets: ReadonlyMap<string, BioSet>;
  readonly locks: ReadonlyMap<string, Lock>;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Effects of end_io functions, run atomically when a bio ends. */
  readonly endings: ReadonlyMap<string, readonly Assignment[]>;
  readonly devices: ReadonlyMap<string, Device>;
  readonly tasks: readonly Task[];
}

export interface Lock {
  readonly kind: 'mutex';
}

export interface Assignment {
  readonly variable: string;
  readonly to: Expression;
}
