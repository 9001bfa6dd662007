import { clean } from '../review/formats/clean.js';
import type { FileDiff, Hunk, Patch, Reading } from '../series/types.js';

/** A part of a patch document, with the 1-based lines it covers, inclusive. */
export interface Part {
  readonly kind: 'patch' | 'file' | 'hunk';
  readonly name: string;
  readonly detail: string;
  readonly line: number;
  readonly endLine: number;
  readonly parts: readonly Part[];
}

/** What a document holds, in the order of its lines: patches, their files, their hunks. */
export function outlineOf(reading: Reading, document: string): readonly Part[] {
  return reading.series
    .flatMap((series) => series.patches.map((patch) => ({ patch, total: series.total })))
    .filter(({ patch }) => patch.document === document)
    .sort((a, b) => a.patch.line - b.patch.line)
    .map(({ patch, total }) => patchPart(patch, total));
}

function patchPart(patch: Patch, total: number): Part {
  return {
    kind: 'patch',
    name: clean(patch.subject) || `Patch ${patch.index}`,
    detail: total > 1 ? `${patch.index}/${total}` : '',
    line: patch.line,
    endLine: patch.endLine,
    parts: patch.files.map(filePart),
  };
}

function filePart(file: FileDiff): Part {
  const parts = file.hunks.map(hunkPart);
  return {
    kind: 'file',
    name: clean(file.newPath ?? file.oldPath ?? 'unnamed file'),
    detail: file.change === 'modify' ? '' : file.change,
    line: file.line,
    endLine: parts.at(-1)?.endLine ?? file.line,
    parts,
  };
}

function hunkPart(hunk: Hunk): Part {
  return {
    kind: 'hunk',
    name: clean(hunk.section.trim()) || `Line ${hunk.newStart}`,
    detail: `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    line: hunk.line,
    endLine: hunk.lines.at(-1)?.line ?? hunk.line,
    parts: [],
  };
}
