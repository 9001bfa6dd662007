/** A run of the simulator step by step, with the state at each: what a viewer or a debugger shows. Plain JSON. */
import type { CycleNode, Verdict } from './types.js';

/** Who can make a step. */
export interface Lane {
  readonly name: string;
  readonly kind: 'task' | 'rescuer' | 'worker' | 'device';
}

/**
 * One thing that a state holds. `list`, `holders` and `waiters` have names, `reserve` has the number of free elements out
 * of `size`, `count` a number, `bio` and `status` a text.
 */
export interface Cell {
  /** The task, set, lock… that it belongs to. */
  readonly owner: string;
  readonly group: 'task' | 'set' | 'pool' | 'lock' | 'device' | 'queue' | 'list' | 'variable';
  readonly label: string;
  readonly kind: 'list' | 'reserve' | 'holders' | 'waiters' | 'bio' | 'count' | 'status';
  /** Elements of a reserve, and what a semaphore or variable can have at most; 0 where that says nothing. */
  readonly size: number;
}

export type CellValue = number | string | readonly string[];

/** A place in a source of the tree, or in the scenario's own file if `path` is null. */
export interface Spot {
  readonly path: string | null;
  readonly line: number;
}

/** One frame of a call stack; `spot` is an index into `spots`. */
export interface Frame {
  readonly name: string;
  readonly spot: number | null;
}

export interface PlayedStep {
  /** Index into `lanes`. */
  readonly lane: number;
  readonly action: string;
  /** The function that the step is in, as `name()`. */
  readonly source: string;
  readonly spot: number | null;
  /** Cells that the step changes: index and new value. */
  readonly changes: readonly (readonly [number, CellValue])[];
  /** Where its lane stands after the step, innermost frame first. */
  readonly stack: readonly Frame[];
  /** What its lane does then. */
  readonly afterwards: 'runs' | 'sleeps' | 'rests';
}

export interface Playback {
  readonly scenario: string;
  readonly strategy: string;
  readonly era: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
  readonly sentence: string;
  /** A sample is one of the runs of a scenario in which nothing was found to be wrong. */
  readonly kind: 'counterexample' | 'sample';
  readonly lanes: readonly Lane[];
  readonly cells: readonly Cell[];
  readonly spots: readonly Spot[];
  /** Values of the cells before the first step. */
  readonly initial: readonly CellValue[];
  /** Where each lane stands before the first step. */
  readonly stacks: readonly (readonly Frame[])[];
  readonly steps: readonly PlayedStep[];
  readonly cycle: readonly CycleNode[];
  readonly replay: string;
}
