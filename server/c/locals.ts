import type { Range } from '../text.js';
import type { CFunction, Stmt } from './types.js';
import { bodiesOf, covers, walkExprs } from './walk.js';

interface Local {
  readonly name: string;
  readonly type: string;
  /** Where the name is visible; null for the whole function. */
  readonly scope: Range | null;
  /** Text of the initialiser when nothing else ever sets the variable, else null. */
  readonly constant: string | null;
}

/** The parameters and local variables of a function. */
export interface Locals {
  /** The last declared of that name; use `typeAt` where shadowing matters. */
  get(name: string): Local | undefined;
  /** The type of `name` as seen from `place`; null when no local of that name is visible there. */
  typeAt(name: string, place: Range): string | null;
}

const known = new WeakMap<CFunction, Locals>();

/** Parameters and locals of a function; computed once per function. */
export function localsOf(fn: CFunction): Locals {
  const cached = known.get(fn);
  if (cached) return cached;
  const written = assigned(fn.body ?? []);
  const all: Local[] = fn.params.map((param) => ({ ...param, scope: null, constant: null }));
  collect(fn.body ?? [], null, written, all);
  const locals: Locals = {
    get: (name) => all.findLast((local) => local.name === name),
    typeAt: (name, place) =>
      all.findLast((local) => local.name === name && (!local.scope || covers(local.scope, place)))?.type ?? null,
  };
  known.set(fn, locals);
  return locals;
}

function collect(body: readonly Stmt[], scope: Range | null, written: ReadonlySet<string>, all: Local[]): void {
  for (const stmt of body) {
    if (stmt.kind === 'decl') {
      const constant = stmt.init && !written.has(stmt.name) ? stmt.init.text : null;
      all.push({ name: stmt.name, type: stmt.type, scope, constant });
    }
    const inner = stmt.kind === 'config' ? scope : stmt.range;
    for (const list of bodiesOf(stmt)) collect(list, inner, written, all);
  }
}

/** Names that some expression assigns to, steps, or takes the address of. */
function assigned(body: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  walkExprs(body, (expr) => {
    const target =
      expr.kind === 'assign' ? expr.left : expr.kind === 'unary' && /[&+-]{2}|^&$/.test(expr.op) ? expr.arg : null;
    if (target?.kind === 'name') names.add(target.name);
  });
  return names;
}
