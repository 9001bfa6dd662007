import { isAnnotation } from './annotations.js';

/** The name of everything that a repaired fragment has made up. */
export const unknown = '__unknown';

/**
 * A function head from a hunk's section line, complete to its closing parenthesis: `static int foo(struct bio *bio)`.
 * A line cut at 80 characters keeps the parameters it shows. A line that is no function head gives a made-up one.
 */
export function signature(section: string): string {
  const text = section.replace(/\{.*$/, '').trim();
  const open = text.indexOf('(');
  if (
    open < 0 ||
    isAnnotation(text.slice(0, open).trim()) ||
    /[;=:]|^(?:struct|union|enum)\s+\w+\s*$|^\}/.test(text.slice(0, open)) ||
    text.endsWith(';')
  ) {
    return `static void ${unknown}(void)`;
  }
  const head = withType(text.slice(0, open));
  const { params, closed } = parameters(text.slice(open + 1));
  if (closed) return `${head}(${params.join(', ')})`;
  const last = params.at(-1)?.trim() ?? '';
  const whole = params.slice(0, -1);
  if (/^(?!(?:struct|const|unsigned|union|enum)$)\w[\w\s*]*$/.test(last)) whole.push(last);
  return `${head}(${whole.join(', ') || 'void'})`;
}

/** The section line as the beginning of a parameter list that the run continues. */
export function reopened(section: string): string {
  const text = section.trim();
  const open = text.indexOf('(');
  if (open < 0 || text.endsWith(';')) return `static void ${unknown}(`;
  const { params, closed } = parameters(text.slice(open + 1));
  const kept = closed ? [] : params.map((param) => param.trim()).filter((param) => param !== '');
  return `${withType(text.slice(0, open))}(${kept.map((param) => `${param}, `).join('')}`;
}

/** `struct foo {` from a section line that begins a struct, union or enum; null for other lines. */
export function aggregateHead(section: string): string | null {
  const head = /^(?:typedef\s+)?(?:static\s+|const\s+)*(?:struct|union|enum)\b[\w\s]*(?=\{?\s*$)/.exec(section)?.[0];
  return head === undefined ? null : `${head.trim()} {`;
}

/** Whether a section line begins an initialiser: `static const struct foo bar = {`. */
export function isInitialiser(section: string): boolean {
  return /^[^();]*=\s*\{?\s*$/.test(section);
}

/** Old code puts the return type on a line of its own. Macros that define functions keep their form. */
function withType(head: string): string {
  return /^\s*\w+\s*$/.test(head) && !/^\s*[A-Z][A-Z0-9_]+\s*$/.test(head) ? `void ${head.trim()}` : head;
}

/** Splits the text after `(` at its top-level commas; `closed` when the closing parenthesis is there. */
function parameters(text: string): { params: string[]; closed: boolean } {
  const params: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '(') depth++;
    else if (char === ')' && depth-- === 0) return { params: [...params, text.slice(start, at).trim()], closed: true };
    else if (char === ',' && depth === 0) {
      params.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return { params: [...params, text.slice(start)], closed: false };
}
