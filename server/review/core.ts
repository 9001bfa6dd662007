import { indexFiles } from '../c/index.js';
import type { CParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import { coreOf } from '../model/core/core.js';
import { differences, rulesOf } from '../model/core/rules.js';
import type { CoreSemantics } from '../model/core/semantics.js';
import type { CoreRules } from '../model/era.js';
import type { FileImage, TreeSource } from '../series/types.js';
import { shippedScenarios } from '../sim/shipped.js';
import { simulate } from '../sim/simulate.js';
import type { Simulation } from '../sim/types.js';
import type { Courtesy } from '../text.js';
import { readImages } from './images.js';
import { parseImage } from './parsed.js';

/** Where the functions are that every driver's bios go through, and the headers that they lean on. */
const corePaths = [
  'block/blk-core.c',
  'block/blk-merge.c',
  'block/blk.h',
  'block/bio.c',
  'fs/bio.c',
  'drivers/md/dm.c',
  'include/linux/bio.h',
  'include/linux/blk_types.h',
  'include/linux/blkdev.h',
  'include/linux/mempool.h',
];

/** Whether one of the files has core functions that matter to drivers of all kinds; dm.c has only its own. */
function isCorePath(path: string): boolean {
  return corePaths.includes(path) && /^(?:block|fs)\//.test(path);
}

/** The core functions of one state of a series that changes what they do. */
export interface CoreFacts {
  readonly semantics: CoreSemantics;
  /** The shipped scenarios under these rules; none if the code does what the simulator has no rule for. */
  readonly runs: readonly Simulation[];
}

/** By the files it was made from: equal text is one file, the parser's cache sees to that. */
interface Known {
  readonly next: WeakMap<CFile, Known>;
  core: CoreSemantics | null;
}
const known: Known = { next: new WeakMap(), core: null };

/** Runs the core functions of a state and tells what they do. Files of which only hunks are known are not in view. */
export async function readCore(
  parser: CParser,
  source: TreeSource,
  files: ReadonlyMap<string, FileImage>,
): Promise<CoreSemantics> {
  const images = await readImages(source, corePaths, files);
  const parsed = images.filter((image) => image.known === null).map((image) => parseImage(parser, image));
  let at = known;
  for (const file of parsed) {
    const next: Known = at.next.get(file) ?? { next: new WeakMap(), core: null };
    at.next.set(file, next);
    at = next;
  }
  at.core ??= coreOf(indexFiles(parsed));
  return at.core;
}

/** The core functions of each state, if they do not do the same in all of them; else null. */
export async function coreChanges(
  parser: CParser,
  source: TreeSource,
  states: readonly ReadonlyMap<string, FileImage>[],
): Promise<readonly CoreSemantics[] | null> {
  if (source.kind === 'hunks' || !states.some((files) => [...files.keys()].some(isCorePath))) return null;
  const seen: CoreSemantics[] = [];
  for (const files of states) seen.push(await readCore(parser, source, files));
  return seen.some((core, at) => at > 0 && differences(seen[at - 1] ?? core, core).length > 0) ? seen : null;
}

const runsOfRules = new Map<string, readonly Simulation[]>();

/** Runs the shipped scenarios under the rules that were observed, instead of those of a kernel version (`4.14`). */
export async function coreFacts(semantics: CoreSemantics, version: string, courtesy: Courtesy): Promise<CoreFacts> {
  const { rules, uncovered } = rulesOf(semantics, version);
  if (uncovered.length > 0) return { semantics, runs: [] };
  const key = JSON.stringify([version, rules]);
  const runs = runsOfRules.get(key) ?? (await runShipped(version, rules, courtesy));
  runsOfRules.set(key, runs);
  return { semantics, runs };
}

async function runShipped(
  version: string,
  core: Partial<CoreRules>,
  courtesy: Courtesy,
): Promise<readonly Simulation[]> {
  const runs: Simulation[] = [];
  for (const scenario of shippedScenarios()) {
    const strategies = new Map([...scenario.strategies].map(([name, one]) => [name, { ...one, era: null }]));
    for (const [strategy, { core: own }] of strategies) {
      // A strategy with rules of its own says nothing about these.
      if (own === undefined)
        runs.push(await simulate({ ...scenario, era: version, core, strategies }, { strategy, limits }, courtesy));
    }
  }
  return runs;
}

const limits = { maxStates: 200_000 };
