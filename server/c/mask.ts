import { annotationEdits } from './annotations.js';
import { matchBrackets } from './brackets.js';
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
 * variants.ts for `#if`, macros.ts for macro calls. Strings are left alone, comments become blanks.
 */
export function mask(text: string): Masked {
  const lexed = lex(text);
  let { plain, code } = resolveVariants(lexed);
  const pass = (edits: readonly Edit[]) => {
    plain = applyEdits(plain, edits);
    code = applyEdits(code, edits);
  };
  pass(annotationEdits(code, matchBrackets(code)));
  pass(macroEdits(code, matchBrackets(code)));
  return { text: plain, lexed };
}
