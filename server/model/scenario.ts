/** A scenario: devices, sets, locks and the programs that tasks run on them. What a scenario file says, as plain data. */
import type { CoreRules } from './era.js';
import type { Expression } from './expression.js';

/** `at` is the kernel function that a step mirrors, for instance `alloc_tio()`; empty if the file names none. */
interface StepBase {
  readonly at: string;
}

/** A bio variable of the program; `bio` is the one the program was called for. */
export type BioName = string;

export interface Assignment {
  readonly variable: string;
  readonly field: string | null;
  readonly to: Expression;
}

/** One primitive, or a block of them. docs/scenarios.md says what each does. */
export type Step = StepBase &
  (
    | {
        readonly do: 'alloc';
        readonly bio: BioName;
        readonly set: string;
        readonly gfp: 'NOIO' | 'NOWAIT' | 'KERNEL';
        /** Runs if a NOWAIT allocation finds the pool empty. */
        readonly fail: readonly Step[];
        readonly left: Expression;
        readonly tag: Expression;
        /** Effect that its end_io has, besides freeing it and completing its parent. */
        readonly ending: string | null;
      }
    /** A bio of the task's own, from no set. */
    | {
        readonly do: 'new';
        readonly bio: BioName;
        readonly left: Expression;
        readonly tag: Expression;
        readonly ending: string | null;
      }
    | { readonly do: 'submit'; readonly bio: BioName; readonly device: string }
    /** The parent ends only after the child: bio_chain(), or a clone that the driver counts. */
    | { readonly do: 'chain'; readonly bio: BioName; readonly parent: BioName }
    /** bio_inc_remaining(): one more bio_endio() is needed. */
    | { readonly do: 'hold'; readonly bio: BioName }
    /** bio_endio(). */
    | { readonly do: 'end'; readonly bio: BioName }
    /** bio_put() of a bio that was never submitted. */
    | { readonly do: 'free'; readonly bio: BioName }
    | { readonly do: 'await'; readonly bio: BioName }
    /** A bio_list of the program's own, or one that the scenario declares. */
    | { readonly do: 'keep'; readonly bio: BioName; readonly list: string }
    | { readonly do: 'each'; readonly bio: BioName; readonly list: string; readonly steps: readonly Step[] }
    /** bio_list_pop(); `fail` runs if the list is empty. */
    | { readonly do: 'pop'; readonly bio: BioName; readonly list: string; readonly fail: readonly Step[] }
    /** mempool_alloc() of a plain element. */
    | { readonly do: 'take'; readonly pool: string; readonly gfp: 'NOIO' | 'NOWAIT'; readonly fail: readonly Step[] }
    /** mempool_free() of all elements that the process holds. */
    | { readonly do: 'give'; readonly pool: string }
    /** The bio takes over what the process holds, or one element from another bio; its end gives it back. */
    | { readonly do: 'carry'; readonly pool: string; readonly bio: BioName; readonly from: BioName | null }
    | { readonly do: 'lock'; readonly lock: string; readonly mode: 'write' | 'read' }
    | { readonly do: 'trylock'; readonly lock: string; readonly fail: readonly Step[] }
    | { readonly do: 'unlock'; readonly lock: string; readonly mode: 'write' | 'read' }
    /**
     * wait_event(): `also` happens together with seeing the condition true. An idle wait may last for ever. `meanwhile` is
     * what wait_event_cmd() does before it sleeps.
     */
    | {
        readonly do: 'wait';
        readonly until: Expression;
        readonly text: string;
        readonly also: readonly Assignment[];
        readonly idle: boolean;
        readonly meanwhile?: Meanwhile;
      }
    | { readonly do: 'set'; readonly assignments: readonly Assignment[] }
    | { readonly do: 'let'; readonly variable: string; readonly to: Expression; readonly max: Expression }
    | { readonly do: 'queue'; readonly work: string; readonly bio: BioName | null }
    | { readonly do: 'flush'; readonly work: string | null; readonly queue: string | null }
    | { readonly do: 'repeat'; readonly count: Expression; readonly as: string; readonly steps: readonly Step[] }
    | { readonly do: 'while'; readonly condition: Expression; readonly steps: readonly Step[] }
    | { readonly do: 'if'; readonly condition: Expression; readonly yes: readonly Step[]; readonly no: readonly Step[] }
    /** Goes any way whose guard holds; at least one always should. */
    | { readonly do: 'choose'; readonly branches: readonly Branch[] }
    | { readonly do: 'label'; readonly name: string }
    /** `counted`: a guard on the way bounds how often; no livelock comes from it. */
    | { readonly do: 'goto'; readonly label: string; readonly counted: boolean }
    /** Between the two, bios that `hold` puts on the plug wait; a real sleep or the end of the plug moves them on. */
    | { readonly do: 'plug'; readonly steps: readonly Step[]; readonly list: string; readonly to: string }
    /** dm's __map_bio(): while the steps run, a real sleep flushes current->bio_list once (d67a5f4b59). */
    | {
        readonly do: 'offload';
        readonly steps: readonly Step[];
        readonly enabled: Expression;
        readonly guard: Expression;
      }
    /** The two ends of an offload, for programs that are no text but a graph. */
    | { readonly do: 'arm'; readonly guard: Expression }
    | { readonly do: 'disarm' }
    | { readonly do: 'bug'; readonly text: string }
  );

