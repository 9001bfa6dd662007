import type { Position, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** A text with its markers taken out. */
export interface Marked {
  readonly text: string;
  /** Places marked `<|>`, in order. */
  readonly positions: readonly Position[];
  /** Ranges marked `<|…|>`, in order. */
  readonly ranges: readonly Range[];
}

/** Reads a text in which `<|>` marks cursors and `<|…|>` ranges, as in Langium's tests; ranges do not nest. */
export function readMarkers(marked: string): Marked {
  const cursors: number[] = [];
  const spans: { start: number; end: number }[] = [];
  let text = '';
  let from = 0;
  for (const match of marked.matchAll(/<\|>|<\||\|>/g)) {
    text += marked.slice(from, match.index);
    from = match.index + match[0].length;
    const last = spans.at(-1);
    if (match[0] === '<|>') cursors.push(text.length);
    else if (match[0] === '<|') spans.push({ start: text.length, end: text.length });
    else if (last) last.end = text.length;
  }
  text += marked.slice(from);
  const document = TextDocument.create('memory:', 'c', 1, text);
  return {
    text,
    positions: cursors.map((offset) => document.positionAt(offset)),
    ranges: spans.map(({ start, end }) => ({ start: document.positionAt(start), end: document.positionAt(end) })),
  };
}
