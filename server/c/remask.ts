import { atFile, follow } from './brackets.js';
import { common } from './carry.js';
import { type Directive, lex } from './lex.js';
import { type Masked, mask } from './mask.js';

const closingOf = new Map(['{}', '()', '[]'].map(([open = '', close = '']) => [open, close]));

/** What an edit makes of a masked text: the text masked anew, and the part of it, old and new, that may differ. */
export interface Remasked {
  readonly masked: Masked;
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/**
 * Masks a text again of which only the body of one function is another, by masking no more than that function and what stands
 * before it. Null where the edit may matter outside of it: a bracket or a comment that stays open, a directive, an `#if` around.
 */
export function remask(before: string, old: Masked, text: string): Remasked | null {
  const [head, tail] = common(before, text);
  const start = startOfItems(before, head, old.lexed.directives);
  const last = before.indexOf('\n}', Math.max(before.length - tail - 1, head)) + 2;
  if (start === null || last < 2) return null;
  const by = text.length - before.length;
  const was = before.slice(start, last);
  const is = text.slice(start, last + by);
  if (!standsAlone(was, head - start) || !standsAlone(is, head - start)) return null;
  const then = mask(was);
  if (
    then.text !== old.text.slice(start, last) ||
    then.lexed.plain !== old.lexed.plain.slice(start, last) ||
    then.lexed.code !== old.lexed.code.slice(start, last) ||
    follow(old.lexed.code, 0, start, atFile) !== atFile
  )
    return null;
  const now = mask(is);
  const splice = (whole: string, part: string) => whole.slice(0, start) + part + whole.slice(last);
  return {
    masked: {
      text: splice(old.text, now.text),
      lexed: {
        plain: splice(old.lexed.plain, now.lexed.plain),
        code: splice(old.lexed.code, now.lexed.code),
        directives: old.lexed.directives.map((line) => (line.start < start ? line : moved(line, by))),
      },
    },
    start,
    oldEnd: last,
    newEnd: last + by,
  };
}

/** Where the items begin of which the one at `offset` is the last: behind a `}` or a directive. Null inside of an `#if`. */
function startOfItems(text: string, offset: number, directives: readonly Directive[]): number | null {
  let depth = 0;
  let start = offset === 0 ? 0 : text.lastIndexOf('\n}', offset - 1) + 1;
  for (const { name, start: from, end } of directives) {
    if (from >= offset) break;
    if (name.startsWith('if')) depth++;
    else if (name === 'endif') depth--;
    start = Math.max(start, end);
  }
  const line = text.indexOf('\n', start) + 1;
  return depth > 0 || line === 0 || line > offset ? null : line;
}

/** Whether a text is items of C that end in a function which `offset` is in the body of, and has no directives. */
function standsAlone(text: string, offset: number): boolean {
  const { code, directives } = lex(text);
  if (directives.length > 0 || !code.endsWith('}')) return false;
  const body = code.lastIndexOf('\n{', offset);
  if (body < 0 || body >= offset) return false;
  const open: string[] = [];
  for (const [bracket] of code.matchAll(/[{}()[\]]/g)) {
    const closing = closingOf.get(bracket);
    if (closing) open.push(closing);
    else if (open.pop() !== bracket) return false;
  }
  return open.length === 0;
}

function moved(line: Directive, by: number): Directive {
  return { ...line, start: line.start + by, end: line.end + by };
}
