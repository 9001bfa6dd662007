import page from '../../../docs/rules/wq-flag-dropped.md';
import type { Place } from '../../kernel/types.js';
import { readPage } from './page.js';
import type { ChangeRule } from './rule.js';
import { createdQueues } from './works.js';

export const wqFlagDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare(before, after) {
    const earlier = createdQueues(before.index, before.inventory.era);
    return [...createdQueues(after.index, after.inventory.era)].flatMap(([wq, creations]) => {
      const plain = creations.find(({ reclaim }) => reclaim === false);
      const had = earlier.get(wq)?.every(({ reclaim }) => reclaim === true);
      return plain && had ? [report(wq, plain.place)] : [];
    });
  },
};

function report(wq: string, place: Place): ReturnType<ChangeRule['compare']>[number] {
  const evidence = { path: place.path, function: place.function, text: 'WQ_MEM_RECLAIM' };
  return {
    key: wq,
    message: `${wq} loses WQ_MEM_RECLAIM: with memory short, work that a bio or reclaim waits for may never get a thread`,
    repaired: `${wq} has WQ_MEM_RECLAIM, and with it a thread that is there when memory is short`,
    set: null,
    place,
    evidence: [evidence],
    takenAway: evidence,
    related: [],
  };
}
