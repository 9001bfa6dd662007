import { readTable } from '../table.js';
import { after } from './brackets.js';
import { type Edit, overlay } from './lex.js';
import table from './mask.yaml';

interface Annotation {
  readonly why: string;
  readonly args: 'none' | 'optional' | 'required';
  /** Separated by blanks. */
  readonly words: string;
}

interface Block {
  readonly why: string;
  readonly match: string;
  readonly form: 'loop' | 'once';
}

interface MaskTable {
  readonly annotations: readonly Annotation[];
  readonly blocks: readonly Block[];
  readonly definitions: readonly { readonly why: string; readonly match: string }[];
}

const data: MaskTable = readTable(table);
const argsOf = new Map(
  data.annotations.flatMap((entry) => entry.words.split(/\s+/).map((word) => [word, entry.args] as const)),
);
const blocks = data.blocks.map((entry) => ({ form: entry.form, match: new RegExp(`^(?:${entry.match})$`) }));
const systemCall = new RegExp(`^(?:${data.definitions.map((entry) => entry.match).join('|')})$`);

/** Whether a word is one of the annotations that are blanked. */
export function isAnnotation(word: string): boolean {
  return argsOf.has(word);
}

/** Whether a macro of this name has a body, and how often it runs it: any number of times, or once. */
export function blockForm(name: string): 'loop' | 'once' | null {
  return blocks.find((entry) => entry.match.test(name))?.form ?? null;
}

/** Whether a macro defines a function whose arguments alternate types and names. */
export function isSystemCall(name: string): boolean {
  return systemCall.test(name);
}

/** Edits that blank the annotations of mask.yaml, and turn `typeof(…)` into one type name. */
export function annotationEdits(code: string, matches: ReadonlyMap<number, number>): Edit[] {
  const edits: Edit[] = [];
  for (const found of code.matchAll(/\b(?:_\w+|no\w+|asmlinkage|randomized_\w+|typeof\w*)\b/g)) {
    const word = found[0];
    const end = found.index + word.length;
    const close = matches.get(after(code, end));
    if (/^(?:__)?typeof(?:__|_unqual|_member)?$/.test(word)) {
      if (close !== undefined && !code.slice(found.index, close).includes('\n')) {
        const name = code.slice(found.index, close + 1).replace(/\W/g, '_');
        edits.push({ start: found.index, end: close + 1, text: name });
      }
      continue;
    }
    const args = argsOf.get(word);
    if (args === undefined || (args === 'required' && close === undefined)) continue;
    edits.push(overlay(code, found.index, args === 'none' || close === undefined ? end : close + 1));
  }
  return edits;
}
