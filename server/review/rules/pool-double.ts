import page from '../../../docs/rules/pool-double.md';
import { gfpMeaning } from '../../kernel/gfp.js';
import { reserveOf } from '../../kernel/set-facts.js';
import { loopsAround } from './code.js';
import { endsAtOnce, isSerialised, keepsEach } from './keeping.js';
import { type Held, heldAllocations } from './null-checks.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';
import { poolRun } from './simulations.js';

export const poolDouble: StateRule = {
  ...readPage(page),
  check: (facts) => heldAllocations(facts).flatMap((held) => judge(facts, held)),
};

function judge({ inventory }: StateFacts, { site, place, variable, set, gfp, api }: Held): RawFinding[] {
  const { fn, call, callee } = site;
  const loop = loopsAround(fn, call.range).at(-1);
  if (loop === undefined || set === null || callee === null || gfp === null || gfpMeaning(gfp)?.waits !== true)
    return [];
  if (endsAtOnce(loop) || isSerialised(fn) || !keepsEach(fn, loop, variable)) return [];
  const reserve = api === 'mempool' ? null : reserveOf(inventory, set);
  const held = reserve === null ? 'parts of the reserve' : `parts of the ${reserve} in reserve`;
  return [
    {
      key: `${fn.name}:${set}:${variable}`,
      message: `${fn.name}() takes one element of ${set} after the other and submits none in between: two tasks that do so can each hold ${held} and wait for the other`,
      set,
      place,
      evidence: [
        { path: place.path, function: fn.name, text: 'submit_bio' },
        { path: place.path, function: fn.name, text: 'generic_make_request' },
        { path: place.path, function: fn.name, text: callee },
      ],
      related: [],
      guess: { function: fn.name, set },
      ...(api === 'mempool' ? {} : { simulation: poolRun('loop', reserve) }),
    },
  ];
}
