import type { CIndex } from '../c/index.js';
import type { CFile } from '../c/types.js';
import { structTag } from '../c/typing.js';
import { bare, calleeName, callsIn } from '../c/walk.js';
import type { Library, Stack } from '../model/extract/notes.js';

/** What a driver registers: its name, by the key of a template, and the function or the table. */
interface Registration {
  readonly template: string;
  readonly name: string;
}

/**
 * Stacks for the drivers in some files that no stack of the library is about: a device over a disk, or a dm target, that
 * reads and that writes.
 */
export function stacksForDrivers(index: CIndex, paths: ReadonlySet<string>, library: Library): readonly Stack[] {
  const known = new Set(library.stacks.flatMap(({ files }) => files));
  return index.files
    .filter(({ path }) => paths.has(path) && !known.has(path))
    .flatMap((file) => registrations(file, library).flatMap((one) => stacksOf(one, file, library)));
}

/** The tables and functions that a file registers where a template says so. */
function registrations(file: CFile, { templates }: Library): readonly Registration[] {
  const tables = file.variables.flatMap(({ name, type, init }): readonly Registration[] => {
    const tag = structTag(type);
    const items = init?.kind === 'list' ? init.items : [];
    return items.flatMap(({ field, value }) => {
      const template = `${tag}.${field}`;
      if (!templates.has(template)) return [];
      // A target is known by its table, a driver by its function.
      return [{ template, name: isTarget(template, { templates }) ? name : bare(value).text.replace(/^&/, '') }];
    });
  });
  const calls = file.functions.flatMap(({ body }) =>
    callsIn(body ?? []).flatMap(({ call }): readonly Registration[] => {
      const template = calleeName(call) ?? '';
      const [, fn] = call.args;
      return fn?.kind === 'name' && templates.has(template) ? [{ template, name: fn.name }] : [];
    }),
  );
  return [...tables, ...calls];
}

/** A template with an entry point of its own calls the driver through its table. */
function isTarget(template: string, { templates }: Pick<Library, 'templates'>): boolean {
  return (templates.get(template)?.entry.length ?? 0) > 0;
}

/** Blocks of a program: what takes a few seconds. */
const most = 3000;

function stacksOf({ template, name }: Registration, file: CFile, library: Library): readonly Stack[] {
  const base = library.templates.get(template);
  if (!base) return [];
  const target = isTarget(template, library);
  return ['read', 'write'].map((workload) => ({
    ...base,
    most,
    name: `${name}-${workload}`,
    about: `${target ? `a table with ${name}` : `${name}()`} over a disk, bios that ${workload}`,
    entry: target ? base.entry : [name],
    files: [...base.files, file.path, file.path.replace(/\.c$/, '.h')],
    tables: target ? [...base.tables, name] : base.tables,
    tasks: [
      {
        name: 'T',
        count: 'tasks',
        workload,
        runs: null,
        pieces: 'pieces',
        from: null,
        next: [],
        given: new Map<string, number>(),
      },
    ],
  }));
}
