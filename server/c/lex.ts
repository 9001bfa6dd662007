/** A preprocessor line, continuation lines included. Offsets into the text; `end` is before the last newline. */
export interface Directive {
  readonly start: number;
  readonly end: number;
  /** `if`, `define`, …; empty for a lone `#`. */
  readonly name: string;
  /** What follows the name, comments and line continuations removed. */
  readonly rest: string;
}

/** A source text taken apart. All texts have the length and the newlines of the original. */
export interface Lexed {
  /** The text with its comments blanked. */
  readonly plain: string;
  /** `plain` with string contents turned into quotes and preprocessor lines blanked: safe to search for code. */
  readonly code: string;
  readonly directives: readonly Directive[];
}

const commentOrString =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[\s\S])*(?:"|$|(?=\n))|'(?:[^'\\\n]|\\[\s\S])*(?:'|$|(?=\n))/g;
const directiveLine = /^[ \t]*#(?:[^\n]*\\\r?\n)*[^\n]*/gm;

/** Blanks a text: every character but the newlines becomes a space. */
export function blank(text: string): string {
  return text.replace(/[^\n]+/g, (line) => ' '.repeat(line.length));
}

/** Stands for a newline inside a comment, which does not end a preprocessor line. */
const commentNewline = '\ue000';

/** Separates comments, strings, preprocessor lines and code. Unterminated comments run to the end of the text. */
export function lex(text: string): Lexed {
  const marked = text.replace(commentOrString, (token) =>
    token.startsWith('/') ? blank(token).replaceAll('\n', commentNewline) : token,
  );
  const restore = (part: string) =>
    part.replaceAll(commentNewline, (_, at: number) => (text.charAt(at) === '\n' ? '\n' : ' '));
  const quoted = marked.replace(commentOrString, (token) => token.replace(/[^\n]/g, token.charAt(0)));
  const directives: Directive[] = [];
  const code = quoted.replace(directiveLine, (line, start: number) => {
    const words = /^\s*#\s*(\w*)/.exec(line);
    const rest = marked.slice(start + (words?.[0].length ?? 0), start + line.length);
    const joined = rest
      .replace(/\\\r?\n/g, ' ')
      .replaceAll(commentNewline, ' ')
      .trim();
    directives.push({ start, end: start + line.length, name: words?.[1] ?? '', rest: joined });
    return line.replace(/[^\n\ue000]/g, ' ');
  });
  return { plain: restore(marked), code: restore(code), directives };
}

/** A replacement of `[start, end)` by a text of the same length. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An edit that lays `replacement` over `[start, end)` of `text`, padded with blanks; newlines stay. */
export function overlay(text: string, start: number, end: number, replacement = ''): Edit {
  const blanks = blank(text.slice(start, end));
  const head = blanks.slice(0, replacement.length);
  return {
    start,
    end,
    text: head.includes('\n') ? blanks : replacement.slice(0, head.length) + blanks.slice(head.length),
  };
}

/** Applies edits; of two that overlap the one that starts first (or is longer) wins. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (edit.start < at) continue;
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
