import { builtinMacros, builtinNames, macroTypes } from './dialect.js';
import { evaluateText, type Meanings } from './evaluate.js';
import { layoutOf } from './layout.js';
import { localsOf } from './locals.js';
import { type AllNames, type CallSite, type Found, namesOf } from './names.js';
import type { CConstant, CFile, CFunction, CPrototype, CStruct, CVariable, Expr } from './types.js';
import { dereference, pointerTo, resultOf, structTag, typedefName } from './typing.js';
import { type Call, calleeName } from './walk.js';

/** Names and types over a set of files. `fn` is the function an expression stands in, null at file scope. */
export interface CIndex {
  readonly files: readonly CFile[];
  filesAt(path: string): readonly CFile[];
  /** Stands for this index where it is compared with others. */
  readonly version: object;
  /** The version of the index that this one was made after, and the names of which functions or calls have changed since. */
  readonly since: { readonly version: object; readonly names: ReadonlySet<string> } | null;
  /** What stands outside the bodies of functions, file by file: types and names mean the same as long as it is the same. */
  readonly outline: readonly string[];
  /** The type of an expression as text (`struct bio_set *`), or null when the files do not show it. */
  typeOf(expr: Expr, fn: CFunction | null): string | null;
  /** The type of a field; of several structs of that name the one in `path` is preferred. */
  fieldType(struct: string, field: string, path?: string): string | null;
  /** A type with the typedefs at its head replaced by what they stand for. */
  resolve(type: string): string;
  structs(name: string): readonly Found<CStruct>[];
  /** The value of a constant expression, macros, enumerators and locals that are set once resolved; else null. */
  evaluate(expr: Expr, fn: CFunction | null): number | null;
  /** The value of a macro or enumerator; null when unknown or when the files disagree about it. */
  constant(name: string, path?: string): number | null;
  /** Where a macro or enumerator is defined. */
  constants(name: string): readonly Found<CConstant>[];
  /** Definitions. With `path`: what a call in that file reaches, statics of other files left out. */
  functionsNamed(name: string, path?: string): readonly CFunction[];
  prototypes(name: string): readonly Found<CPrototype>[];
  variables(name: string): readonly Found<CVariable>[];
  /** Calls by name in the bodies that were converted, in file and source order. */
  callers(name: string): readonly CallSite[];
}

/**
 * Builds the index; files with the same path are taken as they come. `before`, of other versions of the same files, spares work:
 * an edit changes one file of many, a patch few.
 */
