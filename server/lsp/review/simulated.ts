import { layoutOf } from '../../c/layout.js';
import type { CFile } from '../../c/types.js';
import type { StateFacts } from '../../review/rules/rule.js';

/** What the simulator says of the stacks that go through what a patch changes: how many are proved, and how many not decided. */
export interface Simulated {
  readonly proved: number;
  readonly undecided: number;
}

/** Counts the stacks with a function that is not the same in the state after a patch as in the one before. */
export function simulatedWith(before: StateFacts, after: StateFacts): Simulated {
  const known = new Map(before.index.files.map((file) => [file.path, file]));
  const changed = new Set(after.index.files.flatMap((file) => changedIn(known.get(file.path), file)));
  const verdicts = after.runs
    .filter(({ entered }) => entered.some((name) => changed.has(name)))
    .map(({ verdict }) => verdict);
  return {
    proved: verdicts.filter((verdict) => verdict === 'proved').length,
    undecided: verdicts.filter((verdict) => verdict === 'incomplete').length,
  };
}

/** Names of the functions of a file that were otherwise, or not there. */
function changedIn(before: CFile | undefined, after: CFile): readonly string[] {
  if (before === after) return [];
  const known = new Set(before ? layoutOf(before).functions.map(({ text }) => text) : []);
  return layoutOf(after)
    .functions.filter(({ text }) => !known.has(text))
    .map(({ name }) => name);
}
