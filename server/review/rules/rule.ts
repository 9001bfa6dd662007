import type { CIndex } from '../../c/index.js';
import type { Inventory, Place, SetId } from '../../kernel/types.js';
import type { CoreFacts } from '../core.js';
import type { Blame, HunkRef } from '../hunks.js';
import type { StackRun } from '../runs.js';
import type { Level, ScenarioLink } from '../types.js';
import type { RulePage } from './page.js';

/** What a rule sees of one state of the tree. */
export interface StateFacts {
  readonly index: CIndex;
  readonly inventory: Inventory;
  /** The files whose findings are asked for; null for all. */
  readonly asked: ReadonlySet<string> | null;
  /** What the simulator says of the stacks that the files in question are part of. */
  readonly runs: readonly StackRun[];
  /** What the core functions do, if the series changes that; else null. */
  readonly core: CoreFacts | null;
  /** Which hunks bring or repair the violations among the runs. */
  readonly blame: Blame;
}

/**
 * Where to look for the diff line that is responsible when a finding's own line is unchanged: changed lines inside
 * `function` of `path` that contain `text`, else any changed line there. Given in order of preference.
 */
export interface Evidence {
  readonly path: string;
  readonly function: string | null;
  readonly text: string;
}

/** A finding before it is compared between states and tied to a diff line. */
export interface RawFinding {
  /** Names the same thing in another state of the tree: no line numbers, no path. */
  readonly key: string;
  readonly level?: Level;
  readonly message: string;
  /** What to say when it is gone; "no longer: " and the message by default. */
  readonly repaired?: string;
  /** False if the opposite change says nothing: what looks like the mistake may be meant. */
  readonly repairable?: boolean;
  readonly set: SetId | null;
  readonly place: Place;
  readonly evidence: readonly Evidence[];
  /** What the change takes away; a line that loses it is the place to look, before any other. */
  readonly takenAway?: Evidence;
  /** The hunks that were found to bring it, or to repair it, if that was tried. */
  readonly hunks?: { readonly causes: readonly HunkRef[]; readonly repairs: readonly HunkRef[] };
  readonly related: readonly { readonly message: string; readonly place: Place }[];
  readonly simulation?: ScenarioLink;
  /** The run of a stack that it comes from. */
  readonly run?: StackRun;
  /** Guessed from this one function, which the programs of the stacks may refute. */
  readonly guess?: { readonly function: string; readonly set: SetId };
}

/** A rule that judges a state; what a series causes follows from the states before and after. */
export interface StateRule extends RulePage {
  check(facts: StateFacts): readonly RawFinding[];
  /** Whether what `after` shows of a finding that is not there any more is a repair; if absent, it always is. */
  repairs?(after: StateFacts, raw: RawFinding): boolean;
}

/**
 * A rule that judges a change. Run with the states exchanged it finds what a change repairs. The places of its
 * findings are in `after`, those of its evidence may be in either.
 */
export interface ChangeRule extends RulePage {
  compare(before: StateFacts, after: StateFacts): readonly RawFinding[];
  /** Whether the opposite change is a repair, to be reported as fixed. */
  readonly reversible: boolean;
}

export type Rule = StateRule | ChangeRule;
