import { type Layout, layoutOf } from '../c/layout.js';
import type { CFile } from '../c/types.js';
import { declaresWork } from '../model/extract/works.js';

/** Where the answer to a question about code comes from. */
export interface Basis {
  readonly layouts: readonly Layout[];
  /** Names of the functions that were looked at. */
  readonly consulted: ReadonlySet<string>;
}

/** The line of a file where a line of the earlier one is now; null if what stood there is not the same. */
export type Move = (path: string, line: number) => number | null;

const stay: Move = (_, line) => line;

/** What the answer rests on, or null when that cannot be told from functions: an annotation stands in one of the files. */
export function basisOf(files: readonly CFile[], consulted: ReadonlySet<string>): Basis | null {
  if (files.some(({ text }) => text.includes('rescuer:'))) return null;
  return { layouts: files.map(layoutOf), consulted };
}

/**
 * How lines have moved since, or null when something that the answer rests on has changed. Functions that were not looked
 * at may have changed in any way that does not show outside.
 */
export function sameCode({ layouts, consulted }: Basis, files: readonly CFile[]): Move | null {
  if (layouts.length !== files.length) return null;
  const now = new Map<string, Layout>();
  for (const [i, before] of layouts.entries()) {
    const file = files[i];
    if (file?.path !== before.path) return null;
    const after = layoutOf(file);
    if (after !== before && !isSame(before, after, consulted)) return null;
    now.set(before.path, after);
  }
  const hasMoved = ({ path, functions }: Layout): boolean =>
    functions.some(({ line }, i) => line !== now.get(path)?.functions[i]?.line);
  if (!layouts.some(hasMoved)) return stay;
  const moved = new Map(layouts.map((before) => [before.path, { before, after: now.get(before.path) ?? before }]));
  return (path, line) => {
    const { before, after } = moved.get(path) ?? {};
    if (before === after) return line;
    const place = before?.functions.findIndex((fn) => line >= fn.line && line <= fn.endLine) ?? -1;
    const [was, is] = [before?.functions[place], after?.functions[place]];
    return was && is && was.text === is.text ? line - was.line + is.line : null;
  };
}

function isSame(before: Layout, after: Layout, consulted: ReadonlySet<string>): boolean {
  if (before.outline !== after.outline || before.functions.length !== after.functions.length) return false;
  return before.functions.every(({ name, text }, i) => {
    const is = after.functions[i]?.text ?? '';
    return is === text || !(consulted.has(name) || showsOutside(text) || showsOutside(is));
  });
}

/** Whether the body of a function says something to others that do not call it. */
function showsOutside(text: string): boolean {
  return /^\s*#\s*(?:define|undef)|\b(?:struct|union|enum)\s+\w+\s*\{/m.test(text) || declaresWork(text);
}

/** The same data with the places in it moved: `f() path:line` in texts, and ranges. Null when one of them is no longer there. */
export function relocate<T>(data: T, move: Move): T | null {
  if (move === stay) return data;
  let isLost = false;
  const lineAt = (path: string, line: number): number => {
    const now = move(path, line);
    isLost ||= now === null;
    return now ?? line;
  };
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(/(\w+\(\) )([^\s:]+):(\d+)/g, (_, fn: string, path: string, line: string) => {
        return `${fn}${path}:${lineAt(path, Number(line))}`;
      });
    if (Array.isArray(value)) return value.map(visit);
    if (value instanceof Map) return new Map([...value].map(([key, one]) => [visit(key), visit(one)]));
    if (value instanceof Set) return new Set([...value].map(visit));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, one]): [string, unknown] => [key, visit(one)]);
    return shifted(Object.fromEntries(entries), lineAt);
  };
  const moved = visit(data) as T;
  return isLost ? null : moved;
}

/** A place (`path` and `range`) where its line is now. */
function shifted(data: Record<string, unknown>, lineAt: (path: string, line: number) => number): unknown {
  const { path, range } = data;
  if (typeof path !== 'string' || !isRange(range)) return data;
  const by = lineAt(path, range.line) - range.line;
  return { ...data, range: { ...range, line: range.line + by, endLine: range.endLine + by } };
}

function isRange(value: unknown): value is { readonly line: number; readonly endLine: number } {
  return typeof value === 'object' && value !== null && 'line' in value && 'endLine' in value;
}
