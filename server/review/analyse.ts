import { type CIndex, indexFiles } from '../c/index.js';
import { type CParser, openParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import { recogniseEra } from '../kernel/eras.js';
import { takeInventory } from '../kernel/inventory.js';
import { newestVersionAt } from '../kernel/releases.js';
import type { EraGuess } from '../kernel/types.js';
import { wantsFile } from '../kernel/words.js';
import { versionOf } from '../model/era.js';
import { shippedLibrary } from '../model/extract/library.js';
import type { Stack as DeviceStack } from '../model/extract/notes.js';
import { filesBefore } from '../series/stack.js';
import type { FileImage, Series, Stack, TreeSource } from '../series/types.js';
import { breathe, type Courtesy } from '../text.js';
import { type Context, isC, readContext } from './context.js';
import { coreChanges, coreFacts } from './core.js';
import { type HunkRef, hunksIn, noBlame, withoutHunk } from './hunks.js';
import { parseImage } from './parsed.js';
import type { StateFacts } from './rules/rule.js';
import { isViolation, runStacks, type StackRun, stacksOf, violationKey } from './runs.js';
import { stacksForDrivers } from './unknown-drivers.js';

/** The facts of a series: what each patch finds, and what it leaves. */
export interface StackFacts {
  /** `states[0]` is the base, `states[i]` what patch number i of the stack leaves. */
  readonly states: readonly StateFacts[];
  /** What patch number i (from 1) finds, where that is not what the one before left: its files are known from hunks. */
  readonly restarts: ReadonlyMap<number, StateFacts>;
  readonly context: Context;
  /** Drivers that the series touches and whose programs are not understood well enough for a verdict. */
  readonly unfollowed: readonly string[];
}

/** Reads the C of every state of a series, takes its inventory and, if asked to, simulates the stacks that it touches. */
export async function analyseStack(stack: Stack, simulate: boolean, courtesy: Courtesy): Promise<StackFacts> {
  const parser = await openParser();
  try {
    const wanted = wantedPaths(stack);
    const touched = parseImages(parser, [...(stack.states[0]?.files ?? new Map()).values()], wanted);
    const context = await readContext(stack.source, touched);
    const makefile = await stack.source.read('Makefile');
    const indices: CIndex[] = [];
    for (const [place, state] of stack.states.entries()) {
      courtesy.progress?.('patches read', place, stack.states.length);
      await breathe(courtesy);
      indices.push(indexOf(parser, state.files, wanted, context, indices.at(-1) ?? null));
    }
    const newest = stack.source.kind === 'hunks' ? newestVersion(stack.series) : null;
    const eras = fillIn(indices.map((index) => recogniseEra(index, makefile ?? undefined, newest)));
    // What all drivers' bios go through matters to all stacks.
    const files = stack.states.map((state) => state.files);
    const cores = simulate ? await coreChanges(parser, stack.source, files) : null;
    const paths = new Set(touched.map(({ path }) => path));
    const [base = indexFiles([])] = indices;
    const run = { parser, source: stack.source };
    const drivers = simulate ? stacksForDrivers(base, paths, shippedLibrary()) : [];
    const { followed, unfollowed } = await tryDrivers(drivers, (drivers) => {
      const files = stack.states[0]?.files ?? new Map<string, FileImage>();
      return factsOf(base, eras[0] ?? recogniseEra(base), files, { ...run, stacks: drivers }, courtesy);
    });
    const touching = simulate ? stacksOf(paths) : [];
    const stacks = [...(cores ? shippedLibrary().stacks : touching), ...followed];
    const simulator = { ...run, stacks };
    const states: StateFacts[] = [];
    const restarts = new Map<number, StateFacts>();
    for (const [place, index] of indices.entries()) {
      courtesy.progress?.('patches analysed', place, stack.states.length);
      await breathe(courtesy);
      const era = eras[place] ?? recogniseEra(index);
      const last = states.at(-1);
      const files = stack.states[place]?.files ?? new Map<string, FileImage>();
      if (last?.index === index) states.push(last);
      else {
        const facts = await factsOf(index, era, files, simulator, courtesy);
        const semantics = cores?.[place];
        const core = semantics ? await coreFacts(semantics, versionOf(era), courtesy) : null;
        states.push({ ...facts, core });
      }
      if (place > 0 && (stack.states[place]?.restarted.size ?? 0) > 0) {
        const before = indexOf(parser, filesBefore(stack, place - 1), wanted, context, null);
        restarts.set(place, {
          index: before,
          inventory: takeInventory(before, era),
          asked: null,
          runs: [],
          core: null,
          blame: noBlame,
        });
      }
    }
    const again = async (files: ReadonlyMap<string, FileImage>, device: DeviceStack, era: EraGuess) => {
      const index = indexOf(parser, files, wanted, context, null);
      return (await factsOf(index, era, files, { ...simulator, stacks: [device] }, courtesy)).runs;
    };
    return { states: await blamed(states, stack, stacks, again), restarts, context, unfollowed };
  } finally {
    parser.close();
  }
}

/**
 * Of stacks that nobody has looked at yet, those that are proved before the series: with the others the extraction may
 * have lost track of a bio, and what it then says is worth nothing.
 */
async function tryDrivers(
  drivers: readonly DeviceStack[],
  facts: (stacks: readonly DeviceStack[]) => Promise<StateFacts>,
): Promise<{ readonly followed: readonly DeviceStack[]; readonly unfollowed: readonly string[] }> {
  if (drivers.length === 0) return { followed: [], unfollowed: [] };
  const { runs } = await facts(drivers);
  const proved = new Set(runs.filter(({ verdict }) => verdict === 'proved').map(({ stack }) => stack));
  return {
    followed: drivers.filter(({ name }) => proved.has(name)),
    unfollowed: runs.filter(({ stack }) => !proved.has(stack)).map(({ about }) => about),
  };
}

/** The states with the hunks that bring or repair each violation, found by trying without them. */
async function blamed(
  states: readonly StateFacts[],
  stack: Stack,
  stacks: readonly DeviceStack[],
  again: (files: ReadonlyMap<string, FileImage>, device: DeviceStack, era: EraGuess) => Promise<readonly StackRun[]>,
): Promise<readonly StateFacts[]> {
  const blames = new Map<StateFacts, { causes: Map<string, HunkRef[]>; repairs: Map<string, HunkRef[]> }>();
  const blameOf = (facts: StateFacts) => {
    const known = blames.get(facts) ?? { causes: new Map(), repairs: new Map() };
    blames.set(facts, known);
    return known;
  };
  for (const [place, patch] of stack.series.patches.entries()) {
    const [before, after] = [states[place], states[place + 1]];
    const files = stack.states[place + 1]?.files;
    if (!before || !after || !files || before === after) continue;
    const refs = hunksIn(patch, files);
    if (refs.length < 2) continue;
    const [were, are] = [before, after].map((facts) => new Set(facts.runs.filter(isViolation).map(violationKey)));
    for (const device of stacks) {
      const keys = [before, after].map(({ runs }) =>
        runs.filter((run) => run.stack === device.name && isViolation(run)).map(violationKey),
      );
      const brought = keys[1]?.filter((key) => !were?.has(key)) ?? [];
      const repaired = keys[0]?.filter((key) => !are?.has(key)) ?? [];
      if (brought.length + repaired.length === 0) continue;
      for (const ref of refs) {
        const runs = await again(withoutHunk(files, patch, ref), device, after.inventory.era);
        const left = new Set(runs.filter(isViolation).map(violationKey));
        const note = (map: Map<string, HunkRef[]>, key: string): unknown =>
          map.set(key, [...(map.get(key) ?? []), ref]);
        for (const key of brought) if (!left.has(key)) note(blameOf(after).causes, key);
        for (const key of repaired) if (left.has(key)) note(blameOf(before).repairs, key);
      }
    }
  }
  // A state that no patch changes is one object all along.
  const made = new Map([...blames].map(([facts, blame]) => [facts, { ...facts, blame }]));
  return states.map((facts) => made.get(facts) ?? facts);
}

interface Simulator {
  readonly parser: CParser;
  readonly source: TreeSource;
  readonly stacks: readonly DeviceStack[];
}

async function factsOf(
  index: CIndex,
  era: EraGuess,
  files: ReadonlyMap<string, FileImage>,
  { parser, source, stacks }: Simulator,
  courtesy: Courtesy,
): Promise<StateFacts> {
  const inventory = takeInventory(index, era);
  const runs = source.kind === 'hunks' ? [] : await runStacks(parser, { files, inventory }, source, stacks, courtesy);
  return { index, inventory, asked: null, runs, core: null, blame: noBlame };
}

/** The index that was made last: an editor's checks look at the same files again and again. */
let latest: CIndex | null = null;

/** Reads the C of `images` and of what belongs to them. */
export async function analyseFiles(
  source: TreeSource,
  images: readonly FileImage[],
  simulate: boolean,
  courtesy: Courtesy,
): Promise<{ readonly facts: StateFacts; readonly context: Context }> {
  const parser = await openParser();
  try {
    const files: CFile[] = [];
    for (const [done, image] of images.entries()) {
      courtesy.progress?.('files read', done, images.length);
      await breathe(courtesy);
      if (wantsFile(image.text)) files.push(parseImage(parser, image));
    }
    const context = await readContext(source, files);
    const all = new Map(images.map((image) => [image.path, image]));
    const wanted = new Set(files.map(({ path }) => path));
    const index = indexOf(parser, all, wanted, context, latest);
    latest = index;
    const era = recogniseEra(index, (await source.read('Makefile')) ?? undefined);
    const stacks = simulate ? stacksOf(new Set(files.map(({ path }) => path))) : [];
    const simulator = { parser, source, stacks };
    const facts = await factsOf(index, era, all, simulator, courtesy);
    return { facts: { ...facts, asked: new Set(all.keys()) }, context };
  } finally {
    parser.close();
  }
}

/**
 * The files that have to do with bios, workqueues or mempools in any state; no rule looks at others. One that only a patch makes
 * such a file is looked at before it as well: what stood there is not new.
 */
function wantedPaths({ states, series }: Stack): ReadonlySet<string> {
  const images = new Set(states.flatMap(({ files, restarted }) => [...files.values(), ...restarted.values()]));
  const wanted = new Set([...images].flatMap(({ path, text }) => (wantsFile(text) ? [path] : [])));
  const renames = series.patches.flatMap(({ files }) => files);
  for (const { oldPath, newPath } of [...renames, ...renames.toReversed()]) {
    if (oldPath !== null && newPath !== null && (wanted.has(oldPath) || wanted.has(newPath))) {
      wanted.add(oldPath).add(newPath);
    }
  }
  return wanted;
}

function parseImages(parser: CParser, images: readonly FileImage[], wanted: ReadonlySet<string>): readonly CFile[] {
  return images.filter(({ path }) => isC(path) && wanted.has(path)).map((image) => parseImage(parser, image));
}

/** The index of one state; that of the state before when no C file differs. */
function indexOf(
  parser: CParser,
  files: ReadonlyMap<string, FileImage>,
  wanted: ReadonlySet<string>,
  context: Context,
  before: CIndex | null,
): CIndex {
  const around = context.images.filter(({ path }) => !files.has(path));
  const all = [
    ...parseImages(parser, [...files.values()], wanted),
    ...around.map((image) => parseImage(parser, image, 'context')),
  ];
  const same = before?.files.length === all.length && all.every((file, i) => file === before.files[i]);
  return before !== null && same ? before : indexFiles(all, before);
}

/** The newest version that a series can be for, going by when it was sent. */
function newestVersion({ patches }: Series): string | null {
  const dates = patches.flatMap(({ date }) => date ?? []).sort();
  return newestVersionAt(dates.at(-1) ?? '9999');
}

/** From hunks one patch may show what era it is and the next may not: then the nearest earlier one holds, else a later. */
function fillIn(guesses: readonly EraGuess[]): readonly EraGuess[] {
  const isKnown = ({ era }: EraGuess): boolean => era !== null;
  return guesses.map(
    (guess, place) => guesses.slice(0, place + 1).findLast(isKnown) ?? guesses.slice(place).find(isKnown) ?? guess,
  );
}
