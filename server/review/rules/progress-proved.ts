import page from '../../../docs/rules/progress-proved.md';
import { aliases, describeSet } from '../../kernel/set-facts.js';
import { boundsText, setId } from '../runs.js';
import { readPage } from './page.js';
import { rescuerChanges } from './rescuer-changes.js';
import type { ChangeRule, StateFacts } from './rule.js';

export const progressProved: ChangeRule = {
  ...readPage(page),
  reversible: false,
  compare: (before, after) =>
    (['dropped', 'added'] as const).flatMap((change) =>
      rescuerChanges(before, after, change).flatMap((creation) => {
        const { set, path, function: name } = creation;
        const runs = proofsFor(after, set);
        if (runs.length === 0 || violated(after, set)) return [];
        const stacks = runs.map(({ stack, states }) => `${stack} (${states} states)`).join(', ');
        const bounds = boundsText(runs[0]?.parameters ?? {});
        const rescuer = change === 'dropped' ? 'without its rescuer' : 'with a rescuer';
        return [
          {
            key: `${creation.function}:${set}`,
            message: `proved: with ${describeSet(after.inventory, set)} ${rescuer}, every task goes on to its end on ${stacks}, within ${bounds}`,
            set,
            place: creation.flags.value === null ? creation : { ...creation, range: creation.flags.value.range },
            takenAway: { path, function: name, text: 'BIOSET_NEED_RESCUER' },
            evidence: [{ path, function: name, text: creation.callee }],
            related: [],
            ...(runs[0] && { run: runs[0] }),
          },
        ];
      }),
    ),
};

/** The runs that use a set under any of its names, and proved progress. */
export function proofsFor(facts: StateFacts, set: string): StateFacts['runs'] {
  const names = aliases(facts.inventory, set);
  return facts.runs.filter((run) => run.verdict === 'proved' && run.sets.some((one) => names.has(setId(one, facts))));
}

/** Whether a run of a stack with this set got stuck. */
export function violated(facts: StateFacts, set: string): boolean {
  const names = aliases(facts.inventory, set);
  return facts.runs.some(
    ({ verdict, sets }) =>
      verdict !== 'proved' && verdict !== 'incomplete' && sets.some((one) => names.has(setId(one, facts))),
  );
}
