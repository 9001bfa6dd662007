import { indexFiles } from '../c/index.js';
import { type CParser, openParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import { recogniseEra } from '../kernel/eras.js';
import { takeInventory } from '../kernel/inventory.js';
import { filesBefore } from '../series/stack.js';
import type { FileImage, Stack, TreeSource } from '../series/types.js';
import { breathe, type Courtesy } from '../text.js';
import { type Context, isC, readContext } from './context.js';
import { parseImage } from './parsed.js';
import type { StateFacts } from './rules/rule.js';

/** The facts of a series: what each patch finds, and what it leaves. */
export interface StackFacts {
  /** `states[0]` is the base, `states[i]` what patch number i of the stack leaves. */
  readonly states: readonly StateFacts[];
  /** What patch number i (from 1) finds, where that is not what the one before left: its files are known from hunks. */
  readonly restarts: ReadonlyMap<number, StateFacts>;
  readonly context: Context;
}

/** Reads the C of every state of a series and takes its inventory. */
export async function analyseStack(stack: Stack, courtesy: Courtesy): Promise<StackFacts> {
  const parser = await openParser();
  try {
    const touched = parseImages(parser, [...(stack.states[0]?.files ?? new Map()).values()]);
    const context = await readContext(stack.source, touched);
    const makefile = await stack.source.read('Makefile');
    const states: StateFacts[] = [];
    const restarts = new Map<number, StateFacts>();
    for (const [place, state] of stack.states.entries()) {
      courtesy.progress?.('patches analysed', place, stack.states.length);
      await breathe(courtesy);
      if (place > 0 && state.restarted.size > 0) {
        restarts.set(place, factsOf(parser, filesBefore(stack, place - 1), context, makefile, null));
      }
      states.push(factsOf(parser, state.files, context, makefile, states.at(-1) ?? null));
    }
    return { states, restarts, context };
  } finally {
    parser.close();
  }
}

/** Reads the C of `images` and of what belongs to them. */
export async function analyseFiles(
  source: TreeSource,
  images: readonly FileImage[],
  courtesy: Courtesy,
): Promise<{ readonly facts: StateFacts; readonly context: Context }> {
  const parser = await openParser();
  try {
    const files: CFile[] = [];
    for (const [done, image] of images.entries()) {
      courtesy.progress?.('files read', done, images.length);
      await breathe(courtesy);
      files.push(parseImage(parser, image));
    }
    const context = await readContext(source, files);
    const all = new Map(images.map((image) => [image.path, image]));
    return { facts: factsOf(parser, all, context, await source.read('Makefile'), null), context };
  } finally {
    parser.close();
  }
}

function parseImages(parser: CParser, images: readonly FileImage[]): readonly CFile[] {
  return images.filter(({ path }) => isC(path)).map((image) => parseImage(parser, image));
}

/** Facts of one state; those of the state before when no C file differs. */
function factsOf(
  parser: CParser,
  files: ReadonlyMap<string, FileImage>,
  context: Context,
  makefile: string | null,
  before: StateFacts | null,
): StateFacts {
  const around = context.images.filter(({ path }) => !files.has(path));
  const all = parseImages(parser, [...files.values(), ...around]);
  if (before !== null && sameFiles(before.index.files, all)) return before;
  const index = indexFiles(all);
  return { index, inventory: takeInventory(index, recogniseEra(index, makefile ?? undefined)) };
}

function sameFiles(a: readonly CFile[], b: readonly CFile[]): boolean {
  return a.length === b.length && a.every((file, i) => file === b[i]);
}
