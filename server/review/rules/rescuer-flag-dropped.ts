import page from '../../../docs/rules/rescuer-flag-dropped.md';
import { describeSet, reserveOf } from '../../kernel/set-facts.js';
import type { SetCreation } from '../../kernel/types.js';
import { type Holding, holdsSeveral } from './holding.js';
import { readPage } from './page.js';
import { proofsFor, violated } from './progress-proved.js';
import { rescuerChanges } from './rescuer-changes.js';
import type { ChangeRule, RawFinding, StateFacts } from './rule.js';
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
  const proved = proofsFor(after, set).length > 0 && !violated(after, set);
  const reserve = reserveOf(after.inventory, set) ?? reserveOf(before.inventory, set);
  return {
    key: `${creation.function}:${set}`,
    level: proved ? 'note' : levels[holding.answer],
    message: `dropping BIOSET_NEED_RESCUER is a functional change: ${describeSet(after.inventory, set)} loses its rescuer. ${proved ? atPeace : consequence(holding, reserve)}`,
    repaired: `${describeSet(before.inventory, set)} has a rescuer again, so that a task that waits for its reserve cannot wait for its own parked bios`,
    set,
    place: creation.flags.value === null ? creation : { ...creation, range: creation.flags.value.range },
    takenAway: { path: creation.path, function: creation.function, text: 'BIOSET_NEED_RESCUER' },
    evidence: [{ path: creation.path, function: creation.function, text: creation.callee }],
    related:
      holding.answer === 'yes'
        ? [{ message: 'allocates in this loop, while earlier bios are parked', place: holding.loop }]
        : [],
    simulation: poolRun('flag-dropped', reserve),
  };
}

/** The simulation outweighs what can be seen within one function. */
const atPeace = 'The simulator found no way to get stuck without it; the commit message should say so.';

/** An error needs a path that was seen; without one it is a change that wants an argument. */
const levels = { yes: 'error', unknown: 'warning', no: 'note' } as const;

function consequence(holding: Holding, reserve: number | null): string {
  const many = reserve === null ? 'the whole reserve' : `all ${reserve}`;
  if (holding.answer === 'no') {
    return 'In the code in view no task holds one of its bios parked while it takes the next; the commit message should say so.';
  }
  if (holding.answer !== 'yes') {
    return `Should a task ever have ${many} parked on current->bio_list and need another, nobody would submit them; the code in view does not rule that out.`;
  }
  const { entry, loop } = holding;
  const who = entry.name === loop.function ? `${entry.name}()` : `Below ${entry.name}(), ${loop.function}()`;
  return `${who} can have ${many} parked on current->bio_list and wait for ever for the next, as nobody else submits them.`;
}
