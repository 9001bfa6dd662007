import type { CFunction, Expr } from '../../c/types.js';
import { bare, calleeName, covers, expressionsOf, walkExpr, walkExprs, walkStmts } from '../../c/walk.js';
import { kept } from '../../kept.js';
import type { Place, SetId } from '../../kernel/types.js';
import type { Range } from '../../text.js';
import { allAllocations } from './allocations.js';
import { asked } from './asked.js';
import { type Site, siteAt, targetOf } from './code.js';
import type { StateFacts } from './rule.js';

/** An allocation whose result goes into a local variable that is set nowhere else in the function. */
export interface Held {
  readonly site: Site;
  readonly place: Place;
  readonly variable: string;
  readonly set: SetId | null;
  readonly gfp: string | null;
  /** Number of vectors of a bio; null when it is no constant, 0 for mempools. */
  readonly nrVecs: number | null;
  readonly api: 'alloc' | 'clone' | 'split' | 'mempool';
}

/** See `Held`. Several rules ask. */
export const heldAllocations = kept((facts: StateFacts): readonly Held[] => {
  const { index, inventory } = facts;
  const bios = asked(facts, allAllocations(inventory)).map((one) => ({
    place: one as Place,
    set: one.set === '?' ? null : one.set,
    gfp: one.gfp?.text ?? null,
    nrVecs: one.nrVecs === null ? 0 : one.nrVecs.number,
    api: one.api,
  }));
  const elements = asked(facts, inventory.mempools)
    .filter(({ what }) => what === 'alloc')
    .map((one) => ({
      place: one as Place,
      set: one.pool === '?' ? null : one.pool,
      gfp: one.gfp?.text ?? null,
      nrVecs: 0,
      api: 'mempool' as const,
    }));
  return [...bios, ...elements].flatMap((one) => {
    const site = siteAt(index, one.place);
    const target = site === null ? null : targetOf(site);
    const variable = target === null ? null : typeof target === 'string' ? target : nameOf(target);
    if (site === null || variable === null || timesSet(site.fn, variable) !== 1) return [];
    return [{ ...one, site, variable }];
  });
});

function nameOf(expr: Expr): string | null {
  return expr.kind === 'name' ? expr.name : null;
}

const timesByVariable = kept((_: CFunction) => new Map<string, number>());

/** How often a variable is given a value other than NULL, `&variable` counted as one. */
function timesSet(fn: CFunction, variable: string): number {
  const known = timesByVariable(fn);
  const times = known.get(variable) ?? countSettings(fn, variable);
  known.set(variable, times);
  return times;
}

function countSettings(fn: CFunction, variable: string): number {
  let count = 0;
  walkStmts(fn.body ?? [], (stmt) => {
    if (stmt.kind === 'decl' && stmt.name === variable && stmt.init !== null && !isNull(stmt.init)) count++;
    if (stmt.kind === 'decl' && stmt.name === variable && stmt.isStatic) count += 2;
  });
  walkExprs(fn.body ?? [], (expr) => {
    const left = expr.kind === 'assign' ? expr.left : expr.kind === 'unary' && expr.op === '&' ? expr.arg : null;
    const isNulling = expr.kind === 'assign' && isNull(expr.right);
    if (left !== null && nameOf(left) === variable && !isNulling) count++;
  });
  return count;
}

function isNull(expr: Expr): boolean {
  return bare(expr).text === 'NULL' || bare(expr).text === '0';
}

/** A place that asks whether a variable is NULL. */
export interface NullTest {
  readonly range: Range;
  /** Inside BUG_ON() and the like: it states what the author knows, and is no error path. */
  readonly asserts: boolean;
}

const testsByVariable = kept((_: CFunction) => new Map<string, readonly NullTest[]>());

/** Where a function asks whether a variable is NULL: `!v`, `v == NULL`, `if (v)`, `v && …`, `v ? …`, `BUG_ON(!v)`. */
export function nullTests(fn: CFunction, variable: string): readonly NullTest[] {
  const known = testsByVariable(fn);
  const tests = known.get(variable) ?? findNullTests(fn, variable);
  known.set(variable, tests);
  return tests;
}

function findNullTests(fn: CFunction, variable: string): readonly NullTest[] {
  const tests: Range[] = [];
  const assertions: Range[] = [];
  const isVariable = (expr: Expr): boolean => nameOf(bare(expr)) === variable;
  const truth = (expr: Expr): void => {
    if (isVariable(expr)) tests.push(expr.range);
    const inner = bare(expr);
    // `if (!(v = f()))`
    if (inner.kind === 'assign' && isVariable(inner.left)) tests.push(inner.left.range);
  };
  walkStmts(fn.body ?? [], (stmt) => {
    if (stmt.kind === 'if') truth(stmt.test);
    if (stmt.kind === 'loop' && stmt.test !== null) truth(stmt.test);
    for (const expr of expressionsOf(stmt)) {
      walkExpr(expr, (inner) => {
        if (inner.kind === 'unary' && inner.op === '!') truth(inner.arg);
        else if (inner.kind === 'conditional') truth(inner.test);
        else if (inner.kind === 'binary' && /^(&&|\|\|)$/.test(inner.op)) [inner.left, inner.right].forEach(truth);
        else if (inner.kind === 'binary' && /^[=!]=$/.test(inner.op)) {
          if (isVariable(inner.left) || isVariable(inner.right)) tests.push(inner.range);
        } else if (inner.kind === 'call' && asserting.test(calleeName(inner) ?? '')) {
          assertions.push(inner.range);
          inner.args.forEach(truth);
        } else if (inner.kind === 'call' && /^(IS_ERR|(un)?likely)/.test(calleeName(inner) ?? '')) {
          inner.args.forEach(truth);
        }
      });
    }
  });
  return tests.map((range) => ({ range, asserts: assertions.some((one) => covers(one, range)) }));
}

const asserting = /^(VM_)?(WARN|BUG)|^ASSERT/;

/** The first place where a function reads through a pointer variable: `v->field`, `*v`, `v[i]`. */
export function firstDereference(fn: CFunction, variable: string): Range | null {
  const found: Range[] = [];
  walkExprs(fn.body ?? [], (expr) => {
    const base =
      expr.kind === 'field' && expr.arrow
        ? expr.base
        : expr.kind === 'index'
          ? expr.base
          : expr.kind === 'unary' && expr.op === '*'
            ? expr.arg
            : null;
    if (base !== null && nameOf(base) === variable) found.push(expr.range);
  });
  return found[0] ?? null;
}
