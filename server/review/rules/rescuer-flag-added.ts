import page from '../../../docs/rules/rescuer-flag-added.md';
import { describeSet } from '../../kernel/set-facts.js';
import { holdsSeveral } from './holding.js';
import { readPage } from './page.js';
import { rescuerChanges } from './rescuer-changes.js';
import type { ChangeRule } from './rule.js';

export const rescuerFlagAdded: ChangeRule = {
  ...readPage(page),
  reversible: false,
  // Where a loop may need the rescuer, getting it is a repair, which rescuer-flag-dropped reports.
  compare: (before, after) =>
    rescuerChanges(before, after, 'added')
      .filter(({ set }) => holdsSeveral(before, set).answer === 'no')
      .map((creation) => ({
        key: `${creation.function}:${creation.set}`,
        message: `${describeSet(after.inventory, creation.set)} gains a rescuer, one kernel thread per set, and no code in view needs it`,
        set: creation.set,
        place: creation.flags.value === null ? creation : { ...creation, range: creation.flags.value.range },
        evidence: [{ path: creation.path, function: creation.function, text: 'BIOSET_NEED_RESCUER' }],
        related: [],
      })),
};
