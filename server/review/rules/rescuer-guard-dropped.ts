import page from '../../../docs/rules/rescuer-guard-dropped.md';
import type { RescuerUse } from '../../kernel/types.js';
import { functionAt } from './code.js';
import { readPage } from './page.js';
import type { ChangeRule, RawFinding, StateFacts } from './rule.js';
import { nullWorkqueueRun } from './simulations.js';

export const rescuerGuardDropped: ChangeRule = {
  ...readPage(page),
  reversible: true,
  compare(before, after) {
    // A hunk may not tell its era; that there was a test tells that rescuers are optional.
    if ((after.inventory.era.era?.rescuer ?? 'flag') !== 'flag') return [];
    return testsIn(before).flatMap((test) => {
      const fn = after.index.functionsNamed(test.function ?? '').find(({ path }) => path === test.path);
      const stays = testsIn(after).some((other) => sameFunction(other, test));
      return fn === undefined || stays ? [] : [report(test, { ...test, range: fn.nameRange })];
    });
  },
};

/** Tests of a rescue_workqueue in functions of which only hunks are known, where no hunk shows what they guard. */
function testsIn({ index, inventory }: StateFacts): readonly RescuerUse[] {
  const uses = inventory.uses.filter(({ what }) => what === 'rescue_workqueue');
  return uses.filter(
    (use, place) =>
      use.how === 'test' &&
      index.files.some(({ path, known }) => path === use.path && known !== null) &&
      functionAt(index, use) !== null &&
      !uses.some((other) => other.how !== 'test' && sameFunction(other, use)) &&
      uses.findIndex((other) => sameFunction(other, use)) === place,
  );
}

function sameFunction(a: RescuerUse, b: RescuerUse): boolean {
  return a.path === b.path && a.function === b.function;
}

function report(test: RescuerUse, place: RescuerUse): RawFinding {
  return {
    key: `${test.function}`,
    message: `${test.function}() no longer tests rescue_workqueue: if it queues on it further down, bios of a set without a rescuer would be queued on a NULL workqueue`,
    repaired: `${test.function}() tests rescue_workqueue, so that bios of sets without a rescuer can be left alone`,
    set: test.set === '?' ? null : test.set,
    place,
    evidence: [{ path: test.path, function: test.function, text: 'rescue_workqueue' }],
    related: [],
    simulation: nullWorkqueueRun,
  };
}
