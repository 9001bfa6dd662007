import type { CIndex } from '../c/index.js';
import { localsOf } from '../c/locals.js';
import type { CFunction, Expr, Stmt } from '../c/types.js';
import { bare, bodiesOf, covers, expressionsOf, walkExpr } from '../c/walk.js';
import { kept } from '../kept.js';
import type { Range } from '../text.js';
import type { Era, SetFlags, Tri } from './types.js';
import { numberOf, readValue } from './values.js';

/** Bits that are surely set, bits that may be set, and whether anything else may be set too. */
interface Bits {
  readonly must: number;
  readonly may: number;
  readonly open: boolean;
}

/** Where the reading of a list of statements ended: at the place asked for, by leaving the function, or at its end. */
interface Path {
  readonly bits: Bits;
  readonly arrived: boolean;
  readonly left: boolean;
}

const anything: Bits = { must: 0, may: 0, open: true };
/** How many callers in a row a flags parameter is followed to. */
const deepest = 3;

const bvecs = 1;
const rescuer = 2;
const percpuCache = 4;

/** The flags that an expression gives a set; it may be a constant, `A | B`, `c ? A : B`, a variable, or a parameter. */
export function flagsOf(expr: Expr, fn: CFunction, index: CIndex): SetFlags {
  const bits = bitsOf(expr, fn, index, 0);
  const value = readValue(expr, fn, index);
  const exact = !bits.open && bits.must === bits.may ? bits.must : null;
  return {
    value: value && { ...value, number: exact },
    bvecs: has(bits, bvecs),
    rescuer: has(bits, rescuer),
    percpuCache: has(bits, percpuCache),
  };
}

/** The flags of a call without a flags argument: what its era gives every set. */
export function implicitFlags(withBvecs: boolean, era: Era | null): SetFlags {
  const always: Tri = era === null || era.rescuer === 'flag' ? 'unknown' : era.rescuer === 'always' ? 'yes' : 'no';
  return { value: null, bvecs: withBvecs ? 'yes' : 'no', rescuer: always, percpuCache: 'no' };
}

/** What holds for a set whatever creation it came from. */
export function joinFlags(all: readonly SetFlags[]): SetFlags {
  const join = (values: readonly Tri[]): Tri => {
    const [first = 'unknown'] = values;
    if (values.every((value) => value === first)) return first;
    return values.includes('unknown') ? 'unknown' : 'conditional';
  };
  return {
    value: null,
    bvecs: join(all.map((flags) => flags.bvecs)),
    rescuer: join(all.map((flags) => flags.rescuer)),
    percpuCache: join(all.map((flags) => flags.percpuCache)),
  };
}

function has(bits: Bits, bit: number): Tri {
  if (bits.must & bit) return 'yes';
  if (bits.open) return 'unknown';
  return bits.may & bit ? 'conditional' : 'no';
}

function either(a: Bits, b: Bits): Bits {
  return { must: a.must & b.must, may: a.may | b.may, open: a.open || b.open };
}

function or(a: Bits, b: Bits): Bits {
  return { must: a.must | b.must, may: a.may | b.may, open: a.open || b.open };
}

function bitsOf(expr: Expr, fn: CFunction, index: CIndex, depth: number): Bits {
  const inner = bare(expr);
  if (inner.kind === 'conditional') {
    return either(bitsOf(inner.yes, fn, index, depth), bitsOf(inner.no, fn, index, depth));
  }
  const number = numberOf(inner, fn, index);
  if (number !== null) return { must: number, may: number, open: false };
  if (inner.kind === 'binary' && (inner.op === '|' || inner.op === '+')) {
    return or(bitsOf(inner.left, fn, index, depth), bitsOf(inner.right, fn, index, depth));
  }
  if (inner.kind === 'binary' && inner.op === '&') {
    const mask = numberOf(inner.right, fn, index);
    return mask === null ? anything : masked(bitsOf(inner.left, fn, index, depth), mask);
  }
  if (inner.kind === 'name' && localsOf(fn).get(inner.name))
    return bitsOfLocal(inner.name, inner.range, fn, index, depth);
  return anything;
}

function masked(bits: Bits, mask: number): Bits {
  const known = bvecs | rescuer | percpuCache;
  // An open value may have any bit the mask lets through, and surely none of those it takes away.
  const may = (bits.open ? bits.may | known : bits.may) & mask;
  return { must: bits.must & mask, may, open: false };
}

/** The assignments in an expression, in the order of `walkExpr`. Kept: a function is read up to each of its calls. */
const assignmentsIn = kept((expr: Expr): readonly Expr[] => {
  const found: Expr[] = [];
  walkExpr(expr, (inner) => {
    if (inner.kind === 'assign') found.push(inner);
  });
  return found;
});

/** The value of a local or parameter just before `place`: what callers pass, then every store on the way. */
function bitsOfLocal(name: string, place: Range, fn: CFunction, index: CIndex, depth: number): Bits {
  const position = fn.params.findIndex((param) => param.name === name);
  const start = position < 0 ? anything : bitsPassed(position, fn, index, depth);
  const store = (expr: Expr, bits: Bits): Bits => {
    if (expr.kind !== 'assign' || expr.left.kind !== 'name' || expr.left.name !== name) return bits;
    const right = () => bitsOf(expr.right, fn, index, depth + 1);
    if (depth > deepest) return anything;
    if (expr.op === '=') return right();
    if (expr.op === '|=' || expr.op === '+=') return or(bits, right());
    const mask = expr.op === '&=' ? numberOf(expr.right, fn, index) : null;
    return mask === null ? anything : masked(bits, mask);
  };
  const run = (body: readonly Stmt[], before: Bits): Path => {
    let bits = before;
    for (const stmt of body) {
      const own = expressionsOf(stmt);
      for (const expr of own) for (const inner of assignmentsIn(expr)) bits = store(inner, bits);
      if (stmt.kind === 'decl' && stmt.name === name && stmt.init) bits = bitsOf(stmt.init, fn, index, depth + 1);
      if (own.some((expr) => covers(expr.range, place))) return { bits, arrived: true, left: false };
      const bodies = bodiesOf(stmt).map((inner) => run(inner, bits));
      const arrived = bodies.find((one) => one.arrived);
      if (arrived) return arrived;
      const ends = bodies.filter((one) => !one.left).map((one) => one.bits);
      const mayPassBy = stmt.kind !== 'block' && stmt.kind !== 'if' && stmt.kind !== 'config';
      if (mayPassBy) ends.push(bits);
      if (ends.length === 0 || stmt.kind === 'return' || stmt.kind === 'goto')
        return { bits, arrived: false, left: true };
      bits = ends.reduce(either);
    }
    return { bits, arrived: false, left: false };
  };
  return run(fn.body ?? [], start).bits;
}

function bitsPassed(position: number, fn: CFunction, index: CIndex, depth: number): Bits {
  const passed = index.callers(fn.name).flatMap(({ caller, call }) => {
    const arg = call.args[position];
    return arg && (!fn.isStatic || caller.path === fn.path) ? [bitsOf(arg, caller, index, depth + 1)] : [];
  });
  return passed.length === 0 || depth > deepest ? anything : passed.reduce(either);
}
