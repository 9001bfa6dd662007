import type { Expr, Stmt } from '../c/types.js';
import { type Call, calleeName, callsIn, type MadeCall } from '../c/walk.js';
import { readTable } from '../table.js';
import text from './primitives.yaml';
import type { EraGuess } from './types.js';
import { spansMeet } from './version.js';

/** What a primitive does; the words are explained in primitives.yaml. */
export type Deed =
  | 'create'
  | 'init'
  | 'copy'
  | 'exit'
  | 'integrity'
  | 'alloc'
  | 'clone'
  | 'split'
  | 'chain'
  | 'submit'
  | 'punt'
  | 'pool-create'
  | 'pool-init'
  | 'pool-alloc'
  | 'pool-free'
  | 'pool-exit'
  | 'wq-create'
  | 'wq-destroy'
  | 'wq-queue'
  | 'wq-flush'
  | 'plug'
  | 'unplug';

/** The part an argument plays. */
export type Role =
  | 'set'
  | 'from'
  | 'poolSize'
  | 'frontPad'
  | 'flags'
  | 'gfp'
  | 'nrVecs'
  | 'bio'
  | 'bdev'
  | 'parent'
  | 'pool'
  | 'element'
  | 'wq'
  | 'work'
  | 'wqFlags'
  | 'maxActive';

/** How a primitive shows that it failed. */
export type Failure = 'never' | 'NULL' | 'errno' | 'ERR_PTR';

/** One signature, with all that holds for it. */
export interface Form {
  readonly name: string;
  readonly does: Deed;
  /** First and last kernel with this signature, null for an open end. */
  readonly from: string | null;
  readonly to: string | null;
  readonly args: readonly (Role | '_')[];
  /** True when further arguments may follow, as after a format. */
  readonly more: boolean;
  readonly fails: Failure;
  /** `nowait`: only with a gfp that may not sleep. Null when it never fails. */
  readonly when: 'always' | 'nowait' | null;
  /** The set taken from without an argument; null for none at all (kmalloc), undefined when an argument says it. */
  readonly set: string | null | undefined;
  readonly gfp: string | null;
  readonly nrVecs: number | null;
  readonly wq: string | null;
  readonly wqFlags: string | null;
  /** False when the created set has no bio_vecs although no flag says so. */
  readonly bvecs: boolean;
}

interface Assumptions {
  readonly set?: string | null;
  readonly gfp?: string;
  readonly nrVecs?: number;
  readonly wq?: string;
  readonly wqFlags?: string;
}

interface Entry {
  readonly does: Deed;
  readonly fails: Failure;
  readonly when?: 'always' | 'nowait';
  readonly assumes?: Assumptions;
  readonly forms: readonly (Assumptions & {
    readonly since?: string;
    readonly until?: string;
    readonly args: readonly (Role | '_')[];
    readonly more?: boolean;
    readonly fails?: Failure;
    readonly when?: 'always' | 'nowait';
    readonly bvecs?: boolean;
  })[];
}

const table: Readonly<Record<string, Entry>> = readTable(text);
const forms: ReadonlyMap<string, readonly Form[]> = new Map(
  Object.entries(table).map(([name, entry]) => [name, entry.forms.map((form) => fill(name, entry, form))]),
);

function fill(name: string, entry: Entry, form: Entry['forms'][number]): Form {
  const all: Assumptions = { ...entry.assumes, ...form };
  const fails = form.fails ?? entry.fails;
  return {
    name,
    does: entry.does,
    from: form.since ?? null,
    to: form.until ?? null,
    args: form.args,
    more: form.more ?? false,
    fails,
    when: fails === 'never' ? null : (form.when ?? entry.when ?? 'always'),
    set: all.set,
    gfp: all.gfp ?? null,
    nrVecs: all.nrVecs ?? null,
    wq: all.wq ?? null,
    wqFlags: all.wqFlags ?? null,
    bvecs: form.bvecs ?? true,
  };
}

/** Names of all primitives, or of those that do one of `deeds`. */
export function primitiveNames(...deeds: readonly Deed[]): string[] {
  return Object.entries(table)
    .filter(([, entry]) => deeds.length === 0 || deeds.includes(entry.does))
    .map(([name]) => name);
}

/** Every signature `name` ever had, oldest first; empty for what is no primitive. */
export function formsOf(name: string): readonly Form[] {
  return forms.get(name) ?? [];
}

/** The signatures of `name` in an era, narrowed by the version when that lies within the era; all of them without an era. */
export function formsIn(name: string, guess: EraGuess): readonly Form[] {
  const { era, version } = guess;
  if (era === null) return formsOf(name);
  const exact = version === null ? null : { from: version, to: version };
  return formsOf(name).filter((form) => spansMeet(form, exact && spansMeet(era, exact) ? exact : era));
}

/**
 * The signature a call uses: one with its number of arguments, from the tree's era if there is one, else from whatever
 * kernel had it. Null when the callee is no primitive or never took so many arguments.
 */
export function formOf(call: Call, guess: EraGuess): Form | null {
  const name = calleeName(call);
  if (name === null || !forms.has(name)) return null;
  const fits = (form: Form) =>
    form.more ? call.args.length >= form.args.length : call.args.length === form.args.length;
  return formsIn(name, guess).findLast(fits) ?? formsOf(name).findLast(fits) ?? null;
}

const callsOfBody = new WeakMap<readonly Stmt[], readonly MadeCall[]>();

/** The calls of primitives of any era in a body, in evaluation order. Kept for each body: they are few among its calls. */
export function primitiveCallsIn(body: readonly Stmt[]): readonly MadeCall[] {
  const known = callsOfBody.get(body);
  if (known) return known;
  const calls = callsIn(body).filter(({ call }) => forms.has(calleeName(call) ?? ''));
  callsOfBody.set(body, calls);
  return calls;
}

/** The argument that plays `role` in a call of this form. */
export function argument(form: Form, role: Role, call: Call): Expr | null {
  const at = form.args.indexOf(role);
  return at < 0 ? null : (call.args[at] ?? null);
}
