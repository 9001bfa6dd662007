import type { FileImage, Hunk, Patch } from '../series/types.js';

/** A hunk of a patch, by the places of the file in the patch and of the hunk in the file. */
export interface HunkRef {
  readonly file: number;
  readonly hunk: number;
}

/** The hunks that make the difference, by `violationKey`: without one of them what the key names would not be so. */
export interface Blame {
  /** For violations that the patch leading to this state brings. */
  readonly causes: ReadonlyMap<string, readonly HunkRef[]>;
  /** For those of this state that the next patch repairs. */
  readonly repairs: ReadonlyMap<string, readonly HunkRef[]>;
}

export const noBlame: Blame = { causes: new Map(), repairs: new Map() };

/** More are not tried one by one. */
const mostHunks = 12;

/** The hunks of a patch in whole files of these paths; none if they are too many to be tried. */
export function hunksIn(patch: Patch, files: ReadonlyMap<string, FileImage>): readonly HunkRef[] {
  const refs = patch.files.flatMap(({ newPath, hunks }, file) =>
    newPath !== null && files.get(newPath)?.known === null ? hunks.map((_, hunk) => ({ file, hunk })) : [],
  );
  return refs.length > mostHunks ? [] : refs;
}

/** The files that a patch leaves, as they would be without one of its hunks. */
export function withoutHunk(
  files: ReadonlyMap<string, FileImage>,
  patch: Patch,
  { file, hunk }: HunkRef,
): ReadonlyMap<string, FileImage> {
  const diff = patch.files[file];
  const image = diff?.newPath ? files.get(diff.newPath) : undefined;
  const undone = diff?.hunks[hunk];
  if (!image || !undone) return files;
  return new Map(files).set(image.path, { ...image, text: undo(image.text, undone) });
}

/** Takes out the lines that a hunk added, and puts back those that it deleted. */
function undo(text: string, { newStart, newLines, lines }: Hunk): string {
  const result = text.split('\n');
  let at = newLines === 0 ? newStart : newStart - 1 + newLines;
  for (const line of lines.toReversed()) {
    if (line.kind === 'delete') {
      result.splice(at, 0, line.text);
      continue;
    }
    at = (line.newLine ?? at + 1) - 1;
    if (line.kind === 'add') result.splice(at, 1);
  }
  return result.join('\n');
}
