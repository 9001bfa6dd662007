import type { CIndex } from '../c/index.js';
import { openParser } from '../c/parser.js';
import { type SetFacts, setFacts } from '../kernel/set-facts.js';
import type { Inventory } from '../kernel/types.js';
import { shippedLibrary } from '../model/extract/library.js';
import type { Stack as DeviceStack } from '../model/extract/notes.js';
import type { FileImage, TreeSource } from '../series/types.js';
import { type Courtesy, UserError } from '../text.js';
import { runStacks, type StackRun, stacksOf } from './runs.js';
import { type Supposition, supposeFacts } from './supposed.js';
import { stacksForDrivers } from './unknown-drivers.js';

/** The code of one state of a tree. */
export interface CodeState {
  readonly source: TreeSource;
  /** Files that win over the tree's. */
  readonly files: ReadonlyMap<string, FileImage>;
  readonly index: CIndex;
  readonly inventory: Inventory;
}

/** The stacks that can be tried on some files: those of the library, and those of drivers that it does not know. */
export function stacksToTry(index: CIndex, paths: ReadonlySet<string>): readonly DeviceStack[] {
  return [...stacksOf(paths), ...stacksForDrivers(index, paths, shippedLibrary())];
}

/** What the simulator says of a stack if sets were otherwise than the code has them. Throws UserError if there is no such stack. */
export async function runSupposed(
  { source, files, index, inventory }: CodeState,
  stack: string,
  supposed: readonly Supposition[],
  courtesy: Courtesy,
): Promise<StackRun> {
  const all = [...shippedLibrary().stacks, ...stacksToTry(index, new Set(index.files.map(({ path }) => path)))];
  const wanted = all.find(({ name }) => name === stack);
  if (!wanted) throw new UserError(`no stack is called "${stack}"`);
  const parser = await openParser();
  try {
    const [run] = await runStacks(parser, { files, inventory, supposed }, source, [wanted], courtesy);
    if (run) return run;
  } finally {
    parser.close();
  }
  throw new UserError(
    source.kind === 'hunks'
      ? 'without a tree there is no code to simulate; the setting rescuer.tree names one'
      : `the tree has no ${stack}: ${wanted.files.join(', ')} lack its entry point`,
  );
}

/** The facts of the set that a program calls `mapped_device.bs`, as supposed. */
export function factsIf(inventory: Inventory, set: string, supposed: readonly Supposition[]): SetFacts {
  return supposeFacts(setFacts(inventory, set), set, supposed);
}

/** `without a rescuer`, `with a reserve of 4`; the empty string where nothing is supposed. */
export function describeSupposed(supposed: readonly Supposition[]): string {
  return supposed
    .map(({ set, rescuer, reserve }) => {
      const flag = rescuer === undefined ? [] : [rescuer ? 'with a rescuer' : 'without a rescuer'];
      const size = reserve === undefined ? [] : [`with a reserve of ${reserve}`];
      return `${set} ${[...flag, ...size].join(' and ')}`;
    })
    .join(', ');
}

/** What was supposed before, with one more. */
export function suppose(before: readonly Supposition[], more: Supposition): readonly Supposition[] {
  const old = before.find(({ set }) => set === more.set);
  return [...before.filter((one) => one !== old), { ...old, ...more }];
}
