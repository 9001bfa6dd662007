import type { CFile } from '../c/types.js';
import { kept } from '../kept.js';
import { declaresWork } from '../model/extract/works.js';

/** One function of a file as it stands there. */
interface Written {
  readonly name: string;
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
}

/** A file taken apart: what stands outside the bodies of its functions, and the functions. */
interface Layout {
  readonly path: string;
  readonly outline: string;
  readonly functions: readonly Written[];
}

/** Where the answer to a question about code comes from. */
export interface Basis {
  readonly layouts: readonly Layout[];
  /** Names of the functions that were looked at. */
  readonly consulted: ReadonlySet<string>;
}

/** The line of a file where a line of the earlier one is now; null if what stood there is not the same. */
export type Move = (path: string, line: number) => number | null;

const stay: Move = (_, line) => line;

const layoutOf = kept(({ path, text, functions }: CFile): Layout => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1;
  const written: Written[] = [];
  let outline = '';
  let end = 0;
  for (const { name, range } of functions) {
    const start = offset(range.line, range.column);
    // A function inside another, by an #if that parts their heads: it belongs to the outer one.
    if (start < end) continue;
    const whole = text.slice(start, offset(range.endLine, range.endColumn));
    const { line, endLine } = range;
    written.push({ name, text: whole, line, endLine });
    outline += text.slice(end, start) + whole.slice(0, whole.indexOf('{') + 1);
    end = start + whole.length;
  }
  return { path, outline: outline + text.slice(end), functions: written };
});

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
