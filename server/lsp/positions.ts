import type { Range as LspRange, Position } from 'vscode-languageserver';
import type { Range } from '../text.js';

/** LSP counts lines and UTF-16 units from 0, `server/text.ts` from 1. */
export function toLspRange(range: Range): LspRange {
  return {
    start: { line: range.line - 1, character: range.column - 1 },
    end: { line: range.endLine - 1, character: range.endColumn - 1 },
  };
}

/** The way back. */
export function fromLspRange({ start, end }: LspRange): Range {
  return { line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

/** The range of a whole line without its indentation; `line` is 1-based, `text` the line's text. */
export function lineRange(line: number, text: string): LspRange {
  const indentation = text.length - text.trimStart().length;
  return {
    start: { line: line - 1, character: indentation },
    end: { line: line - 1, character: Math.max(indentation, text.trimEnd().length) },
  };
}

/** Whether the 1-based line and column lie in the range, its end included (a cursor stands between characters). */
export function contains(range: Range, line: number, column: number): boolean {
  const afterStart = line > range.line || (line === range.line && column >= range.column);
  const beforeEnd = line < range.endLine || (line === range.endLine && column <= range.endColumn);
  return afterStart && beforeEnd;
}

/** Whether two LSP ranges have a character or an end in common. */
export function touches(a: LspRange, b: LspRange): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** The C identifier at a cursor, with its range; null between words. */
export function wordAt(
  lineText: string,
  position: Position,
): { readonly word: string; readonly range: LspRange } | null {
  for (const match of lineText.matchAll(/[A-Za-z_]\w*/g)) {
    const end = match.index + match[0].length;
    if (match.index <= position.character && position.character <= end) {
      return {
        word: match[0],
        range: {
          start: { line: position.line, character: match.index },
          end: { line: position.line, character: end },
        },
      };
    }
  }
  return null;
}

/** A position that came over the wire; the beginning for anything else. */
export function readPosition(sent: unknown): Position {
  const { line, character } = (typeof sent === 'object' && sent !== null ? sent : {}) as Partial<Position>;
  return {
    line: Number.isInteger(line) ? Number(line) : 0,
    character: Number.isInteger(character) ? Number(character) : 0,
  };
}
