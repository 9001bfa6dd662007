/** What the kernel layer finds in C: bio_sets, mempools, rescuers and what is done with them. Plain data. */
import type { Expr } from '../c/types.js';
import type { Range } from '../text.js';

/** `conditional`: depends on something at run time (`flag ? A : B`, `flags |= …`); `unknown`: the text does not show it. */
export type Tri = 'yes' | 'no' | 'conditional' | 'unknown';

/**
 * Names one bio_set or mempool across functions, files and patches: `struct mapped_device.bs` for a field,
 * `fs_bio_set` for a global, `drivers/md/x.c:name` for a static or local one.
 */
export type SetId = string;

export interface Place {
  readonly path: string;
  readonly range: Range;
  /** Enclosing function. */
  readonly function: string | null;
}

/** A value in the source, with the number if macros and constants in view resolve it. */
export interface Value {
  readonly text: string;
  readonly number: number | null;
  readonly range: Range;
}

export interface SetFlags {
  /** As written; null where the era's call has no flags argument. */
  readonly value: Value | null;
  readonly bvecs: Tri;
  readonly rescuer: Tri;
  readonly percpuCache: Tri;
}

export interface SetCreation extends Place {
  readonly set: SetId;
  /** `struct mapped_device`, or null for a variable. */
  readonly owner: string | null;
  readonly callee: string;
  readonly poolSize: Value | null;
  readonly frontPad: Value | null;
  readonly flags: SetFlags;
  /** For copies (`bioset_init_from_src`, `*dst = *src`): where the parameters come from. */
  readonly from: SetId | null;
  /** What happens to the result: tested on some path, returned to the caller, or dropped. */
  readonly result: 'checked' | 'returned' | 'unchecked';
}

export interface SetExit extends Place {
  readonly set: SetId;
  readonly callee: string;
}

/** An element taken from a bio_set. `set` is null for a literal NULL set, `'?'` when it cannot be told. */
export interface SetAllocation extends Place {
  readonly set: SetId | '?' | null;
  readonly api: 'alloc' | 'clone' | 'split';
  readonly callee: string;
  readonly gfp: Value | null;
  readonly nrVecs: Value | null;
  readonly call: Expr;
}

/** A pointer to a set handed on: `md->bs = p->bs`. */
export interface SetMove extends Place {
  readonly to: SetId;
  readonly from: SetId;
}

/** Use of the rescuer's own parts, or of `current->bio_list`. */
export interface RescuerUse extends Place {
  readonly what: 'rescue_workqueue' | 'rescue_list' | 'rescue_work' | 'rescue_lock' | 'bio_list' | 'punt';
  readonly how: 'queue' | 'read' | 'write' | 'test';
  /** `'?'` for a set that is only known as some bio's `bi_pool`. */
  readonly set: SetId | '?';
}

export interface MempoolFact extends Place {
  readonly pool: SetId | '?';
  readonly what: 'create' | 'alloc' | 'free' | 'exit';
  readonly callee: string;
  readonly size: Value | null;
  readonly gfp: Value | null;
}

/** One row of `rescuer sets`. */
export interface BioSet {
  readonly id: SetId;
  readonly owner: string | null;
  readonly creations: readonly SetCreation[];
  readonly exits: readonly SetExit[];
  readonly allocations: readonly SetAllocation[];
}

/** An API era of domain.md section 1; the table is in eras.yaml. */
export interface Era {
  readonly id: string;
  /** First and last kernel version, as in "4.13" and "4.17"; null when open. */
  readonly from: string | null;
  readonly to: string | null;
  /** Whether sets have a rescuer: none, every one, or by flag. */
  readonly rescuer: 'none' | 'always' | 'flag';
  readonly summary: string;
}

export interface EraGuess {
  readonly era: Era | null;
  /** Kernel version if the tree says one ("4.14.177"). */
  readonly version: string | null;
  /** What it was recognised by, for the report. */
  readonly evidence: string;
}

export interface Inventory {
  readonly era: EraGuess;
  readonly sets: readonly BioSet[];
  /** Allocations in no row of `sets`: from a literal NULL set, or from one that cannot be told. */
  readonly unplaced: readonly SetAllocation[];
  readonly moves: readonly SetMove[];
  readonly uses: readonly RescuerUse[];
  readonly mempools: readonly MempoolFact[];
}
