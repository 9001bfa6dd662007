import type { CFile, CFunction, Expr, Stmt } from '../c/types.js';
import { type Call, callsIn, enclosing } from '../c/walk.js';
import type { Value } from '../kernel/types.js';
import type { Range } from '../text.js';

/** A change of the text of one file. */
export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** Adds a flag to a flags argument: `0` becomes the flag, anything else is or-ed with it. */
export function addFlag(flags: Value, flag: string): Edit {
  const text = flags.text.trim();
  const operand = /^[\w|\s]+$/.test(text) ? text : `(${text})`;
  return { range: flags.range, text: text === '0' ? flag : `${operand} | ${flag}` };
}

/** Makes the statement around a place run only if `condition` holds; null when it is no statement of its own. */
export function guardStatement(file: CFile, place: Range, condition: string): Edit | null {
  const stmt = simpleStatementAt(file, place);
  if (stmt === null) return null;
  const { lines, indentation } = linesOf(file, stmt.range);
  return { range: wholeLines(file, stmt.range), text: `${indentation}if (${condition})\n${indented(lines)}` };
}

/**
 * Checks the result of the call at a place: `x = f()` gets `if (!x) return` behind it, an `int` result that is
 * dropped becomes the condition. Null for any other shape, where only a human knows what to do.
 */
export function checkResult(file: CFile, place: Range, gives: 'pointer' | 'errno'): Edit | null {
  const stmt = simpleStatementAt(file, place);
  const fn = functionAt(file, place);
  if (stmt === null || fn === null) return null;
  const { lines, indentation } = linesOf(file, stmt.range);
  const leave = `${indentation}\t${returnFor(fn)}`;
  const { expr } = stmt;
  if (expr.kind === 'assign') {
    const test = gives === 'pointer' ? `!${operandText(expr.left)}` : expr.left.text;
    return { range: wholeLines(file, stmt.range), text: `${lines.join('\n')}\n${indentation}if (${test})\n${leave}` };
  }
  if (expr.kind !== 'call' || gives !== 'errno') return null;
  const source = lines.join('\n').trim().replace(/;$/, '');
  return { range: wholeLines(file, stmt.range), text: `${indentation}if (${source})\n${leave}` };
}

/** The first call in evaluation order that has a line in common with a place. */
export function callAt(file: CFile, place: Range): Call | null {
  const fn = functionAt(file, place);
  const calls = callsIn(fn?.body ?? []).filter(({ call }) => overlaps(call.range, place));
  return calls[0]?.call ?? null;
}

/** The function that a place lies in. */
export function functionAt(file: CFile, place: Range): CFunction | null {
  return file.functions.find((fn) => fn.range.line <= place.line && place.endLine <= fn.range.endLine) ?? null;
}

/** The expression statement around a place, if it has its lines for itself. */
function simpleStatementAt(file: CFile, place: Range): Extract<Stmt, { kind: 'expr' }> | null {
  const stmt = enclosing(functionAt(file, place)?.body ?? [], place).at(-1);
  if (stmt?.kind !== 'expr') return null;
  const source = file.text.split('\n');
  const before = (source[stmt.range.line - 1] ?? '').slice(0, stmt.range.column - 1);
  const after = (source[stmt.range.endLine - 1] ?? '').slice(stmt.range.endColumn - 1);
  return before.trim() === '' && /^;?\s*$/.test(after) ? stmt : null;
}

function linesOf(file: CFile, { line, endLine }: Range): { lines: readonly string[]; indentation: string } {
  const lines = file.text.split(/\r?\n/).slice(line - 1, endLine);
  return { lines, indentation: /^\s*/.exec(lines[0] ?? '')?.[0] ?? '' };
}

function wholeLines(file: CFile, { line, endLine }: Range): Range {
  const last = file.text.split(/\r?\n/)[endLine - 1] ?? '';
  return { line, column: 1, endLine, endColumn: last.length + 1 };
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? line : `\t${line}`)).join('\n');
}

/** What a function of this type returns when memory is short; kernel functions that return int return -errno. */
function returnFor({ returnType }: CFunction): string {
  if (returnType.includes('*')) return 'return NULL;';
  return /\bvoid\b/.test(returnType) ? 'return;' : 'return -ENOMEM;';
}

function operandText(expr: Expr): string {
  return ['name', 'field', 'index', 'call'].includes(expr.kind) ? expr.text : `(${expr.text})`;
}

function overlaps(a: Range, b: Range): boolean {
  return a.line <= b.endLine && b.line <= a.endLine;
}
