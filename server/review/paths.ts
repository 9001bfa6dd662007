import { type CParser, openParser } from '../c/parser.js';
import type { CFunction } from '../c/types.js';
import { bound } from '../model/extract/bounds.js';
import { shippedLibrary } from '../model/extract/library.js';
import { type Line, listProgram } from '../model/extract/listing.js';
import { withoutHarmlessLocks } from '../model/extract/locks.js';
import type { Stack as DeviceStack } from '../model/extract/notes.js';
import { bioParameter } from '../model/extract/program.js';
import { simplify } from '../model/extract/simplify.js';
import type { Extracted } from '../model/extract/stack.js';
import { printScenario } from '../model/print.js';
import type { TreeSource } from '../series/types.js';
import { type Courtesy, UserError } from '../text.js';
import { readContext } from './context.js';
import { readImages } from './images.js';
import { parseImage } from './parsed.js';
import { extractFrom, findStack, type StackCode, takeCode } from './stacks.js';

/** What a function does, as data; `docs/cli.md` describes it. */
export interface PathsReport {
  readonly schema: 'rescuer-paths/1';
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** The stack whose devices it was followed on; null for a plain device or task. */
  readonly stack: string | null;
  readonly about: string;
  readonly era: { readonly id: string | null; readonly version: string | null; readonly evidence: string };
  readonly programs: readonly { readonly about: string; readonly steps: readonly Line[] }[];
  readonly sets: readonly { readonly set: string; readonly reserve: number | null; readonly rescuer: string }[];
  /** Locks that nobody ever waits under: they cannot matter. */
  readonly harmless: readonly string[];
  /** What was assumed or not followed. */
  readonly remarks: readonly string[];
}

export interface PathsOptions extends Courtesy {
  readonly source: TreeSource;
  readonly path: string;
  readonly function: string;
  /** Name of the stack to follow it on; else the first one that it belongs to. */
  readonly stack?: string;
}

/** The listing of a function, and the text of the scenario that it was made from. Throws UserError. */
export interface Paths {
  readonly report: PathsReport;
  readonly scenario: string;
}

/** Extracts what a function does. Throws UserError for a file, function or stack that is not there, or too much to extract. */
export async function extractPaths({ source, path, stack, ...options }: PathsOptions): Promise<Paths> {
  const parser = await openParser();
  try {
    const [image] = await readImages(source, [path]);
    if (!image) throw new UserError(`${path}: no such file in the tree ${source.root ?? ''}`.trimEnd());
    const own = parseImage(parser, image);
    const fn = own.functions.find(({ name, body }) => name === options.function && body !== null);
    if (!fn)
      throw new UserError(
        `${path}: no function ${options.function}() in it${similar(own.functions, options.function)}`,
      );
    const wanted = stack === undefined ? stacksWith(fn) : [findStack(stack)];
    for (const one of wanted) {
      const code = await takeCode({ parser, source, paths: one.files }, options);
      const extracted = extractFrom(code, one);
      if (extracted?.programs.some((program) => isSame(program.fn, fn))) return report(fn, one, code, extracted);
    }
    if (stack !== undefined)
      throw new UserError(
        `${fn.name}() is not what ${stack} runs in this tree; without --stack it is followed on a plain device`,
      );
    return await alone(parser, source, fn, options);
  } finally {
    parser.close();
  }
}

const isSame = (one: CFunction, other: CFunction): boolean => one.name === other.name && one.path === other.path;

/** The stacks that a function gets its bios in, or that have a task that runs it. */
function stacksWith({ name, path }: CFunction): readonly DeviceStack[] {
  return shippedLibrary().stacks.filter(
    ({ entry, tasks, files }) =>
      files.includes(path) && (entry.includes(name) || tasks.some(({ runs }) => runs === name)),
  );
}

/** A device over a disk if the function takes a bio, else tasks that run it. */
async function alone(parser: CParser, source: TreeSource, fn: CFunction, courtesy: Courtesy): Promise<Paths> {
  const [image] = await readImages(source, [fn.path]);
  const context = await readContext(source, image ? [parseImage(parser, image)] : []);
  const paths = [fn.path, ...context.images.map(({ path }) => path)];
  const code = await takeCode({ parser, source, paths }, courtesy);
  const takesBio = bioParameter(fn) >= 0;
  const stack: DeviceStack = {
    name: fn.name,
    about: takesBio ? `${fn.name}() as a device over a disk` : `tasks that run ${fn.name}()`,
    entry: [fn.name],
    files: paths,
    tables: [],
    fields: new Map(),
    tries: [],
    tasks: [
      {
        name: 'T',
        count: 'tasks',
        pieces: 'pieces',
        from: null,
        workload: takesBio ? 'data' : null,
        runs: takesBio ? null : fn.name,
        given: new Map(),
      },
    ],
  };
  const extracted = extractFrom(code, stack);
  if (!extracted) throw new UserError(`${fn.path}: ${fn.name}() cannot be followed`);
  return report(fn, stack, code, extracted);
}

function similar(functions: readonly CFunction[], name: string): string {
  const near = functions.filter((fn) => fn.name.includes(name)).map((fn) => `${fn.name}()`);
  return near.length === 0 ? '' : `; there is ${near.slice(0, 5).join(', ')}`;
}

function report(fn: CFunction, stack: DeviceStack, { inventory }: StackCode, extracted: Extracted): Paths {
  const { programs, remarks, facts, scenario } = extracted;
  const graphs = withoutHarmlessLocks(programs.map(({ graph }) => graph)).map(simplify);
  const shown = programs.flatMap((program, i) => (isSame(program.fn, fn) ? [graphs[i] ?? []] : []));
  const workloads = [...new Set(stack.tasks.flatMap(({ workload }) => workload ?? []))];
  const { era, version, evidence } = inventory.era;
  const shipped = shippedLibrary().stacks.includes(stack);
  const data: PathsReport = {
    schema: 'rescuer-paths/1',
    function: fn.name,
    file: fn.path,
    line: fn.range.line,
    stack: shipped ? stack.name : null,
    about: stack.about,
    era: { id: era?.id ?? null, version, evidence },
    programs: shown.map((graph, i) => ({
      about: shown.length > 1 ? `bios of the workload ${workloads[i] ?? ''}` : '',
      steps: listProgram(graph, bound),
    })),
    sets: [...facts].map(([set, { reserve, rescuer }]) => ({ set, reserve, rescuer })),
    harmless: [...new Set(programs.flatMap(({ locks }) => [...locks.keys()]))].filter(
      (lock) => !scenario.locks.has(lock),
    ),
    remarks,
  };
  const heading = [
    `Extracted by rescuer paths from ${fn.path}: ${fn.name}().`,
    ...remarks.map((remark) => `- ${remark}`),
  ];
  return { report: data, scenario: printScenario(scenario, heading.join('\n')) };
}
