import type { CParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import type { Inventory, Place } from '../kernel/types.js';
import { type CoreUse, rulesOf } from '../model/core/rules.js';
import { versionOf } from '../model/era.js';
import { parseExpression } from '../model/expression.js';
import type { Recursion } from '../model/extract/context.js';
import { libraryNumber, shippedLibrary } from '../model/extract/library.js';
import type { Stack as DeviceStack, Library, Try } from '../model/extract/notes.js';
import type { Extracted } from '../model/extract/stack.js';
import type { Scenario } from '../model/scenario.js';
import type { FileImage, TreeSource } from '../series/types.js';
import type { Simulation, Verdict } from '../sim/types.js';
import { type Courtesy, UserError } from '../text.js';
import { readCore } from './core.js';
import { readImages } from './images.js';
import { recall, remember } from './known-runs.js';
import { parseImage } from './parsed.js';
import { simulateOnce } from './same-program.js';
import { extractFrom, pathsOf, takeCode } from './stacks.js';
import { runStore } from './store.js';
import { mostReserve, piecesFor, type Supposition } from './supposed.js';

/** What the simulator says of one stack of devices whose programs come from the code of one state. */
export interface StackRun {
  readonly stack: string;
  readonly about: string;
  readonly verdict: Verdict;
  readonly parameters: Readonly<Record<string, number>>;
  /** For a violation: whether it happens with the real reserve of every set; null if that was not decided. */
  readonly real: boolean | null;
  /** The largest reserve with which it was seen to happen; of the parameters if no larger one was tried. */
  readonly reserve: number;
  readonly sentence: string;
  readonly trace: readonly RunStep[];
  /** Where the stuck tasks wait. */
  readonly waits: readonly RunStep[];
  /** Sets that the programs allocate from, as `mapped_device.bs`. */
  readonly sets: readonly string[];
  /** Those of them that the violation is about. */
  readonly involved: readonly string[];
  /** Functions that the programs went through. */
  readonly entered: readonly string[];
  /** Allocations on the submission path that may start I/O. */
  readonly recursions: readonly Recursion[];
  /** What was assumed or not followed. */
  readonly remarks: readonly string[];
  readonly states: number;
  /** What was run, to be played step by step; null for a stack that could not be. */
  readonly evidence: {
    readonly scenario: Scenario;
    readonly simulation: Simulation;
    /** The calls that lead to the place of a step, innermost first. */
    readonly callers: ReadonlyMap<string, readonly string[]>;
  } | null;
}

export interface RunStep {
  readonly task: string;
  readonly action: string;
  /** The function, where the step has one. */
  readonly function: string | null;
  /** null for what happens outside the code in view. */
  readonly place: Place | null;
}

/** A state of the tree: the files that a series touches, over those of the source. */
export interface TreeState {
  readonly files: ReadonlyMap<string, FileImage>;
  readonly inventory: Inventory;
  readonly supposed?: readonly Supposition[];
}

/** Small reserves show what large ones hide behind more steps; two tasks are needed where one cannot hold everything. */
const usual: readonly Try[] = [
  { reserve: 2, pieces: 3, tasks: 1 },
  { reserve: 2, pieces: 3, tasks: 2 },
];
/** States, not seconds, end a search: the verdict must not depend on the machine. */
const limits = { maxStates: 600_000, seconds: 600 };

/** Whether a run says that a task can get stuck, or worse. */
export function isViolation({ verdict }: StackRun): boolean {
  return verdict !== 'proved' && verdict !== 'incomplete';
}

/** Names a violation in whatever state it is found. */
export function violationKey({ stack, verdict, waits }: StackRun): string {
  const actions = waits.map(({ action }) => action).sort();
  return `${stack}:${verdict}:${actions.join(', ')}`;
}

/** `reserve=2, pieces=3`. */
export function boundsText(parameters: Readonly<Record<string, number>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** The id under which the inventory knows a set that the simulator calls `mapped_device.bs`. */
export function setId(set: string, { inventory }: Pick<TreeState, 'inventory'>): string {
  const ids = inventory.sets.map(({ id }) => id);
  return ids.find((id) => id === `struct ${set}` || id === set || id.endsWith(`:${set}`)) ?? `struct ${set}`;
}

/** The stacks that a change of these files can matter to. */
export function stacksOf(paths: ReadonlySet<string>, library: Library = shippedLibrary()): readonly DeviceStack[] {
  return library.stacks.filter(({ files }) => files.some((path) => paths.has(path)));
}

/**
 * Extracts the programs of each stack from a state and simulates them. Stacks that the tree does not have are left
 * out; one that is too much to extract says so as `incomplete`. Equal text gives the same run, which is kept.
 */
export async function runStacks(
  parser: CParser,
  state: TreeState,
  source: TreeSource,
  stacks: readonly DeviceStack[],
  courtesy: Courtesy,
): Promise<readonly StackRun[]> {
  const runs: StackRun[] = [];
  if (stacks.length === 0) return runs;
  const core = rulesOf(await readCore(parser, source, state.files), versionOf(state.inventory.era));
  // Remarks say lines; that these shift makes no other run.
  const coreKey = JSON.stringify([core.rules, core.uncovered.length > 0]);
  for (const stack of stacks) {
    courtesy.signal?.throwIfAborted();
    const images = await readImages(source, pathsOf(stack), state.files);
    // From hunks alone most of a path would be guessed.
    if (images.some(({ known: lines }) => lines !== null)) continue;
    const files = images.map((image) => parseImage(parser, image));
    const { era, version } = state.inventory.era;
    const supposed = JSON.stringify(state.supposed ?? []);
    const key = [libraryNumber(), stack.name, era?.id, version, coreKey, supposed].join();
    const run =
      recall(key, state.inventory, files) ??
      (await storedRun([stack.name, version ?? '', coreKey], state, files, async () => {
        const consulted = new Set<string>();
        const made = await runStack(parser, state, files, core, stack, consulted, courtesy);
        remember(key, state.inventory, files, consulted, made);
        return made;
      }));
    if (run !== null) runs.push({ ...run, remarks: [...core.remarks, ...run.remarks] });
  }
  return runs;
}

/** The run that an earlier process kept, else `make`'s. The sets may come from other files than those of the stack. */
async function storedRun(
  key: readonly string[],
  { inventory, supposed = [] }: TreeState,
  files: readonly CFile[],
  make: () => Promise<StackRun | null>,
): Promise<StackRun | null> {
  const kept = runStore();
  if (kept === null) return make();
  const { store, annotations } = kept;
  const texts = files.flatMap(({ path, text }) => [path, text]);
  const whole = ['run', annotations, ...key, JSON.stringify([inventory.era, inventory.sets, supposed]), ...texts];
  const found = (await store.get(whole)) as { readonly run: StackRun | null } | null;
  if (found) return found.run;
  const run = await make();
  await store.put(whole, { run });
  return run;
}

/** Null for a stack that the files do not have. */
async function runStack(
  parser: CParser,
  { inventory, supposed = [] }: TreeState,
  files: readonly CFile[],
  { rules, uncovered }: CoreUse,
  stack: DeviceStack,
  consulted: Set<string>,
  courtesy: Courtesy,
): Promise<StackRun | null> {
  const core = { rules, remarks: [], uncovered };
  try {
    const extracted = extractFrom({ parser, files, inventory, core, supposed }, stack, consulted);
    const [reason] = uncovered;
    if (extracted && reason !== undefined) return unfinished(stack, reason);
    return extracted && (await simulateStack(extracted, stack, piecesFor(supposed), courtesy));
  } catch (error) {
    // Code that is too much for the extraction, or that the model has no words for.
    if (!(error instanceof UserError)) throw error;
    return unfinished(stack, error.message);
  }
}

/** The first violation of any try, with the real reserves if it lasts; else the proof of the last. */
async function simulateStack(
  extracted: Extracted,
  stack: DeviceStack,
  leastPieces: number,
  courtesy: Courtesy,
): Promise<StackRun> {
  const { scenario, facts } = extracted;
  const reserves = (set: string): number | null => facts.get(set)?.reserve ?? null;
  let last: Simulation | null = null;
  for (const usually of stack.tries.length > 0 ? stack.tries : usual) {
    const parameters = { ...usually, pieces: Math.max(usually.pieces, leastPieces) };
    const result = await simulateOnce(scenario, { parameters, limits }, courtesy);
    if (result.verdict !== 'proved' && result.verdict !== 'incomplete') {
      const involved = involvedSets(result, scenario);
      // One whose size the code does not show may be as large as any.
      const sizes = involved.map((set) => reserves(set) ?? mostReserve);
      const most = Math.max(0, ...sizes);
      if (most <= parameters.reserve) return toRun(result, extracted, stack, true);
      const confirmed =
        most > mostReserve ? null : await simulateReal(scenario, reserves, most, parameters.tasks, courtesy);
      if (confirmed === null || confirmed.verdict === 'incomplete') return toRun(result, extracted, stack, null);
      const lasts = confirmed.verdict !== 'proved';
      return { ...toRun(result, extracted, stack, lasts), reserve: lasts ? most : parameters.reserve };
    }
    if (last === null || result.verdict === 'proved') last = result;
  }
  if (last === null) throw new Error('no try was made');
  return toRun(last, extracted, stack, null);
}

/** The same with every set as large as the code makes it, and one piece more than the largest. */
function simulateReal(
  scenario: Scenario,
  reserves: (set: string) => number | null,
  most: number,
  tasks: number,
  courtesy: Courtesy,
): Promise<Simulation> {
  const sets = new Map(
    [...scenario.sets].map(([name, set]) => {
      const reserve = Math.min(reserves(name) ?? mostReserve, mostReserve);
      return [name, { ...set, reserve: parseExpression(String(reserve)) }];
    }),
  );
  return simulateOnce({ ...scenario, sets }, { parameters: { reserve: 2, pieces: most + 1, tasks }, limits }, courtesy);
}

function involvedSets(result: Simulation, scenario: Scenario): string[] {
  const text = `${result.sentence} ${JSON.stringify(result.cycle)}`;
  return [...scenario.sets.keys()].filter((set) => text.includes(set));
}

function toRun(
  result: Simulation,
  { scenario, programs, remarks, facts }: Extracted,
  { name, about }: DeviceStack,
  real: boolean | null,
): StackRun {
  return {
    stack: name,
    about,
    verdict: result.verdict,
    parameters: result.bounds.parameters,
    real,
    reserve: result.bounds.parameters.reserve ?? 0,
    sentence: result.sentence,
    trace: result.trace.map(({ task, action, source }) => ({ task, action, ...whereIs(source) })),
    waits: result.cycle.flatMap((node) =>
      'task' in node ? [{ task: node.task, action: `waits for ${node.waits}`, ...whereIs(node.source) }] : [],
    ),
    sets: [...facts.keys()],
    involved: involvedSets(result, scenario),
    entered: [...new Set(programs.flatMap(({ entered }) => entered))],
    recursions: programs.flatMap(({ recursions }) => recursions),
    remarks,
    states: result.states,
    evidence: { scenario, simulation: result, callers: new Map(programs.flatMap(({ callers }) => [...callers])) },
  };
}

function unfinished({ name, about }: DeviceStack, reason: string): StackRun {
  return {
    stack: name,
    about,
    verdict: 'incomplete',
    parameters: {},
    real: null,
    reserve: 0,
    sentence: reason,
    trace: [],
    waits: [],
    sets: [],
    involved: [],
    entered: [],
    recursions: [],
    remarks: [],
    states: 0,
    evidence: null,
  };
}

/** `alloc_tio() drivers/md/dm.c:1285` as a place; without one for what the model does by itself, as in `schedule()`. */
function whereIs(source: string): Pick<RunStep, 'function' | 'place'> {
  const [, name = '', path, at] = /^(\w+)\(\)(?: (\S+):(\d+))?$/.exec(source) ?? [];
  const line = Number(at);
  const place =
    path === undefined ? null : { path, function: name, range: { line, column: 1, endLine: line, endColumn: 1000 } };
  return { function: name === '' ? null : name, place };
}

/** The runs of stacks by name over a tree, with other text for some of its files. */
export async function runsOf(
  {
    parser,
    source,
    files,
    stacks,
    supposed,
  }: {
    readonly parser: CParser;
    readonly source: TreeSource;
    readonly files: ReadonlyMap<string, FileImage>;
    readonly stacks: readonly string[];
    readonly supposed: readonly Supposition[];
  },
  courtesy: Courtesy = {},
): Promise<readonly StackRun[]> {
  const wanted = shippedLibrary().stacks.filter(({ name }) => stacks.includes(name));
  const paths = wanted.flatMap((stack) => stack.files);
  const { inventory } = await takeCode({ parser, source, paths, files }, courtesy);
  return runStacks(parser, { files, inventory, supposed }, source, wanted, courtesy);
}