/** `when` is null for a way that is always open; `about` says what the task finds, for the trace. */
export interface Branch {
  readonly when: Expression | null;
  readonly about: string;
  readonly steps: readonly Step[];
}

/** Steps that a task that waits runs whenever `when` holds. */
export interface Meanwhile {
  readonly when: Expression;
  readonly steps: readonly Step[];
}

export interface Parameter {
  readonly default: Expression;
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

/** The first expectation whose condition holds is the verdict that the scenario must give. */
export interface Expectation {
  readonly verdict: string;
  readonly condition: Expression;
}

export interface Strategy {
  readonly about: string;
  readonly era: string | null;
  /** Rules of the core functions that are not the era's. */
  readonly core?: Partial<CoreRules>;
  /** Values of the scenario's options under this strategy. */
  readonly options: ReadonlyMap<string, Expression>;
  readonly expect: readonly Expectation[];
}

export interface BioSet {
  readonly reserve: Expression;
  readonly rescuer: Expression;
  /** The pointer is NULL. */
  readonly missing: Expression;
  /** Elements of the biovec pool that a bio of this set needs besides; 0 for none. */
  readonly bvecs: Expression;
  /** BIOSET_PERCPU_CACHE with REQ_ALLOC_CACHE on every bio. */
  readonly cache: Expression;
}

export interface Variable {
  readonly initial: Expression;
  readonly max: Expression;
  /** Must be back at its initial value in the end; otherwise something leaked. */
  readonly balanced: boolean;
}

export interface Lock {
  readonly kind: 'mutex' | 'rwsem' | 'spinlock' | 'semaphore';
  /** Of a semaphore. */
  readonly count: Expression;
  /** The most that a semaphore can have, if that is more than its count. */
  readonly max?: Expression;
}

export interface Device {
  /** Leaf devices complete bios in any order. */
  readonly leaf: boolean;
  /** Most bios that a leaf has in flight; 0 for no limit. */
  readonly inFlight: Expression;
  readonly program: readonly Step[];
}

export interface Queue {
  readonly maxActive: Expression;
  /** WQ_MEM_RECLAIM: has a worker even without memory. */
  readonly reclaim: Expression;
  /** When a worker can be had without WQ_MEM_RECLAIM; false if never. */
  readonly spare: Expression;
  /** The pointer is NULL. */
  readonly missing: Expression;
}

export interface Work {
  readonly queue: string;
  readonly program: readonly Step[];
}

/** Effects of an end_io function, run atomically when a bio ends; or the work that the end is left to. */
export interface Ending {
  readonly assignments: readonly Assignment[];
  readonly work: string | null;
}

export interface Task {
  readonly name: string;
  readonly count: Expression;
  /** A kernel thread: starts anew at its end. */
  readonly daemon: boolean;
  readonly program: readonly Step[];
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly era: string;
  /** Rules of the core functions that are not the era's. */
  readonly core?: Partial<CoreRules>;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly options: ReadonlyMap<string, Expression>;
  readonly strategies: ReadonlyMap<string, Strategy>;
  readonly sets: ReadonlyMap<string, BioSet>;
  readonly pools: ReadonlyMap<string, Expression>;
  readonly locks: ReadonlyMap<string, Lock>;
  readonly variables: ReadonlyMap<string, Variable>;
  /** bio_lists that several programs share. */
  readonly lists: readonly string[];
  readonly queues: ReadonlyMap<string, Queue>;
  readonly works: ReadonlyMap<string, Work>;
  readonly endings: ReadonlyMap<string, Ending>;
  readonly devices: ReadonlyMap<string, Device>;
  readonly tasks: readonly Task[];
  /** What an allocation with GFP_KERNEL may run: reclaim that writes to a device. */
  readonly reclaim: readonly Step[];
}
