import type { CIndex } from '../c/index.js';
import { localsOf } from '../c/locals.js';
import type { CFunction, Expr } from '../c/types.js';
import { structTag } from '../c/typing.js';
import { bare, type Call, calleeName, callsIn } from '../c/walk.js';
import { leavesOf, returnsOf, storesOf } from './leaves.js';
import { formsOf } from './primitives.js';
import type { SetId } from './types.js';

/** How many callers, stores and accessors in a row are followed before a set counts as unknown. */
const deepest = 4;

/**
 * Names the bio_set or mempool an expression stands for. Null for a literal NULL, `'?'` when it cannot be told, or differs
 * from caller to caller. Locals stand for what is stored in them, parameters for what all callers in view pass. Where the type of
 * the structure is not in view the id is the text (`md->bs`), which is the same before and after a patch.
 */
export function identify(expr: Expr, fn: CFunction | null, index: CIndex, depth = 0): SetId | '?' | null {
  const inner = bare(expr);
  if (depth > deepest) return '?';
  switch (inner.kind) {
    case 'unary':
      return inner.op === '&' || inner.op === '*' ? identify(inner.arg, fn, index, depth) : '?';
    case 'index':
      return identify(inner.base, fn, index, depth);
    case 'number':
      return inner.value === 0 ? null : '?';
    case 'conditional':
    case 'assign':
    case 'sequence':
      return agreed(leavesOf(inner).map((leaf) => identify(leaf, fn, index, depth + 1)));
    case 'field':
      return fieldId(inner, fn, index);
    case 'call':
      return accessed(inner, fn, index, depth);
    case 'name':
      return inner.name === 'NULL' ? null : nameId(inner, fn, index, depth);
    default:
      return '?';
  }
}

/** The id of a set that a store or a creation puts into `target`; a local is followed to where it is stored in turn. */
export function identifyTarget(target: Expr, fn: CFunction, index: CIndex): SetId {
  const inner = bare(target);
  const known = identify(inner, fn, index);
  if (known !== null && known !== '?') return known;
  return inner.kind === 'name' ? localId(inner.name, fn) : inner.text;
}

/** `struct mapped_device` of `struct mapped_device.bs`; null for a variable. */
export function ownerOf(id: SetId): string | null {
  return /^((?:struct|union) [\w:]+)\./.exec(id)?.[1] ?? null;
}

type Named = Extract<Expr, { kind: 'name' }>;
type Field = Extract<Expr, { kind: 'field' }>;

function nameId(expr: Named, fn: CFunction | null, index: CIndex, depth: number): SetId | '?' {
  const type = fn && localsOf(fn).typeAt(expr.name, expr.range);
  if (fn && type !== null) {
    const position = fn.params.findIndex((param) => param.name === expr.name);
    const stored = storedIn(expr.name, fn, index, depth);
    if (stored !== null) return stored;
    if (position >= 0) return passed(position, fn, index, depth);
    return localId(expr.name, fn);
  }
  const found = index.variables(expr.name);
  const own = found.find(({ path }) => path === fn?.path) ?? found[0];
  return own?.item.isStatic ? `${own.path}:${expr.name}` : expr.name;
}

function localId(name: string, fn: CFunction): SetId {
  return `${fn.path}:${fn.name}.${name}`;
}

