import page from '../../../docs/rules/end-io-called.md';
import type { CFunction } from '../../c/types.js';
import { callsIn, walkExprs } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { effectOf } from '../../kernel/effects.js';
import { asked } from './asked.js';
import { readPage } from './page.js';
import type { RawFinding, StateRule } from './rule.js';

export const endIoCalled: StateRule = {
  ...readPage(page),
  check: (facts) => asked(facts, facts.index.files).flatMap(({ functions }) => functions.flatMap((fn) => judge(fn))),
};

/** A handler that took another's place puts that back and goes on with it: the bio has ended; 53280e398471 calls bio_endio() there. */
function assigns({ body }: CFunction, handler: string): boolean {
  let found = false;
  walkExprs(body ?? [], (expr) => {
    if (expr.kind === 'assign' && expr.left.text === handler) found = true;
  });
  return found;
}

const judge = kept((fn: CFunction): readonly RawFinding[] => {
  if (effectOf(fn.name)?.end !== undefined) return [];
  return callsIn(fn.body ?? []).flatMap(({ call }) => {
    const { callee } = call;
    if (callee.kind !== 'field' || callee.field !== 'bi_end_io' || !callee.arrow) return [];
    return [
      {
        key: `${fn.name}:${callee.text}`,
        ...(assigns(fn, callee.text) ? { level: 'note' as const } : {}),
        message: `${fn.name}() calls ${callee.text}() itself: bio_endio() would wait for chained bios first`,
        set: null,
        place: { path: fn.path, function: fn.name, range: call.range },
        evidence: [{ path: fn.path, function: fn.name, text: 'bi_end_io' }],
        related: [],
      },
    ];
  });
});
