import page from '../../../docs/rules/rescuer-missing.md';
import { type Flow, flowOf } from '../../c/flow.js';
import type { CFunction, Expr } from '../../c/types.js';
import { type Call, calleeName, callsIn, walkExpr } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { gfpMeaning } from '../../kernel/gfp.js';
import { formsOf } from '../../kernel/primitives.js';
import { describeSet, flagOf, reserveOf } from '../../kernel/set-facts.js';
import type { SetAllocation } from '../../kernel/types.js';
import { asked } from './asked.js';
import { mentions, type Site, siteAt, targetOf } from './code.js';
import { onPath } from './entries.js';
import { isSerialised } from './keeping.js';
import { readPage } from './page.js';
import { comesTo, nodeOf } from './parking.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';
import { poolRun } from './simulations.js';

export const rescuerMissing: StateRule = {
  ...readPage(page),
  check(facts) {
    const path = onPath(facts.index, 'submission');
    return facts.inventory.sets
      .filter(({ id }) => flagOf(facts.inventory, id, 'rescuer') === 'no')
      .flatMap(({ id, allocations }) =>
        asked(facts, allocations).flatMap((allocation) => {
          const site = siteAt(facts.index, allocation);
          return site !== null && path.has(site.fn) ? judge(facts, id, allocation, site) : [];
        }),
      );
  },
};

function judge({ inventory }: StateFacts, set: string, allocation: SetAllocation, site: Site): RawFinding[] {
  const { fn, callee } = site;
  const target = targetOf(site);
  const variable = typeof target === 'string' ? target : target?.kind === 'name' ? target.name : null;
  if (variable === null || isSerialised(fn) || gfpMeaning(allocation.gfp?.text ?? '')?.waits !== true) return [];
  const submission = submissionBeforeNext(site, variable);
  if (submission === null) return [];
  return [
    {
      key: `${fn.name}:${set}:${variable}`,
      message: `${describeSet(inventory, set)} has no rescuer, and ${fn.name}() takes one bio after the other from it while it handles a bio: those it has submitted are parked on current->bio_list until it returns, so ${callee}() can wait for ever for the next`,
      set,
      place: allocation,
      evidence: [{ path: fn.path, function: fn.name, text: callee ?? '' }],
      related: [
        {
          message: 'only parks the bio on current->bio_list',
          place: { path: fn.path, function: fn.name, range: submission.range },
        },
      ],
      simulation: poolRun('loop', reserveOf(inventory, set)),
      guess: { function: fn.name, set },
    },
  ];
}

const submissionsIn = kept((_: CFunction) => new Map<Call, Expr | null>());

/** The call that submits what the allocation gave `variable`, if the function can come back to the allocation after it. */
function submissionBeforeNext(site: Site, variable: string): Expr | null {
  const known = submissionsIn(site.fn);
  const found = known.get(site.call);
  if (found !== undefined) return found;
  const submission = findSubmission(site, variable);
  known.set(site.call, submission);
  return submission;
}

function findSubmission(site: Site, variable: string): Expr | null {
  const flow = flowOf(site.fn);
  const allocates = nodeOf(flow, site.call);
  if (allocates === null) return null;
  const holding = nodesHolding(flow, allocates, variable);
  for (const { call } of callsIn(site.fn.body ?? [])) {
    const submits = formsOf(calleeName(call) ?? '').some(({ does }) => does === 'submit');
    if (!submits || !call.args.some((arg) => mentions(arg, variable))) continue;
    const node = nodeOf(flow, call);
    if (node !== null && holding.has(node) && comesTo(flow, call, site.call)) return call;
  }
  return null;
}

/** The nodes that find in `variable` what the node `from` put there. */
function nodesHolding({ nodes }: Flow, from: number, variable: string): ReadonlySet<number> {
  const seen = new Set((nodes[from]?.next ?? []).map(({ to }) => to));
  for (const id of seen) {
    if (!sets(nodes[id], variable)) for (const { to } of nodes[id]?.next ?? []) seen.add(to);
  }
  return seen;
}

function sets(node: Flow['nodes'][number] | undefined, variable: string): boolean {
  if (node?.stmt?.kind === 'decl') return node.stmt.name === variable;
  let found = false;
  if (node?.expr) {
    walkExpr(node.expr, (expr) => {
      if (expr.kind === 'assign' && expr.left.kind === 'name' && expr.left.name === variable) found = true;
    });
  }
  return found;
}
