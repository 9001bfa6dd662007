/** Findings and the report: the JSON that leaves the program. docs/report.schema.json says the same to other tools. */
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
}
