import type { CFile } from '../c/types.js';
import { setFacts } from '../kernel/set-facts.js';
import type { Inventory } from '../kernel/types.js';
import type { StackRun } from './runs.js';
import { type Basis, basisOf, relocate, sameCode } from './same-code.js';

/** A run, and what it rests on. */
interface KnownRun {
  readonly basis: Basis;
  readonly sets: string;
  readonly run: StackRun;
}

/** Runs by all that matters to them but code and sets; the newest of a key first. */
const known = new Map<string, readonly KnownRun[]>();
/** Stacks, and states of the code for each. */
const most = { keys: 100, each: 8 };

/** A run of code that was the same as far as it matters, with its places as they are now. */
export function recall(key: string, inventory: Inventory, files: readonly CFile[]): StackRun | null {
  for (const { basis, sets, run } of known.get(key) ?? []) {
    const move = setsText(run, inventory) === sets ? sameCode(basis, files) : null;
    const moved = move && relocate(run, move);
    if (moved) return moved;
  }
  return null;
}

/** Keeps a run for states to come; none if the files do not have the stack. `consulted` names the functions it looked at. */
export function remember(
  key: string,
  inventory: Inventory,
  files: readonly CFile[],
  consulted: ReadonlySet<string>,
  run: StackRun | null,
): void {
  const basis = run && basisOf(files, consulted);
  if (!basis) return;
  const others = (known.get(key) ?? []).slice(0, most.each - 1);
  known.delete(key);
  known.set(key, [{ basis, sets: setsText(run, inventory), run }, ...others]);
  for (const oldest of known.keys()) {
    if (known.size <= most.keys) break;
    known.delete(oldest);
  }
}

/** What is known of the sets of a run, as text. */
const setsText = ({ sets }: StackRun, inventory: Inventory): string =>
  JSON.stringify(sets.map((set) => setFacts(inventory, set)));
