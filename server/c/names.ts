import { kept } from '../kept.js';
import type { CFile, CFunction } from './types.js';
import { type Call, calleeName, callsIn } from './walk.js';

/** Something found by name, and the file it stands in. */
export interface Found<T> {
  readonly path: string;
  readonly item: T;
}

/** A call of a function by name, and the function that makes it. */
export interface CallSite {
  readonly caller: CFunction;
  readonly call: Call;
}

type InFile<T> = (file: CFile) => ReadonlyMap<string, readonly T[]>;
type Same<T> = (a: T, b: T | undefined) => boolean;

/** What the files have under a name, looked up file by file when it is asked for. */
class Names<T> {
  /** For another version of the files: the names under which something else is found than before. */
  readonly changed: readonly string[];
  readonly #files: readonly CFile[];
  readonly #inFile: InFile<T>;
  readonly #same: Same<T>;
  readonly #found: Map<string, readonly T[]>;

  constructor(files: readonly CFile[], inFile: InFile<T>, same: Same<T>, before: Names<T> | null = null) {
    this.#files = files;
    this.#inFile = inFile;
    this.#same = same;
    this.#found = new Map(before ? before.#found : []);
    this.changed = before ? files.flatMap((file, at) => this.#differing(before.#files[at], file)) : [];
    for (const name of this.changed) this.#found.delete(name);
  }

  /** In the order of the files, and as it stands there. */
  get(name: string): readonly T[] {
    const known = this.#found.get(name);
    if (known) return known;
    const found = this.#files.flatMap((file) => this.#inFile(file).get(name) ?? []);
    this.#found.set(name, found);
    return found;
  }

  /** The same for other versions of the files, in their order: only what differs is looked up again. */
  next(files: readonly CFile[]): Names<T> {
    return new Names(files, this.#inFile, this.#same, this);
  }

  #differing(before: CFile | undefined, file: CFile): readonly string[] {
    if (before === undefined || before === file) return [];
    const [old, now] = [this.#inFile(before), this.#inFile(file)];
    const isSame = (name: string, items: readonly T[]): boolean => {
      const were = old.get(name);
      return were?.length === items.length && items.every((item, at) => this.#same(item, were[at]));
    };
    const gone = [...old.keys()].filter((name) => !now.has(name));
    return [...gone, ...[...now].flatMap(([name, items]) => (isSame(name, items) ? [] : [name]))];
  }
}

/** All that files have names for. */
export interface AllNames {
  readonly structs: Names<Found<CFile['structs'][number]>>;
  readonly constants: Names<Found<CFile['constants'][number]>>;
  readonly variables: Names<Found<CFile['variables'][number]>>;
  readonly prototypes: Names<Found<CFile['prototypes'][number]>>;
  readonly typedefs: Names<Found<CFile['typedefs'][number]>>;
  readonly functions: Names<Found<CFunction>>;
  readonly callers: Names<CallSite>;
}

function definitions<T extends { readonly name: string }>(items: (file: CFile) => readonly T[]) {
  const inFile = kept((file: CFile): ReadonlyMap<string, readonly Found<T>[]> => {
    const map = new Map<string, Found<T>[]>();
    for (const item of items(file)) {
      const list = map.get(item.name);
      if (list) list.push({ path: file.path, item });
      else map.set(item.name, [{ path: file.path, item }]);
    }
    return map;
  });
  const same = (a: Found<T>, b: Found<T> | undefined) => a.item === b?.item && a.path === b.path;
  return (files: readonly CFile[]) => new Names(files, inFile, same);
}

/** The calls by name in a function. */
const callsByName = kept((caller: CFunction): ReadonlyMap<string, readonly CallSite[]> => {
  const sites = new Map<string, CallSite[]>();
  for (const { call } of callsIn(caller.body ?? [])) {
    const name = calleeName(call);
    if (name === null) continue;
    const list = sites.get(name);
    if (list) list.push({ caller, call });
    else sites.set(name, [{ caller, call }]);
  }
  return sites;
});

/** The calls by name in a file. */
const callSites = kept((file: CFile): ReadonlyMap<string, readonly CallSite[]> => {
  const sites = new Map<string, CallSite[]>();
  for (const caller of file.functions) {
    for (const [name, made] of callsByName(caller)) {
      const list = sites.get(name);
      if (list) list.push(...made);
      else sites.set(name, [...made]);
    }
  }
  return sites;
});

const sameSite = (a: CallSite, b: CallSite | undefined): boolean => a.call === b?.call && a.caller === b.caller;

const tables = {
  structs: definitions((file) => file.structs),
  constants: definitions((file) => file.constants),
  variables: definitions((file) => file.variables),
  prototypes: definitions((file) => file.prototypes),
  typedefs: definitions((file) => file.typedefs),
  functions: definitions((file) => file.functions),
  callers: (files: readonly CFile[]) => new Names(files, callSites, sameSite),
};

/** The names of files; `before`, those of other versions of the same files, spares what is the same. */
export function namesOf(files: readonly CFile[], before: AllNames | null): AllNames {
  return {
    structs: before?.structs.next(files) ?? tables.structs(files),
    constants: before?.constants.next(files) ?? tables.constants(files),
    variables: before?.variables.next(files) ?? tables.variables(files),
    prototypes: before?.prototypes.next(files) ?? tables.prototypes(files),
    typedefs: before?.typedefs.next(files) ?? tables.typedefs(files),
    functions: before?.functions.next(files) ?? tables.functions(files),
    callers: before?.callers.next(files) ?? tables.callers(files),
  };
}
