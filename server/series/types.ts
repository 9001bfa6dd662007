/** What a reader makes of mail and diffs: plain data, no C and no kernel knowledge. */

/** One input as it came: a file's or standard input's bytes, and the name to show for it. */
export interface Document {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Leading path components that its diffs carry, as in `patch -pN`; 1 when absent. */
  readonly strip?: number;
  /** Name of the quilt queue it belongs to: the documents of one queue are one series, in their order. */
  readonly queue?: string;
}

/**
 * One line of a decoded mail body or plain diff, and where it stands in its document.
 * `column` is the 1-based column of the line's first character in the document line, or 0 when the transfer encoding
 * moves characters about (base64, quoted-printable with escapes), so that only the line is exact.
 */
export interface BodyLine {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A name, which may be empty, and an address; an unreadable field is kept as the name. */
export interface Mailbox {
  readonly name: string;
  readonly email: string;
}

/** What a mail is to a review. */
export type MailKind = 'patch' | 'cover' | 'reply' | 'pull-request' | 'other';

export interface Mail {
  readonly document: string;
  /** First and last line in the document, 1-based, inclusive (the `From ` separator of an mbox belongs to the mail). */
  readonly line: number;
  readonly endLine: number;
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** Decoded, unfolded. */
  readonly subject: string;
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  /** RFC 3339 in UTC, or null when the header is missing or unreadable. */
  readonly date: string | null;
  readonly body: readonly BodyLine[];
}

/** One line of a hunk. `text` has neither the `+`/`-`/space prefix nor the line ending. */
export interface DiffLine {
  readonly kind: 'context' | 'add' | 'delete';
  readonly text: string;
  readonly oldLine: number | null;
  readonly newLine: number | null;
  /** The line in the document, and the column there of the first character after the prefix (0: see BodyLine). */
  readonly line: number;
  readonly column: number;
  /** False when `\ No newline at end of file` follows. */
  readonly newline: boolean;
}

export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** What git or diff -p printed after the second `@@`: the enclosing function's first line, often cut. */
  readonly section: string;
  /** Line of the `@@` in the document. */
  readonly line: number;
  readonly lines: readonly DiffLine[];
}

export interface FileDiff {
  readonly change: 'modify' | 'add' | 'delete' | 'rename' | 'copy';
  /** Paths inside the tree, prefix (`a/`, `-pN`) removed; null for the missing side of an added or deleted file. */
  readonly oldPath: string | null;
  readonly newPath: string | null;
  readonly oldMode: string | null;
  readonly newMode: string | null;
  /** Abbreviated blob ids of the `index` line. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly binary: boolean;
  /** First line of this file's part in the document. */
  readonly line: number;
  readonly hunks: readonly Hunk[];
}

export interface Trailer {
  readonly name: string;
  readonly value: string;
}

export interface Patch {
  /** Number in the series: the n of `[PATCH n/m]`, else the place in the input; 1-based. */
  readonly index: number;
  /** Without the bracketed prefix. */
  readonly subject: string;
  readonly messageId: string | null;
  readonly author: string;
  readonly date: string | null;
  /** Commit message, trailers included, diffstat and diff excluded. */
  readonly message: string;
  readonly trailers: readonly Trailer[];
  readonly document: string;
  readonly line: number;
  readonly endLine: number;
  readonly files: readonly FileDiff[];
}

export interface Series {
  /** The cover letter's subject, else the first patch's; without the bracketed prefix. */
  readonly subject: string;
  readonly version: number;
  /** The m of `[PATCH n/m]`, or the number of patches found. */
  readonly total: number;
  readonly cover: { readonly subject: string; readonly message: string; readonly messageId: string | null } | null;
  /** In order of index. */
  readonly patches: readonly Patch[];
  /** Numbers of `1..total` for which there is no patch. */
  readonly missing: readonly number[];
  /** False when the same input holds a later version or sending of it. */
  readonly newest: boolean;
  readonly baseCommit: string | null;
  readonly prerequisites: readonly string[];
  readonly changeId: string | null;
}

/** Something in the input that could not be used, in one sentence, with its place. */
export interface InputProblem {
  readonly message: string;
  readonly document: string;
  readonly line: number;
}

/** All that was found in the inputs. */
export interface Reading {
  /** Newest version of each series first; several entries when the input holds several series or versions. */
  readonly series: readonly Series[];
  /** Mails that are no patch: replies, reviews, pull requests. */
  readonly leftOut: readonly {
    readonly kind: MailKind;
    readonly subject: string;
    readonly document: string;
    readonly line: number;
  }[];
  readonly problems: readonly InputProblem[];
}

/** Where the files that the patches change come from. */
export interface TreeSource {
  readonly kind: 'git' | 'directory' | 'hunks';
  /** Repository or directory; null for hunks only. */
  readonly root: string | null;
  /** Full commit id for git. */
  readonly revision: string | null;
  /** Why this base was chosen, for the reader of the report: "base-commit: of the cover letter". */
  readonly why: string;
  /** Text of a file, or null when the tree has no such file. Never reads outside the tree. */
  read(path: string): Promise<string | null>;
  /** Paths of files below `folders` whose text contains one of `words`; sorted. */
  grep(words: readonly string[], folders: readonly string[]): Promise<readonly string[]>;
}

/**
 * A file in one state of the tree. With a tree the text is whole. From hunks only, lines that no hunk shows are empty
 * and `known` lists the line ranges that are real (1-based, inclusive); `sections` are the function lines that the
 * hunk headers name, each for the known range that begins at `line`.
 */
export interface FileImage {
  readonly path: string;
  readonly text: string;
  readonly known: readonly { readonly line: number; readonly endLine: number }[] | null;
  readonly sections: readonly { readonly line: number; readonly text: string }[];
}

/** The files a series touches, as they are before the first patch (index 0) or after patch number `index`. */
export interface TreeState {
  /** 0 for the base, else the index of the patch that was applied last. */
  readonly index: number;
  /** By path; a path is absent when the file does not exist in this state. */
  readonly files: ReadonlyMap<string, FileImage>;
  /**
   * Files, by path before the patch, whose image here does not continue the state before, because the patch does not
   * fit it (see ApplyProblem): what the patch itself shows of the file before it.
   */
  readonly restarted: ReadonlyMap<string, FileImage>;
}

/** A hunk that found no place. The rest of the series is reviewed all the same, this file from its hunks. */
export interface ApplyProblem {
  readonly patch: number;
  readonly path: string;
  /** 1-based number of the hunk in its file. */
  readonly hunk: number;
  /** One sentence: nearest matching context, bases tried. */
  readonly message: string;
  readonly document: string;
  readonly line: number;
}

/** The series laid on its tree: `states[0]` is the base, `states[i]` what `series.patches[i - 1]` leaves. */
export interface Stack {
  /** With the hunks at the lines where they applied, so that their line numbers are exact in the states. */
  readonly series: Series;
  readonly source: TreeSource;
  readonly states: readonly TreeState[];
  readonly problems: readonly ApplyProblem[];
}

/** A place in the old or new file of one patch, tied to the mail's diff line if the patch shows it. */
export interface DiffPosition {
  readonly patch: Patch;
  readonly file: FileDiff;
  readonly hunk: Hunk;
  readonly diffLine: DiffLine;
}

export type Side = 'old' | 'new';
