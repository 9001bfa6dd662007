import type { CIndex } from '../../c/index.js';
import { indexFiles } from '../../c/index.js';
import { type CParser, openParser } from '../../c/parser.js';
import type { CFile, CFunction } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import type { Place } from '../../kernel/types.js';
import { shippedLibrary } from '../../model/extract/library.js';
import { pathsOf } from '../../review/stacks.js';
import type { TreeSource } from '../../series/types.js';

/** Where annotations look for the names that they use: the code that they are about. */
export interface AnnotatedCode {
  readonly index: CIndex;
  /** The function that a comment is about; null in a file. */
  readonly subject: CFunction | null;
  /** The variables that files of annotations of the tree declare, besides the one at hand and those that ship. */
  readonly variables: readonly string[];
  /** Names that are nowhere: looked for in more than `index` holds. */
  missing(names: readonly string[]): Promise<ReadonlySet<string>>;
  hasFile(path: string): Promise<boolean>;
}

/** Where a file of annotations may be about, besides the folders of its files. */
const folders = ['block', 'drivers/md', 'drivers/block', 'fs', 'include/linux'];

/** What was read of files that annotations are about, without bodies of functions; an edit leaves most of them as they are. */
const read = new Map<string, CFile>();
const mostRead = 200;
let parser: Promise<CParser> | null = null;

/** The code that a file of annotations is about: `paths`, or without any that of the stacks that ship. */
export async function codeOfFile(
  source: TreeSource,
  paths: readonly string[],
  variables: readonly string[],
): Promise<AnnotatedCode> {
  parser ??= openParser();
  const opened = await parser;
  const shipped = shippedLibrary().stacks.flatMap(pathsOf);
  const wanted = [
    ...new Set(paths.length > 0 ? [...paths, ...shipped.filter((path) => path.endsWith('.h'))] : shipped),
  ];
  const files: CFile[] = [];
  for (const path of wanted) {
    const text = await source.read(path);
    if (text !== null) files.push(headsOf(opened, `${source.root}/${path}`, path, text));
  }
  const around = [...new Set([...folders, ...paths.map((path) => path.slice(0, path.lastIndexOf('/')))])];
  return {
    index: indexFiles(files),
    subject: null,
    variables,
    missing: async (names) => {
      const words = new Set(files.flatMap(({ text }) => text.match(/\w+/g) ?? []));
      const here = names.filter((name) => !words.has(name));
      const found = new Set<string>();
      if (here.length > 0)
        for (const path of await source.grep(
          here,
          around.filter((folder) => folder !== ''),
        )) {
          const there = new Set((await source.read(path))?.match(/\w+/g));
          for (const name of here) if (there.has(name)) found.add(name);
        }
      return new Set(here.filter((name) => !found.has(name)));
    },
    hasFile: async (path) => (await source.read(path)) !== null,
  };
}

/** The code around a comment. */
export function codeOfComment(
  index: CIndex,
  subject: CFunction | null,
  variables: readonly string[] = [],
): AnnotatedCode {
  return {
    index,
    subject,
    variables,
    missing: async () => new Set(),
    hasFile: async () => true,
  };
}

function headsOf(opened: CParser, key: string, path: string, text: string): CFile {
  const known = read.get(key);
  if (known?.text === text) return known;
  const file = opened.parse(path, text, { wants: () => false });
  if (read.size >= mostRead) read.clear();
  read.set(key, file);
  return file;
}

/** `STRUCT.FIELD`: whether it is there, null where the structure is not in view. */
export function hasField(index: CIndex, place: string): boolean | null {
  const [tag = '', field = ''] = place.split('.');
  if (index.structs(tag).length === 0) return null;
  return index.fieldType(tag, field) !== null;
}

/**
 * Whether the fields of `io->tio.clone` are there, from a parameter of a function on: the first that is not, null where all
 * are or nothing can be said. A bio in a note is such a way.
 */
export function missingOnWay(index: CIndex, fn: CFunction, way: string): string | null {
  const [first = '', ...fields] = way.split(/->|\./).map((part) => part.trim());
  const param = fn.params.find(({ name }) => name === first);
  if (param === undefined) return `${fn.name}() has no parameter ${first}`;
  let type: string | null = param.type;
  for (const field of fields) {
    const tag: string | null = type === null ? null : structTag(index.resolve(type));
    if (tag === null || index.structs(tag).length === 0) return null;
    type = index.fieldType(tag, field, fn.path);
    if (type === null) return `struct ${tag} has no field ${field}`;
  }
  return null;
}

/** Where a name of the code is defined: a function, a structure's field (`STRUCT.FIELD`), a variable, a file. */
export function definitionsOf(index: CIndex, name: string): readonly Place[] {
  const place = (path: string, range: Place['range']): Place => ({ path, range, function: null });
  if (name.includes('.')) {
    const [tag = '', field = ''] = name.split('.');
    return index.structs(tag).flatMap(({ path, item }) => {
      const member = item.fields.find((one) => one.name === field);
      return member ? [place(path, item.range)] : [];
    });
  }
  const functions = index.functionsNamed(name).map((fn) => place(fn.path, fn.nameRange));
  const others =
    functions.length === 0 ? [...index.variables(name), ...index.prototypes(name), ...index.structs(name)] : [];
  return [...functions, ...others.map(({ path, item }) => place(path, item.range))];
}
