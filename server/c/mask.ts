import { annotationEdits } from './annotations.js';
import { matchBrackets } from './brackets.js';
import { hollowEdits } from './hollow.js';
import { applyEdits, type Edit, type Lexed, lex } from './lex.js';
import { macroEdits } from './macros.js';
import { resolveVariants } from './variants.js';

/** A masked text and what it was made from. All texts have the same length and the same newlines. */
export interface Masked {
  /** What the parser reads. */
  readonly text: string;
  readonly lexed: Lexed;
}

/**
 * Rewrites kernel C, without moving anything, into C that tree-sitter's grammar reads: see mask.yaml for the words,
 * variants.ts for `#if`, macros.ts for macro calls. Strings are left alone, comments become blanks. Functions whose text
 * `wants` refuses lose what is in their bodies.
 */
export function mask(text: string, wants: ((functionText: string) => boolean) | null = null): Masked {
  const lexed = lex(text);
  let { plain, code } = resolveVariants(lexed);
  const pass = (edits: readonly Edit[]) => {
    plain = applyEdits(plain, edits);
    code = applyEdits(code, edits);
  };
  if (wants) pass(hollowEdits(code, matchBrackets(code), lexed.plain, wants));
  pass(annotationEdits(code, matchBrackets(code)));
  pass(macroEdits(code, matchBrackets(code)));
  return { text: plain, lexed };
}
