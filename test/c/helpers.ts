import { readFileSync } from 'node:fs';
import { openParser } from '../../server/c/parser.js';
import type { CFile, CFunction, Expr, Stmt } from '../../server/c/types.js';
import { callsIn } from '../../server/c/walk.js';

/** One parser for a test file; vitest runs each test file in a process of its own. */
export const parser = await openParser();

export const driver = readFileSync(new URL('../fixtures/c/driver.c', import.meta.url), 'utf8');

/** Parses a text as `toy.c`. */
export function parse(text: string): CFile {
  return parser.parse('toy.c', text);
}

/** The function of that name; throws when the file has none. */
export function fn(file: CFile, name: string): CFunction {
  const found = file.functions.find((one) => one.name === name);
  if (!found) throw new Error(`no function ${name}`);
  return found;
}

/** The statements of a function body given as text. */
export function body(text: string): readonly Stmt[] {
  return fn(parse(`static void f(void)\n{\n${text}\n}\n`), 'f').body ?? [];
}

/** The call of `callee` in a function. */
export function call(of: CFunction, callee: string): Expr {
  const found = callsIn(of.body ?? []).find((one) => one.call.callee.text === callee);
  if (!found) throw new Error(`no call of ${callee}`);
  return found.call;
}
