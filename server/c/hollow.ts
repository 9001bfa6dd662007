import { before } from './brackets.js';
import { type Edit, overlay } from './lex.js';

/**
 * Edits that empty the bodies of functions that nobody wants, so that the parser need not read them. `plain` is the text to
 * ask about, as long as `code`. Gives none where brackets do not match.
 */
export function hollowEdits(
  code: string,
  matches: ReadonlyMap<number, number>,
  plain: string,
  wants: (functionText: string) => boolean,
): Edit[] {
  const edits: Edit[] = [];
  const token = /[{;]/g;
  /** Where the item at hand begins. */
  let item = 0;
  for (let found = token.exec(code); found; found = token.exec(code)) {
    const at = found.index;
    if (found[0] === '{') {
      const close = matches.get(at);
      if (close === undefined) return [];
      token.lastIndex = close + 1;
      // An initialiser may begin with a cast; a function has no `=` before its body.
      const isBody = code.charAt(before(code, at)) === ')' && !code.slice(item, at).includes('=');
      if (isBody && !wants(plain.slice(item, close + 1))) edits.push(overlay(code, at + 1, close));
      if (!isBody) continue;
    }
    item = token.lastIndex;
  }
  return edits;
}
