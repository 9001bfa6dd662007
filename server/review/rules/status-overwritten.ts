import page from '../../../docs/rules/status-overwritten.md';
import { flowOf } from '../../c/flow.js';
import { guardsOf } from '../../c/guards.js';
import type { CFile, CFunction, Expr } from '../../c/types.js';
import { bare, calleeName, callsIn, walkExprs } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { effectOf } from '../../kernel/effects.js';
import { formsOf } from '../../kernel/primitives.js';
import { asked } from './asked.js';
import { readPage } from './page.js';
import { comesTo } from './parking.js';
import type { RawFinding, StateRule } from './rule.js';

type Assignment = Extract<Expr, { kind: 'assign' }>;

export const statusOverwritten: StateRule = {
  ...readPage(page),
  check: (facts) =>
    asked(facts, facts.index.files)
      .filter(chains)
      .flatMap(({ functions }) => functions.flatMap((fn) => judge(fn))),
};

const chains = kept(({ functions }: CFile): boolean => functions.some((fn) => chainsHere(fn)));

const chainsHere = kept(({ body }: CFunction): boolean =>
  callsIn(body ?? []).some(({ call }) => formsOf(calleeName(call) ?? '').some(({ does }) => does === 'chain')),
);

const judge = kept((fn: CFunction): readonly RawFinding[] =>
  statusesIn(fn).flatMap((assignment) => {
    const { left, right } = assignment;
    const bio = left.kind === 'field' ? left.base.text : '';
    const guards = guardsOf(fn);
    const knowsError =
      guards.holds(assignment.range, right.text) === true ||
      guards.holds(assignment.range, `${right.text} == BLK_STS_OK`) === false;
    const keepsFirst = guards.holds(assignment.range, left.text) === false;
    if (knowsError || keepsFirst || !endsAfter(fn, assignment, bio)) return [];
    return [
      {
        key: `${fn.name}:${left.text}`,
        message: `${fn.name}() stores ${right.text} in ${left.text}, success or not, and ends the bio: an error that a chained bio has left there is lost`,
        set: null,
        place: { path: fn.path, function: fn.name, range: assignment.range },
        evidence: [left.text, 'bio_chain'].map((text) => ({ path: fn.path, function: fn.name, text })),
        related: [],
      },
    ];
  }),
);

/** Assignments of something that may be success to the status of a bio that somebody else made. */
function statusesIn(fn: CFunction): readonly Assignment[] {
  const found: Assignment[] = [];
  const parameters = new Set(fn.params.map(({ name }) => name));
  walkExprs(fn.body ?? [], (expr) => {
    if (expr.kind !== 'assign' || expr.op !== '=' || expr.left.kind !== 'field') return;
    if (!/^bi_(?:status|error)$/.test(expr.left.field)) return;
    const value = bare(expr.right);
    const isVariable = value.kind === 'name' && !parameters.has(value.name) && !/^[A-Z0-9_]+$/.test(value.name);
    // From one bio to another of the function's own is what completions of clones do.
    if (isVariable || (value.kind === 'field' && !/^bi_/.test(value.field))) found.push(expr);
  });
  return found;
}

function endsAfter(fn: CFunction, assignment: Expr, bio: string): boolean {
  return callsIn(fn.body ?? []).some(({ call }) => {
    const end = effectOf(calleeName(call) ?? '')?.end;
    return end !== undefined && call.args[end]?.text === bio && comesTo(flowOf(fn), assignment, call);
  });
}
