import { Edit, type Tree } from 'web-tree-sitter';
import { common } from './carry.js';
import { type Masked, mask } from './mask.js';
import type { CParser, Wants } from './parser.js';
import { remask } from './remask.js';
import type { CFile } from './types.js';

/**
 * A C file that is being edited. An edit may change the mask far from where it happens (a brace, an `#endif`), so the
 * masked texts are compared and the parser is told of the span in which they differ.
 */
export class CDocument {
  readonly path: string;
  readonly #parser: CParser;
  readonly #wants: Wants | undefined;
  #text: string;
  #masked: Masked;
  #tree: Tree;
  #file: CFile | null = null;
  /** The last version that was asked for. */
  #last: CFile | null = null;

  constructor(parser: CParser, path: string, text: string, wants?: Wants) {
    this.path = path;
    this.#parser = parser;
    this.#wants = wants;
    this.#text = text;
    this.#masked = mask(text);
    this.#tree = parser.parseTree(this.#masked);
  }

  get text(): string {
    return this.#text;
  }

  /** The file as plain data, converted when first asked for after an edit. */
  get file(): CFile {
    this.#file ??= this.#parser.convert(this.path, this.#text, this.#masked, this.#tree, {
      ...(this.#wants && { wants: this.#wants }),
      like: this.#last,
    });
    this.#last = this.#file;
    return this.#file;
  }

  /** Replaces the whole text, parsing again only what differs. */
  update(text: string): void {
    const part = remask(this.#text, this.#masked, text);
    const masked = part?.masked ?? mask(text);
    const edit = difference(this.#masked.text, masked.text, part ?? undefined);
    this.#text = text;
    this.#masked = masked;
    this.#file = null;
    if (!edit) return;
    this.#tree.edit(edit);
    const old = this.#tree;
    this.#tree = this.#parser.parseTree(masked, old);
    old.delete();
  }

  /** Frees the syntax tree; the document must not be used afterwards. */
  dispose(): void {
    this.#tree.delete();
  }
}

/** The one span in which two texts differ, which is known to be `within` a part of them, or null when they are equal. */
function difference(
  before: string,
  after: string,
  within = { start: 0, oldEnd: before.length, newEnd: after.length },
): Edit | null {
  const was = before.slice(within.start, within.oldEnd);
  const is = after.slice(within.start, within.newEnd);
  if (was === is) return null;
  const [head, tail] = common(was, is);
  const start = within.start + head;
  const oldEnd = within.oldEnd - tail;
  const newEnd = within.newEnd - tail;
  return new Edit({
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, oldEnd),
    newEndPosition: pointAt(after, newEnd),
  });
}

/** Row and column as the parser counts them (UTF-16 units). */
function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) row++;
  return { row, column: offset === 0 ? 0 : offset - (text.lastIndexOf('\n', offset - 1) + 1) };
}
