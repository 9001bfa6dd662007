import { newLineOf, oldLineOf } from './positions.js';
import type { DiffLine, FileDiff, FileImage } from './types.js';

/** No source file is longer; a hunk header that says so would only cost memory. */
const lastLine = 250_000;

const isPlausible = (line: number): boolean => line >= 1 && line <= lastLine;

/** What is known of a file in one state: text by line number, and the function lines of hunk headers. */
interface Sparse {
  readonly lines: ReadonlyMap<number, string>;
  readonly sections: ReadonlyMap<number, string>;
}

/** A hunk that shows a line otherwise than an earlier patch of the series left it. */
export interface Contradiction {
  /** 1-based number of the hunk in its file. */
  readonly hunk: number;
  /** The old line in question. */
  readonly line: number;
}

/**
 * One file through the patches of a series, known from their hunks only. Old lines that a later patch shows are traced
 * back through the earlier ones to the file before the first patch, so every state knows what any patch shows of it.
 */
export class HunkChain {
  readonly #base = new Map<number, string>();
  readonly #sections = new Map<number, string>();
  readonly #steps: { readonly file: FileDiff; readonly added: ReadonlyMap<number, string> }[] = [];

  /** Adds the next patch's part. When it contradicts what is known, nothing is added and the place is returned. */
  add(file: FileDiff): Contradiction | null {
    const learnt = new Map<number, string>();
    const sections = new Map<number, string>();
    for (const [index, hunk] of file.hunks.entries()) {
      for (const { oldLine, text } of hunk.lines) {
        if (oldLine === null || !isPlausible(oldLine)) {
          continue;
        }
        const origin = this.#trace(oldLine);
        const known = 'text' in origin ? origin.text : (learnt.get(origin.base) ?? this.#base.get(origin.base));
        if (known !== undefined && known !== text) {
          return { hunk: index + 1, line: oldLine };
        }
        if ('base' in origin && isPlausible(origin.base)) {
          learnt.set(origin.base, text);
        }
      }
      const first = hunk.lines.find((line: DiffLine) => line.oldLine !== null)?.oldLine ?? null;
      const origin = first === null || hunk.section === '' ? null : this.#trace(first);
      if (origin !== null && 'base' in origin) {
        sections.set(origin.base, hunk.section);
      }
    }
    for (const [line, text] of learnt) {
      this.#base.set(line, text);
    }
    for (const [line, text] of sections) {
      this.#sections.set(line, text);
    }
    this.#steps.push({ file, added: addedLines(file) });
    return null;
  }

  /** The line of the base that a line of the newest state was, or the text of the patch that added it. */
  #trace(newest: number): { readonly base: number } | { readonly text: string } {
    let line = newest;
    for (const { file, added } of this.#steps.toReversed()) {
      const before = oldLineOf(file, line);
      if (before === null) {
        return { text: added.get(line) ?? '' };
      }
      line = before;
    }
    return { base: line };
  }

  /** The states in order: before the first patch, then after each. Take them once all patches are added. */
  images(): FileImage[] {
    let state: Sparse = { lines: this.#base, sections: this.#sections };
    const images = [imageOf(state)];
    for (const { file, added } of this.#steps) {
      state = {
        lines: new Map([...moved(state.lines, file), ...added]),
        sections: new Map(moved(state.sections, file)),
      };
      images.push(imageOf(state));
    }
    return images;
  }
}

function addedLines(file: FileDiff): Map<number, string> {
  const added = new Map<number, string>();
  for (const { kind, newLine, text } of file.hunks.flatMap((hunk) => hunk.lines)) {
    if (kind === 'add' && newLine !== null && isPlausible(newLine)) {
      added.set(newLine, text);
    }
  }
  return added;
}

function moved(lines: ReadonlyMap<number, string>, file: FileDiff): [number, string][] {
  return [...lines].flatMap(([line, text]): [number, string][] => {
    const after = newLineOf(file, line);
    return after === null || !isPlausible(after) ? [] : [[after, text]];
  });
}

/** The image without its path, which the stack knows. */
function imageOf({ lines, sections }: Sparse): FileImage {
  const known: { line: number; endLine: number }[] = [];
  let text = '';
  let next = 1;
  for (const line of [...lines.keys()].sort((a, b) => a - b)) {
    const range = known.at(-1);
    if (range !== undefined && range.endLine + 1 === line) {
      range.endLine = line;
    } else {
      known.push({ line, endLine: line });
    }
    text += `${'\n'.repeat(line - next)}${lines.get(line) ?? ''}\n`;
    next = line + 1;
  }
  return {
    path: '',
    text,
    known,
    sections: known.flatMap(({ line }) => {
      const section = sections.get(line);
      return section === undefined ? [] : [{ line, text: section }];
    }),
  };
}
