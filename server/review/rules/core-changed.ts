import page from '../../../docs/rules/core-changed.md';
import { differences } from '../../model/core/rules.js';
import type { Simulation } from '../../sim/types.js';
import type { CoreFacts } from '../core.js';
import { readPage } from './page.js';
import type { ChangeRule } from './rule.js';

export const coreChanged: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare({ core: before }, { core: after }) {
    if (before === null || after === null) return [];
    const changed = differences(before.semantics, after.semantics);
    const [first] = changed;
    if (!first) return [];
    const [worse] = worsened(before, after);
    const understood = changed.every((one) => one.understood);
    return [
      {
        key: changed.map(({ part }) => part).join(),
        level: worse ? 'error' : understood ? 'note' : 'warning',
        message: `${changed.map(({ text }) => text).join('. ')}${worse ? `. ${consequence(worse)}` : ''}`,
        repaired: `again as it should be: ${changed.map(({ text }) => text).join('. ')}`,
        set: null,
        place: first.place,
        evidence: changed.flatMap(({ place }) => [
          { path: place.path, function: place.function, text: 'rescue_workqueue' },
          { path: place.path, function: place.function, text: '' },
        ]),
        related: [],
        ...(worse && {
          simulation: {
            scenario: worse.scenario,
            strategy: worse.strategy,
            parameters: worse.bounds.parameters,
          },
        }),
      },
    ];
  },
};

/** The scenarios that were proved, and are not any more; those with the fewest states first. */
function worsened(before: CoreFacts, after: CoreFacts): readonly Simulation[] {
  const proved = new Set(before.runs.filter(({ verdict }) => verdict === 'proved').map(nameOf));
  return after.runs
    .filter((run) => proved.has(nameOf(run)) && run.verdict !== 'proved' && run.verdict !== 'incomplete')
    .toSorted((a, b) => a.trace.length - b.trace.length);
}

const nameOf = ({ scenario, strategy }: Simulation): string => `${scenario} (${strategy})`;

function consequence(run: Simulation): string {
  return `The scenario ${nameOf(run)} went on to its end, and now ends in ${run.verdict}: ${run.sentence}`;
}