export function indexFiles(files: readonly CFile[], before: CIndex | null = null): CIndex {
  const past = before && isVersionOf(before.files, files) ? (pasts.get(before) ?? null) : null;
  const names = namesOf(files, past?.names ?? null);
  const { structs, constants, variables, prototypes, typedefs, functions, callers } = names;
  const includes = new Map(files.map((file) => [file.path, file.includes]));

  const named = new Map<string, readonly CFunction[]>();
  const functionsNamed = (name: string, path?: string): readonly CFunction[] => {
    const found = functions.get(name);
    if (found.length === 0) return [];
    const key = path === undefined ? name : `${name} ${path}`;
    const before = named.get(key);
    if (before) return before;
    const reached = reachedBy(found, path);
    named.set(key, reached);
    return reached;
  };
  const reachedBy = (found: readonly Found<CFunction>[], path?: string): readonly CFunction[] => {
    const all = found.map(({ item }) => item);
    if (path === undefined) return all;
    const own = all.filter((fn) => fn.path === path);
    if (own.length > 0) return own;
    // `#include "raid1-10.c"`: what is static there is static here.
    const included = (file: string): boolean =>
      file.endsWith('.h') ||
      includes.get(path)?.some((name) => name.endsWith('.c') && file.endsWith(`/${name}`)) === true;
    return all.filter((fn) => !fn.isStatic || included(fn.path));
  };

  const resolve = (type: string): string => {
    let current = type;
    for (let depth = 0; depth < 10; depth++) {
      const name = typedefName(current);
      const target = name === null ? undefined : typedefs.get(name)[0]?.item.type;
      if (name === null || target === undefined) break;
      current = current.replace(name, () => target).replace(/\* \*/g, '**');
    }
    return current;
  };

  const fieldType = (struct: string, field: string, path?: string): string | null => {
    const found = prefer(structs.get(struct), path);
    for (const { item } of found) {
      const type = item.fields.find((candidate) => candidate.name === field)?.type;
      if (type !== undefined) return type;
    }
    return null;
  };

  const meanings = (fn: CFunction | null, path: string | undefined): Meanings => ({
    name: (name) => {
      const local = fn && localsOf(fn).get(name);
      if (local) return local.constant;
      const found = prefer(constants.get(name), path).filter(({ item }) => item.params === null);
      const values = new Set(found.map(({ item }) => item.value));
      return values.size === 1 || found[0]?.path === path ? (found[0]?.item.value ?? null) : null;
    },
    macro: (name) => {
      const found = prefer(constants.get(name), path).find(({ item }) => item.params !== null)?.item;
      return builtinMacros.get(name) ?? (found ? { params: found.params ?? [], value: found.value } : null);
    },
  });

  const typeOfCall = (call: Call, fn: CFunction | null): string | null => {
    const name = calleeName(call);
    const rule = name === null ? undefined : macroTypes.find((entry) => entry.match.test(name));
    const arg = rule && call.args[rule.argument];
    if (rule && arg) {
      if (rule.result === 'pointer to named type') return pointerTo(arg.text);
      const type = typeOf(arg, fn);
      return type !== null && rule.result === 'target of argument' ? dereference(resolve(type)) : type;
    }
    const target = name === null ? undefined : (functionsNamed(name, fn?.path)[0] ?? prototypes.get(name)[0]?.item);
    if (target) return target.returnType;
    const type = typeOf(call.callee, fn);
    return type === null ? null : resultOf(resolve(type));
  };

  const typeOf = (expr: Expr, fn: CFunction | null): string | null => {
    switch (expr.kind) {
      case 'name': {
        const local = fn && localsOf(fn).typeAt(expr.name, expr.range);
        return local ?? prefer(variables.get(expr.name), fn?.path)[0]?.item.type ?? builtinNames.get(expr.name) ?? null;
      }
      case 'field': {
        const base = typeOf(expr.base, fn);
        const tag = base === null ? null : structTag(resolve(base));
        return tag === null ? null : fieldType(tag, expr.field, fn?.path);
      }
      case 'index': {
        const base = typeOf(expr.base, fn);
        return base === null ? null : dereference(resolve(base));
      }
      case 'unary': {
        const type = typeOf(expr.arg, fn);
        if (expr.op === '*') return type === null ? null : dereference(resolve(type));
        if (expr.op === '&') return type === null ? null : pointerTo(type);
        return expr.op === '!' ? 'int' : type;
      }
      case 'call':
        return typeOfCall(expr, fn);
      case 'cast':
        return expr.type;
      case 'assign':
        return typeOf(expr.left, fn);
      case 'conditional':
        return typeOf(expr.yes, fn) ?? typeOf(expr.no, fn);
      case 'binary':
        return /^(?:[=!<>]=|[<>]|&&|\|\|)$/.test(expr.op) ? 'int' : (typeOf(expr.left, fn) ?? typeOf(expr.right, fn));
      case 'sequence': {
        const last = expr.items.at(-1);
        return last ? typeOf(last, fn) : null;
      }
      case 'number':
        return 'int';
      case 'string':
        return 'char *';
      case 'sizeof':
        return 'size_t';
      default:
        return null;
    }
  };

  const values = new Map<string, number | null>();
  const constant = (name: string, path?: string): number | null => {
    const key = `${name} ${path ?? ''}`;
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = evaluateText(name, meanings(null, path));
    values.set(key, value);
    return value;
  };

  let outline: readonly string[] | null = null;
  // Not `past` itself, which would hold on to all versions there ever were.
  const outlineBefore = past?.outline() ?? null;

  const index: CIndex = {
    files,
    version: {},
    since: past && { version: past.version, names: new Set([...functions.changed, ...callers.changed]) },
    filesAt: (path) => files.filter((file) => file.path === path),
    get outline() {
      outline ??= outlineOf(files, outlineBefore);
      return outline;
    },
    typeOf,
    fieldType,
    resolve,
    structs: (name) => structs.get(name),
    evaluate: (expr, fn) => evaluateText(expr.text, meanings(fn, fn?.path)),
    constant,
    constants: (name) => constants.get(name),
    functionsNamed,
    prototypes: (name) => prototypes.get(name),
    variables: (name) => variables.get(name),
    callers: (name) => callers.get(name),
  };
  pasts.set(index, { version: index.version, names, outline: () => outline });
  return index;
}

/** What the index of the next version of the files goes on from. */
interface Past {
  readonly version: object;
  readonly names: AllNames;
  /** Null when nobody has asked for it. */
  outline(): readonly string[] | null;
}

const pasts = new WeakMap<CIndex, Past>();

/** Whether files are others by what they say only. */
function isVersionOf(before: readonly CFile[], files: readonly CFile[]): boolean {
  return (
    before.length === files.length &&
    files.every((file, at) => file.path === before[at]?.path && (file.known === null) === (before[at].known === null))
  );
}

/** The outlines of files, which are the same object as before when nothing in them has changed. */
function outlineOf(files: readonly CFile[], before: readonly string[] | null): readonly string[] {
  const outline = files.map((file) => layoutOf(file).outline);
  return before?.every((one, at) => one === outline[at]) ? before : outline;
}

/** What was found, that in `path` first. */
function prefer<T>(found: readonly Found<T>[], path: string | undefined): readonly Found<T>[] {
  if (found.length < 2 || path === undefined) return found;
  return [...found.filter((one) => one.path === path), ...found.filter((one) => one.path !== path)];
}
