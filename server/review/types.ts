/** Findings and the report: the JSON that leaves the program. docs/report.schema.json says the same to other tools. */
import type { Verdict } from '../sim/types.js';
import type { Range } from '../text.js';

export type Level = 'error' | 'warning' | 'note';
export type Status = 'introduced' | 'worsened' | 'fixed' | 'preexisting';

export interface Location extends Range {
  readonly file: string;
  readonly side: 'old' | 'new';
}

/** `file` is the input document, `line` 1-based. */
export interface MailLine {
  readonly file: string;
  readonly line: number;
}

export interface Related {
  readonly message: string;
  readonly location: Location;
}

/** The simulation that shows what a finding is about. */
export interface ScenarioLink {
  readonly scenario: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface Finding {
  /** Stable over runs and over edits elsewhere in the file. */
  readonly id: string;
  readonly rule: string;
  readonly level: Level;
  readonly status: Status;
  readonly message: string;
  /** Index of the patch that causes it; null for pre-existing ones and for `check`. */
  readonly patch: number | null;
  /** Index of a later patch of the same series that removes it again. */
  readonly fixedBy: number | null;
  readonly set: string | null;
  readonly location: Location;
  /** The line of `location` as the patch or the source shows it, without its end; null when neither does. */
  readonly excerpt: string | null;
  readonly mail: MailLine | null;
  readonly related: readonly Related[];
  readonly simulation: ScenarioLink | null;
  /** What the simulator said, for findings that come from a stack of devices. */
  readonly verdict: StackVerdict | null;
  /** How it got there, for a violation. */
  readonly trace: readonly TraceStep[] | null;
}

/** What the simulator says of a stack whose programs come from the code. */
export interface StackVerdict {
  readonly stack: string;
  readonly verdict: Verdict;
  /** Bounds: elements of each set, pieces of each bio, tasks. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly states: number;
  /** For a violation: whether it happens with sets as large as the code makes them; null if that was not decided. */
  readonly real: boolean | null;
}

/** One step of a trace; without a location it happens outside the code in view. */
export interface TraceStep {
  readonly task: string;
  readonly action: string;
  readonly location: Location | null;
}

/** A guess from one function that the programs of the stacks do not bear out. */
export interface Refuted {
  readonly rule: string;
  readonly message: string;
  readonly location: Location;
  /** What was proved instead, and within which bounds. */
  readonly by: string;
}

/** A finding that the owners of the tree accept. */
export interface Suppressed {
  readonly finding: Finding;
  /** What accepts it and why, or the baseline that has it. */
  readonly by: string;
}

export interface Report {
  readonly schema: 'rescuer-report/1';
  /** null for `rescuer check`. */
  readonly series: {
    readonly subject: string;
    readonly version: number;
    readonly patches: readonly {
      readonly index: number;
      readonly subject: string;
      readonly messageId: string | null;
    }[];
  } | null;
  readonly base: {
    readonly kind: 'git' | 'directory' | 'hunks';
    readonly revision: string | null;
    readonly why: string;
  };
  readonly era: { readonly id: string | null; readonly version: string | null; readonly evidence: string };
  /** What was not covered, one sentence each. */
  readonly coverage: readonly string[];
  readonly findings: readonly Finding[];
  /** What rules guessed from one function and the simulator refutes. */
  readonly refuted: readonly Refuted[];
  /** What the tree's configuration or baseline accepts (`applyPolicy`). */
  readonly suppressed: readonly Suppressed[];
}
