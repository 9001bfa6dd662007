import page from '../../../docs/rules/rescuer-missing.md';
import { type Flow, flowOf, reachable } from '../../c/flow.js';
import type { Expr } from '../../c/types.js';
import { calleeName, callsIn, covers } from '../../c/walk.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { formsOf } from '../../kernel/primitives.js';
import { mentions, type Site } from './code.js';
import { onPath } from './entries.js';
import { isSerialised } from './keeping.js';
import { type Held, heldAllocations } from './null-checks.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';
import { describeSet, flagOf, reserveOf } from './sets.js';
import { poolRun } from './simulations.js';

export const rescuerMissing: StateRule = {
  ...readPage(page),
  check(facts) {
    const path = onPath(facts.index, 'submission');
    return heldAllocations(facts)
      .filter(({ site }) => path.has(site.fn))
      .flatMap((held) => judge(facts, held));
  },
};

function judge({ inventory }: StateFacts, { site, place, variable, set, gfp, api }: Held): RawFinding[] {
  if (api === 'mempool' || set === null || gfp === null || gfpMeaning(gfp)?.waits !== true) return [];
  if (flagOf(inventory, set, 'rescuer') !== 'no' || isSerialised(site.fn)) return [];
  const submission = submissionBeforeNext(site, variable);
  if (submission === null) return [];
  const { fn, callee } = site;
  return [
    {
      key: `${fn.name}:${set}:${variable}`,
      message: `${describeSet(inventory, set)} has no rescuer, and ${fn.name}() takes one bio after the other from it while it handles a bio: those it has submitted are parked on current->bio_list until it returns, so ${callee}() can wait for ever for the next`,
      set,
      place,
      evidence: [{ path: place.path, function: fn.name, text: callee ?? '' }],
      related: [
        {
          message: 'only parks the bio on current->bio_list',
          place: { path: fn.path, function: fn.name, range: submission.range },
        },
      ],
      simulation: poolRun('loop', reserveOf(inventory, set)),
    },
  ];
}

/** The call that submits what `variable` holds, if the function can come back to the allocation after it. */
function submissionBeforeNext(site: Site, variable: string): Expr | null {
  const { fn } = site;
  const flow = flowOf(fn);
  const allocates = nodeOf(flow, site.call);
  for (const { call } of callsIn(fn.body ?? [])) {
    const submits = formsOf(calleeName(call) ?? '').some(({ does }) => does === 'submit');
    if (!submits || !call.args.some((arg) => mentions(arg, variable))) continue;
    const node = nodeOf(flow, call);
    if (node !== null && allocates !== null && reachable(flow, node).has(allocates)) return call;
  }
  return null;
}

function nodeOf({ nodes }: Flow, call: Expr): number | null {
  return nodes.find(({ expr }) => expr !== null && covers(expr.range, call.range))?.id ?? null;
}