/** What a local stands for: the one set stored in it, or, when it holds a new set, the one place that this is stored to. */
function storedIn(name: string, fn: CFunction, index: CIndex, depth: number): SetId | '?' | null {
  const functions = stored.get(index) ?? new Map<CFunction, Map<string, SetId | '?' | null>>();
  stored.set(index, functions);
  const names = functions.get(fn) ?? new Map<string, SetId | '?' | null>();
  functions.set(fn, names);
  const key = `${depth} ${name}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  const found = findStored(name, fn, index, depth);
  names.set(key, found);
  return found;
}

/** What was found; a function may store thousands of sets in turn in the same local. */
const stored = new WeakMap<CIndex, Map<CFunction, Map<string, SetId | '?' | null>>>();

function findStored(name: string, fn: CFunction, index: CIndex, depth: number): SetId | '?' | null {
  const sources: Expr[] = [];
  const sinks: Expr[] = [];
  for (const { target, value, operator } of storesOf(fn)) {
    if (operator !== '=') continue;
    const isTarget = target.kind === 'name' && target.name === name;
    for (const leaf of leavesOf(value)) {
      if (isTarget) sources.push(leaf);
      else if (leaf.kind === 'name' && leaf.name === name) sinks.push(target);
    }
  }
  const made = sources.some((source) => source.kind === 'call' && creates(source));
  if (made) return sinks.length === 0 ? null : agreed(sinks.map((sink) => identify(sink, fn, index, depth + 1)));
  const values = sources.map((source) => identify(source, fn, index, depth + 1)).filter((id) => id !== null);
  return values.length === 0 ? null : agreed(values);
}

function creates(call: Call): boolean {
  return formsOf(calleeName(call) ?? '').some(({ does }) => does === 'create' || does === 'pool-create');
}

function passed(position: number, fn: CFunction, index: CIndex, depth: number): SetId | '?' {
  const ids = index
    .callers(fn.name)
    .filter(({ caller, call }) => (!fn.isStatic || caller.path === fn.path) && call.args[position])
    .map(({ caller, call }) => {
      const arg = call.args[position];
      return arg && caller !== fn ? identify(arg, caller, index, depth + 1) : '?';
    });
  return agreed(ids) ?? '?';
}

/** A function that only hands out a set: `return &foo->bs`. */
function accessed(call: Call, fn: CFunction | null, index: CIndex, depth: number): SetId | '?' | null {
  const name = calleeName(call);
  const target = name === null ? undefined : index.functionsNamed(name, fn?.path)[0];
  const values = target ? returnsOf(target).flatMap(leavesOf) : [];
  if (!target || values.length === 0) return '?';
  return agreed(values.map((value) => identify(value, target, index, depth + 1)).filter((id) => id !== null));
}

function fieldId(expr: Field, fn: CFunction | null, index: CIndex): SetId | '?' {
  // A bio's own pool is whatever set the bio came from.
  if (expr.field === 'bi_pool') return '?';
  const tags = tagsOf(expr.base, fn, index);
  const fitting = tags.filter((tag) => index.fieldType(tag, expr.field, fn?.path) !== null);
  const [only] = fitting.length > 0 ? fitting : tags;
  return only !== undefined && (fitting.length === 1 || tags.length === 1)
    ? `struct ${only}.${expr.field}`
    : expr.text.replace(/[()\s]/g, '');
}

/** The structures an expression may be or point to; more than one where only habit speaks. */
function tagsOf(expr: Expr, fn: CFunction | null, index: CIndex): readonly string[] {
  const inner = bare(expr);
  const type = index.typeOf(inner, fn);
  const tag = type === null ? null : structTag(index.resolve(type));
  if (tag !== null) return [tag];
  if (inner.kind === 'name') return fn ? habitualTags(inner.name, fn, index) : [];
  if (inner.kind === 'unary') return tagsOf(inner.arg, fn, index);
  if (inner.kind !== 'field') return [];
  const found = tagsOf(inner.base, fn, index).flatMap((outer) => {
    const field = index.fieldType(outer, inner.field, fn?.path);
    return field === null ? [] : [structTag(index.resolve(field))];
  });
  return [...new Set(found.filter((one) => one !== null))];
}

/**
 * The structures that a name means as far as a macro that is given name and type says it (bcache's
 * `closure_type(op, struct data_insert_op, cl)`), else elsewhere in the file: a hunk often lacks the declaration of `md`.
 */
function habitualTags(name: string, fn: CFunction, index: CIndex): readonly string[] {
  const functions = habits.get(index) ?? new Map<CFunction, Map<string, readonly string[]>>();
  habits.set(index, functions);
  const names = functions.get(fn) ?? new Map<string, readonly string[]>();
  functions.set(fn, names);
  const tags = names.get(name) ?? findHabitualTags(name, fn, index);
  names.set(name, tags);
  return tags;
}

/** What was found; a function may name the same thing thousands of times. */
const habits = new WeakMap<CIndex, Map<CFunction, Map<string, readonly string[]>>>();

function findHabitualTags(name: string, fn: CFunction, index: CIndex): readonly string[] {
  const declared = callsIn(fn.body ?? []).flatMap(({ call: { args } }) => {
    const tag = args[0]?.text === name ? /^struct (\w+)$/.exec(args[1]?.text ?? '')?.[1] : undefined;
    return tag === undefined ? [] : [tag];
  });
  if (declared.length > 0) return [...new Set(declared)];
  const tags = new Set<string>();
  for (const file of index.filesAt(fn.path)) {
    for (const other of file.functions) {
      const type = localsOf(other).get(name)?.type;
      const tag = type === undefined ? null : structTag(index.resolve(type));
      if (tag !== null) tags.add(tag);
    }
  }
  return [...tags];
}

function agreed(ids: readonly (SetId | '?' | null)[]): SetId | '?' {
  const [first = '?'] = ids;
  return first !== null && ids.every((id) => id === first) ? first : '?';
}
