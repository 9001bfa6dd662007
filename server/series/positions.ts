import type { DiffPosition, FileDiff, Hunk, Patch, Series, Side } from './types.js';

/** `length` lines that a file diff leaves alone, which begin at `old` in the old file and at `new` in the new one. */
interface Run {
  readonly old: number;
  readonly new: number;
  readonly length: number;
}

const runsOf = new WeakMap<readonly Hunk[], readonly Run[]>();

/** The unchanged lines of the whole file, in order: between the hunks, in their context, and behind the last. */
function unchangedRuns(hunks: readonly Hunk[]): readonly Run[] {
  const known = runsOf.get(hunks);
  if (known !== undefined) {
    return known;
  }
  const runs: Run[] = [];
  let next = { old: 1, new: 1 };
  for (const hunk of hunks) {
    // A side without lines is numbered by the line before it.
    const start = {
      old: hunk.oldStart + Number(hunk.oldLines === 0),
      new: hunk.newStart + Number(hunk.newLines === 0),
    };
    if (start.old < next.old || start.new < next.new) {
      continue;
    }
    const gap = Math.min(start.old - next.old, start.new - next.new);
    runs.push({ ...next, length: gap });
    for (const { kind, oldLine, newLine } of hunk.lines) {
      if (kind !== 'context' || oldLine === null || newLine === null) {
        continue;
      }
      const last = runs.at(-1);
      if (last !== undefined && last.old + last.length === oldLine && last.new + last.length === newLine) {
        runs[runs.length - 1] = { ...last, length: last.length + 1 };
      } else {
        runs.push({ old: oldLine, new: newLine, length: 1 });
      }
    }
    next = { old: start.old + hunk.oldLines, new: start.new + hunk.newLines };
  }
  runs.push({ ...next, length: Number.POSITIVE_INFINITY });
  runsOf.set(hunks, runs);
  return runs;
}

function translate(file: FileDiff, line: number, from: Side, to: Side): number | null {
  const runs = unchangedRuns(file.hunks);
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    if (run !== undefined && run[from] <= line) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // An empty run shares its start with the one behind it, so the last that begins at or before the line is the one.
  const run = runs[low - 1];
  return run !== undefined && line < run[from] + run.length ? run[to] + (line - run[from]) : null;
}

/** The line of the new file that line `oldLine` of the old file becomes, anywhere in the file; null when deleted. */
export function newLineOf(file: FileDiff, oldLine: number): number | null {
  return translate(file, oldLine, 'old', 'new');
}

/** The line of the old file that line `newLine` of the new file was, anywhere in the file; null when added. */
export function oldLineOf(file: FileDiff, newLine: number): number | null {
  return translate(file, newLine, 'new', 'old');
}

/** What stands at a document line (1-based) of a series: the diff line with its hunk, file and patch; null elsewhere. */
export function diffPositionAt(series: Series, document: string, line: number): DiffPosition | null {
  for (const patch of series.patches) {
    if (patch.document === document && patch.line <= line && line <= patch.endLine) {
      for (const file of patch.files) {
        for (const hunk of file.hunks) {
          const last = hunk.lines.at(-1);
          const diffLine =
            last !== undefined && hunk.line < line && line <= last.line
              ? hunk.lines.find((candidate) => candidate.line === line)
              : undefined;
          if (diffLine !== undefined) {
            return { patch, file, hunk, diffLine };
          }
        }
      }
    }
  }
  return null;
}

/** A place in an input document: line and column 1-based, the column of the line's first character behind the prefix
 * (0: only the line is exact). */
export interface MailPlace {
  readonly document: string;
  readonly line: number;
  readonly column: number;
}

/** Where a patch shows line `line` of the old or new `path`; null when no hunk shows it. */
export function mailLineOf(patch: Patch, side: Side, path: string, line: number): MailPlace | null {
  for (const file of patch.files) {
    if ((side === 'old' ? file.oldPath : file.newPath) !== path) {
      continue;
    }
    for (const hunk of file.hunks) {
      const first = side === 'old' ? hunk.oldStart : hunk.newStart;
      const count = side === 'old' ? hunk.oldLines : hunk.newLines;
      if (line < first || line >= first + count) {
        continue;
      }
      const shown = hunk.lines.find((candidate) => (side === 'old' ? candidate.oldLine : candidate.newLine) === line);
      if (shown !== undefined) {
        return { document: patch.document, line: shown.line, column: shown.column };
      }
    }
  }
  return null;
}
