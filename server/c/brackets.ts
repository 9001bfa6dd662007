/** What an open bracket holds. `code`: statements; `init`: a brace initialiser; `paren`: `(` or `[`. */
export type Context = 'file' | 'code' | 'struct' | 'enum' | 'init' | 'paren';

/** The open brackets at a place, innermost first; linked, so that a state can be kept and compared cheaply. */
export interface Open {
  readonly context: Context;
  readonly offset: number;
  readonly outer: Open | null;
}

/** Outside all brackets. */
export const atFile: Open = { context: 'file', offset: -1, outer: null };

/** Offset of the last character before `offset` that is no white space, or -1. */
export function before(code: string, offset: number): number {
  let at = offset - 1;
  while (at >= 0 && code.charCodeAt(at) <= 32) at--;
  return at;
}

/** Offset of the first character at or after `offset` that is no white space, or the length of `code`. */
export function after(code: string, offset: number): number {
  let at = offset;
  while (at < code.length && code.charCodeAt(at) <= 32) at++;
  return at;
}

/** The word that ends at `offset` (inclusive), or ''. */
export function wordAt(code: string, offset: number): string {
  let at = offset;
  while (at >= 0 && /\w/.test(code.charAt(at))) at--;
  return code.slice(at + 1, offset + 1);
}

/** The context that the bracket at `offset` opens inside `open`. */
function contextOf(code: string, offset: number, open: Open): Context {
  if (code.charAt(offset) !== '{') return 'paren';
  const last = before(code, offset);
  const char = code.charAt(last);
  if (char === '=') return 'init';
  if (open.context === 'init') return 'init';
  if (char === '(') return 'code';
  if (open.context === 'paren') return char === ')' ? 'init' : 'code';
  if (char === ')') return closesCast(code, last) ? 'init' : 'code';
  if (!/\w/.test(char)) return 'code';
  const statement = code.slice(Math.max(0, offset - 200), offset);
  const head = /(?:^|[;{}()])([^;{}()]*)$/.exec(statement)?.[1] ?? '';
  const keyword = /\b(struct|union|enum)\b[\w\s:]*$/.exec(head)?.[1];
  return keyword === undefined ? 'code' : keyword === 'enum' ? 'enum' : 'struct';
}

/** Whether the `)` at `offset` closes the type of a compound literal: `= (struct foo) {`. */
function closesCast(code: string, offset: number): boolean {
  let depth = 0;
  for (let at = offset; at >= 0 && at > offset - 200; at--) {
    const char = code.charAt(at);
    if (char === ')') depth++;
    else if (char === '(' && --depth === 0) {
      const last = before(code, at);
      return '=(,&?:'.includes(code.charAt(last) || ' ') || wordAt(code, last) === 'return';
    }
  }
  return false;
}

/** `{`, `}`, `[`, `]`, `(` or `)`. Nearly all characters are none, and this is asked of each. */
function isBracket(char: number): boolean {
  switch (char) {
    case 0x28:
    case 0x29:
    case 0x5b:
    case 0x5d:
    case 0x7b:
    case 0x7d:
      return true;
    default:
      return false;
  }
}

/** Follows the brackets of `code` from `start` to `end`; a closing bracket without an opening one is ignored. */
export function follow(code: string, start: number, end: number, from: Open): Open {
  let open = from;
  for (let at = start; at < end; at++) if (isBracket(code.charCodeAt(at))) open = step(code, at, open);
  return open;
}

/** The open brackets after the character at `at`. */
export function step(code: string, at: number, open: Open): Open {
  switch (code.charCodeAt(at)) {
    case 0x7b: // {
    case 0x28: // (
    case 0x5b: // [
      return { context: contextOf(code, at, open), offset: at, outer: open };
    case 0x29: // )
    case 0x5d: // ]
      return open.context === 'paren' && open.outer ? open.outer : open;
    case 0x7d: {
      let brace: Open | null = open;
      while (brace?.context === 'paren') brace = brace.outer;
      return brace?.outer ?? atFile;
    }
    default:
      return open;
  }
}

/** For every opening bracket of `code` that has one, the offset of its closing bracket. */
export function matchBrackets(code: string): ReadonlyMap<number, number> {
  const matches = new Map<number, number>();
  let open = atFile;
  for (let at = 0; at < code.length; at++) {
    if (!isBracket(code.charCodeAt(at))) continue;
    const was = open;
    open = step(code, at, was);
    if (open === was.outer) matches.set(was.offset, at);
  }
  return matches;
}
