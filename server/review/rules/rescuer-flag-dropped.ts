import page from '../../../docs/rules/rescuer-flag-dropped.md';
import type { SetCreation } from '../../kernel/types.js';
import { type Holding, holdsSeveral } from './holding.js';
import { readPage } from './page.js';
import { rescuerChanges } from './rescuer-changes.js';
import type { ChangeRule, RawFinding, StateFacts } from './rule.js';
import { describeSet, reserveOf } from './sets.js';
import { poolRun } from './simulations.js';

export const rescuerFlagDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare: (before, after) =>
    rescuerChanges(before, after, 'dropped').map((creation) => report(creation, before, after)),
};

function report(creation: SetCreation, before: StateFacts, after: StateFacts): RawFinding {
  const { set } = creation;
  // Run backwards for a repair, the driver that matters is the one that had to do without.
  const holding = holdsSeveral(after, set);
  const reserve = reserveOf(after.inventory, set) ?? reserveOf(before.inventory, set);
  return {
    key: `${creation.function}:${set}`,
    level: holding.answer === 'no' ? 'warning' : 'error',
    message: `dropping BIOSET_NEED_RESCUER is a functional change: ${describeSet(after.inventory, set)} loses its rescuer. ${consequence(holding, reserve)}`,
    repaired: `${describeSet(before.inventory, set)} has a rescuer again, so that a task that waits for its reserve cannot wait for its own parked bios`,
    set,
    place: creation.flags.value === null ? creation : { ...creation, range: creation.flags.value.range },
    evidence: [
      { path: creation.path, function: creation.function, text: 'BIOSET_NEED_RESCUER' },
      { path: creation.path, function: creation.function, text: creation.callee },
    ],
    related:
      holding.answer === 'yes'
        ? [{ message: 'allocates in this loop, while earlier bios are parked', place: holding.loop }]
        : [],
    simulation: poolRun('flag-dropped', reserve),
  };
}

function consequence(holding: Holding, reserve: number | null): string {
  const many = reserve === null ? 'the whole reserve' : `all ${reserve}`;
  if (holding.answer === 'no') {
    return 'The code in view takes one bio at a time; the commit message should say why that is enough.';
  }
  const who = holding.answer === 'yes' && holding.loop.function !== null ? `${holding.loop.function}()` : 'A task';
  return `${who} can have ${many} parked on current->bio_list and wait for ever for the next, as nobody else submits them.`;
}
