import { type CIndex, indexFiles } from '../c/index.js';
import { type CParser, openParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import { recogniseEra } from '../kernel/eras.js';
import { takeInventory } from '../kernel/inventory.js';
import { setFacts } from '../kernel/set-facts.js';
import type { Inventory } from '../kernel/types.js';
import { type CoreUse, rulesOf } from '../model/core/rules.js';
import { versionOf } from '../model/era.js';
import { notesInComments } from '../model/extract/comments.js';
import { shippedLibrary } from '../model/extract/library.js';
import type { Stack as DeviceStack } from '../model/extract/notes.js';
import { type Extracted, scenarioOf } from '../model/extract/stack.js';
import type { FileImage, TreeSource } from '../series/types.js';
import { breathe, type Courtesy, UserError } from '../text.js';
import { readCore } from './core.js';
import { readImages } from './images.js';
import { parseImage } from './parsed.js';
import { type Supposition, supposeFacts, supposeReserves } from './supposed.js';

/** Headers that the programs of every stack lean on. */
const headers = [
  'include/linux/device-mapper.h',
  'include/linux/bio.h',
  'include/linux/blk_types.h',
  'include/linux/blkdev.h',
  'include/linux/bvec.h',
];

/** Where sets are made that drivers use, and where the API shows its era. */
const common = ['block/bio.c', 'fs/bio.c', 'block/blk-core.c', 'block/genhd.c', 'include/linux/mempool.h'];

/** The paths that the programs of a stack come from. */
export function pathsOf(stack: DeviceStack): readonly string[] {
  return [...stack.files, ...headers];
}

/** The code that programs are extracted from. */
export interface StackCode {
  readonly parser: CParser;
  readonly files: readonly CFile[];
  /** May have seen more than the files. */
  readonly inventory: Inventory;
  readonly supposed?: readonly Supposition[];
  /** What the core functions do, as far as it is not what the era says. */
  readonly core: CoreUse;
}

/**
 * The scenario of a stack; null when the files lack its entry point. The names of all functions that were looked at go to
 * `consulted`. Throws UserError when they are too much to extract.
 */
export function extractFrom(
  { parser, files, inventory, supposed = [], core }: StackCode,
  stack: DeviceStack,
  consulted: Set<string> = new Set(),
): Extracted | null {
  const shipped = shippedLibrary();
  const own = notesInComments(files);
  const library = own.size === 0 ? shipped : { ...shipped, functions: new Map([...shipped.functions, ...own]) };
  const subject = {
    index: watched(indexFiles(files), consulted),
    era: inventory.era,
    parser,
    inventory,
    setFacts: (set: string) => supposeFacts(setFacts(inventory, set), set, supposed),
  };
  const asTree = scenarioOf(subject, library, stack);
  if (!asTree) return null;
  const extracted = supposeReserves(asTree, supposed);
  const { scenario, remarks } = extracted;
  const hasRules = Object.keys(core.rules).length > 0;
  return {
    ...extracted,
    scenario: hasRules ? { ...scenario, core: core.rules } : scenario,
    remarks: [...core.remarks, ...remarks],
  };
}

/** The index, which notes the functions that it is asked for. */
function watched(index: CIndex, consulted: Set<string>): CIndex {
  return {
    ...index,
    functionsNamed: (name, path) => {
      consulted.add(name);
      return index.functionsNamed(name, path);
    },
  };
}

/** What `takeCode` reads. */
export interface CodeOptions {
  readonly parser: CParser;
  readonly source: TreeSource;
  readonly paths: readonly string[];
  /** Files that win over the tree's. */
  readonly files?: ReadonlyMap<string, FileImage>;
}

/** Reads files, with those of the core that say which era it is and make the sets that all use. */
export async function takeCode({ parser, source, paths, files }: CodeOptions, courtesy: Courtesy): Promise<StackCode> {
  const images = await readImages(source, [...paths, ...headers, ...common], files);
  const parsed: CFile[] = [];
  for (const image of images) {
    courtesy.progress?.('files read', parsed.length, images.length);
    await breathe(courtesy);
    parsed.push(parseImage(parser, image));
  }
  const index = indexFiles(parsed);
  const inventory = takeInventory(index, recogniseEra(index, (await source.read('Makefile')) ?? undefined));
  const core = rulesOf(await readCore(parser, source, files ?? new Map()), versionOf(inventory.era));
  return { parser, files: parsed, inventory, core };
}

export interface StackOptions {
  readonly source: TreeSource;
  readonly stack: DeviceStack;
  /** Files that win over the tree's. */
  readonly files?: ReadonlyMap<string, FileImage>;
}

/** The scenario of a stack as a tree has it. Throws UserError when the tree lacks it, or it is too much to extract. */
export async function extractStack(
  { source, stack, files }: StackOptions,
  courtesy: Courtesy = {},
): Promise<Extracted> {
  const parser = await openParser();
  try {
    const paths = pathsOf(stack);
    const code = await takeCode({ parser, source, paths, ...(files && { files }) }, courtesy);
    const extracted = extractFrom(code, stack);
    if (extracted) return extracted;
    const entries = stack.entry.map((name) => `${name}()`).join(', ');
    throw new UserError(`the tree has no ${stack.name}: none of ${entries} is in ${stack.files.join(', ')}`);
  } finally {
    parser.close();
  }
}

/** The stack of that name. Throws UserError that lists the known ones. */
export function findStack(name: string): DeviceStack {
  const { stacks } = shippedLibrary();
  const found = stacks.find((stack) => stack.name === name);
  if (found) return found;
  throw new UserError(`no stack is called "${name}"; there are ${stacks.map((stack) => stack.name).join(', ')}`);
}
