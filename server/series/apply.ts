import { type Nearest, nearestContext } from './nearest.js';
import { type Placement, placeLikeGit } from './place-git.js';
import { placeLikePatch } from './place-patch.js';
import type { FileDiff, Hunk } from './types.js';

export type { Nearest } from './nearest.js';
export type { Placement } from './place-git.js';

/** `text` is null once the file is deleted; `hunks` says where each hunk went. */
export interface AppliedFile {
  readonly ok: true;
  readonly text: string | null;
  readonly hunks: readonly Placement[];
}

/** `hunk` is the 1-based number of the hunk at fault; `reason` completes "hunk 2: …". */
export interface NotApplied {
  readonly ok: false;
  readonly hunk: number;
  readonly reason: string;
  readonly nearest: Nearest | null;
}

export type Applied = AppliedFile | NotApplied;

/**
 * Applies one file's part of a patch in memory: as `git apply` does, and where that refuses as GNU patch does (fuzz up
 * to 2). A rename or copy is given the text of its source.
 *
 * @param text the file before, or null when there is none.
 */
export function applyFile(text: string | null, file: FileDiff): Applied {
  const refuse = (reason: string, hunk = 1, nearest: Nearest | null = null): NotApplied => ({
    ok: false,
    hunk,
    reason,
    nearest,
  });
  if (file.binary) {
    return refuse('a binary file');
  }
  if (file.change === 'add' && text !== null && text !== '') {
    return refuse('the file that it creates is there already');
  }
  const creates = file.change === 'add' || (file.hunks[0]?.oldStart === 0 && file.hunks[0].oldLines === 0);
  if (text === null && !creates) {
    return refuse('there is no such file');
  }
  const result = placeHunks(text ?? '', file.hunks);
  if (!result.ok) {
    return result;
  }
  if (file.change !== 'delete') {
    return result;
  }
  return result.text === ''
    ? { ...result, text: null }
    : refuse('the file that it deletes has other lines as well', Math.max(1, file.hunks.length));
}

function placeHunks(text: string, hunks: readonly Hunk[]): Applied {
  const lines = splitLines(text);
  const exact = placeLikeGit(lines, hunks);
  if (exact.ok) {
    return { ok: true, text: exact.lines.join(''), hunks: exact.hunks };
  }
  if (lines.length > 0 && lines.every((line) => line.endsWith('\r\n')) && !hunks.some(hasCarriageReturn)) {
    // Mail drops the CR of a file that has CRLF throughout; `git am` wants --keep-cr, we look at the file.
    const unix = placeHunks(text.replaceAll('\r\n', '\n'), hunks);
    return unix.ok && unix.text !== null ? { ...unix, text: unix.text.replaceAll('\n', '\r\n') } : unix;
  }
  const fuzzy = placeLikePatch(lines, hunks);
  if (fuzzy.ok) {
    return { ok: true, text: fuzzy.lines.join(''), hunks: fuzzy.hunks };
  }
  if (fuzzy.isApplied) {
    return { ok: false, hunk: fuzzy.hunk, reason: 'it is applied already', nearest: null };
  }
  const hunk = hunks[fuzzy.hunk - 1];
  return {
    ok: false,
    hunk: fuzzy.hunk,
    reason: 'its context is not in the file',
    nearest: hunk === undefined ? null : nearestContext(lines, hunk),
  };
}

const hasCarriageReturn = (hunk: Hunk): boolean => hunk.lines.some((line) => line.text.endsWith('\r'));

/** Lines with their line feeds; the last may lack it. */
function splitLines(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  return lines.length === 1 && lines[0] === '' ? [] : lines;
}

/**
 * The file diff with the line numbers of the places where its hunks went, so that they are exact in the text before
 * and after. Places in the mail stay what they are.
 */
export function relocate(file: FileDiff, placements: readonly Placement[]): FileDiff {
  const hunks = file.hunks
    .flatMap((hunk, index) => {
      const placement = placements[index];
      return placement === undefined ? [] : [{ hunk, oldLine: placement.oldLine }];
    })
    .sort((a, b) => a.oldLine - b.oldLine);
  let growth = 0;
  return {
    ...file,
    hunks: hunks.map(({ hunk, oldLine }) => {
      const moved = moveHunk(hunk, oldLine, oldLine + growth);
      growth += hunk.newLines - hunk.oldLines;
      return moved;
    }),
  };
}

/** `oldLine` and `newLine` are the first lines; a side without lines is numbered by the line before it, as in git. */
function moveHunk(hunk: Hunk, oldLine: number, newLine: number): Hunk {
  const oldStart = oldLine - Number(hunk.oldLines === 0);
  const newStart = newLine - Number(hunk.newLines === 0);
  if (oldStart === hunk.oldStart && newStart === hunk.newStart) {
    return hunk;
  }
  return {
    ...hunk,
    oldStart,
    newStart,
    lines: hunk.lines.map((line) => ({
      ...line,
      oldLine: line.oldLine === null ? null : line.oldLine + oldStart - hunk.oldStart,
      newLine: line.newLine === null ? null : line.newLine + newStart - hunk.newStart,
    })),
  };
}
