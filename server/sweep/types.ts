import type { Report } from '../review/types.js';
import type { Archive, Place } from '../series/archive.js';
import type { Classified } from '../series/classify.js';
import type { Mail } from '../series/types.js';

/** What is kept of a mail until all are seen. */
export interface MailRecord {
  readonly place: Place;
  /** Which of the mails at this place: mails can be attached to a mail. */
  readonly nth: number;
  readonly ids: Pick<Mail, 'messageId' | 'inReplyTo' | 'references'>;
  /** Without body, recipients and diff; null for what cannot be part of a series. */
  readonly light: Classified | null;
}

/** Where one mail of a series is. */
export interface Part {
  /** Its number in the series, 0 for the cover letter. */
  readonly number: number;
  /** Index of the archive. */
  readonly archive: number;
  readonly place: Place;
  readonly nth: number;
}

/** A series that is to be reviewed. */
export interface PlannedSeries {
  /** Message-ID of its first mail; no two series of a plan have the same. */
  readonly id: string;
  /** RFC 3339, of the first mail. */
  readonly date: string | null;
  readonly subject: string;
  readonly author: string;
  readonly version: number;
  /** The m of n/m; null when the patches bear no number. */
  readonly total: number | null;
  readonly parts: readonly Part[];
}

/** First line of a plan: what it was made from. */
export interface PlanHead {
  readonly schema: 'rescuer-plan/1';
  readonly archives: readonly Archive[];
  /** What results depend on besides: none may stand beside results of other settings. */
  readonly settings: {
    readonly version: string;
    readonly since: string | null;
    readonly tree: string | null;
    /** SHA-256 of the annotation files. */
    readonly annotations: string;
  };
  readonly mails: number;
  /** Mails that could not be read: too large, or the worker that read them failed. */
  readonly unread: number;
  readonly series: number;
}

/** One line of the result. It has nothing that differs from run to run. */
export interface SweepLine {
  readonly schema: 'rescuer-sweep/1';
  readonly id: string;
  readonly date: string | null;
  readonly subject: string;
  readonly author: string;
  readonly version: number;
  /** Numbers of patches that the archive does not have. */
  readonly missing: readonly number[];
  /** Files that the series touches, sorted. */
  readonly files: readonly string[];
  /** Why there is no report, in one sentence; null if there is one. */
  readonly problem: string | null;
  readonly report: Report | null;
}

/** What a worker is started with. */
export interface WorkerSetup {
  readonly archives: readonly Archive[];
  /** Mails of earlier days are left out; RFC 3339. */
  readonly since: string | null;
  /** Kernel tree to review against; null for hunks only. */
  readonly tree: string | null;
  /** Texts of annotation files by name. */
  readonly annotations: Readonly<Record<string, string>>;
}

export type Task =
  | { readonly kind: 'scan'; readonly archive: number; readonly places: readonly Place[] }
  | { readonly kind: 'review'; readonly series: PlannedSeries };

/** What became of a task, and how long mails were decoded and series reviewed for it, in milliseconds. */
export interface Done {
  readonly records: readonly MailRecord[];
  readonly unread: number;
  readonly line: SweepLine | null;
  readonly decoding: number;
  readonly reviewing: number;
}
