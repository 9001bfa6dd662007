import { atFile, before, follow, type Open, wordAt } from './brackets.js';
import { openDirectives, type Splice } from './fragment-head.js';
import { lex } from './lex.js';
import { resolveVariants } from './variants.js';

/** What must stand after a run, given what was put before it, to close everything the two leave open. */
export function closingOf(run: string, opening: Splice): Splice {
  const text = `${'#ifdef __UNKNOWN\n'.repeat(opening.directives)}${opening.code}\n${run}\n`;
  const lexed = lex(text);
  const directives = openDirectives(lexed).after;
  const { code } = resolveVariants(lex(`${text}${'#endif\n'.repeat(directives)}`));
  const comment = endsInComment(text) ? '*/ ' : '';
  return { directives, code: `${comment}${closers(code)}`.trim() };
}

function endsInComment(text: string): boolean {
  const rest = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"/g, '');
  return rest.includes('/*');
}

function closers(code: string): string {
  const last = before(code, code.length);
  let tail = code.slice(Math.max(0, last - 20), last + 1);
  let text = '';
  for (let open = follow(code, 0, code.length, atFile); open.outer; open = open.outer) {
    const bracket = code.charAt(open.offset);
    const close = bracket === '(' ? ')' : bracket === '[' ? ']' : '}';
    const isDefinition = close === '}' && open.context !== 'code' && /^(?:file|code|struct)$/.test(open.outer.context);
    const isDo = close === '}' && wordAt(code, before(code, open.offset)) === 'do';
    const end = isDo ? ' while (0);' : isDefinition ? ';' : '';
    text += `${finishItem(code, open, tail)}${close}${end}`;
    tail = end === '' ? close : ';';
  }
  return tail === '' || /[;}]$/.test(tail) ? text : `${text};`;
}

/** What the innermost unfinished item needs before its bracket can be closed. */
function finishItem(code: string, open: Open, tail: string): string {
  const operand = tail.endsWith('?')
    ? ' __unknown : __unknown'
    : /(?:[=+\-*/&|<>!?%^~.,]|\breturn)$/.test(tail)
      ? ' __unknown'
      : '';
  switch (open.context) {
    case 'paren': {
      const isFor = wordAt(code, before(code, open.offset)) === 'for';
      if (isFor) return `${operand}${';'.repeat(Math.max(0, 2 - semicolons(code, open.offset)))}`;
      if (open.outer?.context === 'file') return tail.endsWith(',') ? ' ...' : '';
      return tail.endsWith('(') ? '__unknown' : operand;
    }
    case 'code':
      return /[;{}]$/.test(tail) ? '' : `${tail.endsWith('}') ? '' : operand}; `;
    case 'struct':
      return /[;{}]$/.test(tail) ? '' : '; ';
    case 'init':
      return tail.endsWith(',') ? '' : operand;
    default:
      return '';
  }
}

function semicolons(code: string, from: number): number {
  return code.slice(from).match(/;/g)?.length ?? 0;
}
