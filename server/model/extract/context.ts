import { localsOf } from '../../c/locals.js';
import type { CParser } from '../../c/parser.js';
import type { CFunction, Expr } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import { calleeName, callsIn, walkExprs, walkStmts } from '../../c/walk.js';
import { type Effect, effectOf } from '../../kernel/effects.js';
import { formsOf, primitiveNames } from '../../kernel/primitives.js';
import type { EraGuess, Place } from '../../kernel/types.js';
import type { Assignment, Step } from '../scenario.js';
import type { Memory } from './memory.js';
import type { FunctionNote } from './notes.js';
import type { State } from './state.js';
import type { Value } from './value.js';
import type { QueuedWork } from './works.js';

/** What an extraction works with, and what it finds out besides the program. */
export interface Context extends Memory, Findings {
  readonly era: EraGuess;
  readonly parser: CParser;
  /** How many blocks a program may have; for what ships, as many as take a minute. */
  readonly most?: number;
  /** What is said of functions instead of following them. */
  readonly notes: ReadonlyMap<string, FunctionNote>;
  /** One line about everything that was assumed or not followed. */
  readonly remarks: Set<string>;
  /** Functions that the program went through. */
  readonly entered: Set<string>;
  /**
   * Where the calls stand that lead to the place of a step, innermost first; only what all ways to the place have in
   * common.
   */
  readonly callers: Map<string, readonly string[]>;
  /** Allocations below generic_make_request() that may start I/O. */
  readonly recursions: Map<string, Recursion>;
  /** Completion functions by bio. */
  readonly endings: Map<string, Set<string>>;
  /** Names of the bios that a place in the source makes. */
  readonly bioNames: Map<string, string>;
  /** Kinds of the locks that were met. */
  readonly locks: Map<string, 'mutex' | 'rwsem' | 'semaphore'>;
  /** Pools whose elements belong to bios. */
  readonly carried: Set<string>;
  /** Work items that were queued, by name. */
  readonly works: Map<string, QueuedWork>;
  /** What the last of several references does; null in a program, which holds references itself. */
  readonly last: Last | null;
  /** What happens at the end of the bios that stand for counted elements. */
  readonly releases: Map<string, readonly Assignment[]>;
  /** Completion functions that are being followed. */
  readonly completing: readonly CFunction[];
  /** Bios that were found to end. */
  readonly ends: Map<string, 'once' | 'counted'>;
  /** Extracts another function. */
  readonly run: (context: Context, fn: CFunction, args: readonly Value[], prepare: (state: State) => void) => unknown;
}

/** What was found out about the code under study, whichever function is extracted. */
export interface Findings {
  /** Expressions of notes, parsed. */
  readonly parsed: Map<string, Expr>;
  readonly relevant: Map<CFunction, boolean>;
  readonly inert: Map<CFunction, boolean>;
  /** A function and all that it may come to. */
  readonly closures: Map<CFunction, ReadonlySet<CFunction>>;
  /** Whether the code from a node on asks for a word: by function, by `node word`; by `word`, whether an operation does. */
  readonly asked: Map<CFunction, Map<string, boolean>>;
}

export function noFindings(): Findings {
  return {
    parsed: new Map(),
    relevant: new Map(),
    inert: new Map(),
    closures: new Map(),
    asked: new Map(),
  };
}

/** An allocation that may start I/O where I/O is being submitted. */
export interface Recursion {
  readonly callee: string;
  readonly gfp: string;
  readonly place: Place;
}

/** Steps after a reference count was found to be zero, and the place of the count, if it is of an element. */
export interface Last {
  counter: string | null;
  /** The place of the count. */
  refs: string | null;
  readonly steps: Step[];
}

const interesting = new Set(
  primitiveNames('alloc', 'clone', 'split', 'submit', 'chain', 'pool-alloc', 'wq-queue', 'wq-flush', 'punt'),
);

/** Whether a function, or one that it calls, does something that the model knows; calls through pointers may. */
export function isRelevant(context: Context, fn: CFunction): boolean {
  const known = context.relevant.get(fn);
  if (known !== undefined) return known;
  // Recursion: the answer comes from the other calls.
  context.relevant.set(fn, false);
  const answer =
    counts(context, fn) ||
    callsIn(fn.body ?? []).some(({ call }) => {
      const name = calleeName(call);
      if (name === null) return !isOtherTable(context, fn, call.callee);
      if (localsOf(fn).get(name) !== undefined) return true;
      const effect = effectOf(name);
      if (effect?.counts !== undefined) return touches(context, fn, call.args[effect.counts]);
      const note = context.notes.get(name);
      if (note) return note.body !== null || note.first.length > 0 || (note.does?.length ?? 0) > 0;
      // To be the last to drop a reference matters as far as what follows does.
      const matters =
        effect !== null && effect.nothing !== true && effect.drops === undefined && effect.bit === undefined;
      if (matters || interesting.has(name)) return true;
      if (formsOf(name).length > 0) return false;
      return context.index.functionsNamed(name, fn.path).some((callee) => isRelevant(context, callee));
    });
  context.relevant.set(fn, answer);
  return answer;
}

/** Whether a call goes through a table of operations that is not in use in the stack: nothing is known of what it does. */
function isOtherTable(context: Context, fn: CFunction, callee: Expr): boolean {
  const type = callee.kind === 'field' ? context.index.typeOf(callee.base, fn) : null;
  const tag = type === null ? null : structTag(context.index.resolve(type));
  return tag !== null && /_(?:ops|operations)$/.test(tag) && !context.tables.has(tag);
}

/** Whether a function changes a variable of the model without a call. */
function counts(context: Context, fn: CFunction): boolean {
  if (context.counters.size === 0) return false;
  let found = false;
  walkExprs(fn.body ?? [], (expr) => {
    if (expr.kind === 'assign') found ||= touches(context, fn, expr.left);
    else if (expr.kind === 'unary' && /\+\+|--/.test(expr.op)) found ||= touches(context, fn, expr.arg);
  });
  return found;
}

/** Whether an expression stands for a variable of the model, or its address. */
function touches(context: Context, fn: CFunction, expr: Expr | undefined): boolean {
  if (expr?.kind === 'index') return touches(context, fn, expr.base);
  if (expr?.kind === 'unary' && expr.op === '&') return touches(context, fn, expr.arg);
  if (expr?.kind !== 'field') return false;
  const type = context.index.typeOf(expr.base, fn);
  return type !== null && context.counters.has(`${structTag(context.index.resolve(type))}.${expr.field}`);
}

/** Whether a function is so small that its value is worth computing: accessors, setters. */
export function isSmall(fn: CFunction): boolean {
  let statements = 0;
  let loops = 0;
  walkStmts(fn.body ?? [], (stmt) => {
    statements++;
    if (stmt.kind === 'loop') loops++;
  });
  return fn.body !== null && statements <= 12 && loops === 0;
}

/** Whether a function leaves all as it is but its own locals: statistics, traces, assertions. Nothing is lost when it is not followed. */
export function isInert(context: Context, fn: CFunction): boolean {
  const known = context.inert.get(fn);
  if (known !== undefined) return known;
  // Recursion: the answer comes from the other calls.
  context.inert.set(fn, true);
  const locals = localsOf(fn);
  const isOwn = (expr: Expr): boolean =>
    expr.kind === 'name' && (locals.get(expr.name) !== undefined || fn.params.some(({ name }) => name === expr.name));
  let answer = !isRelevant(context, fn);
  walkExprs(fn.body ?? [], (expr) => {
    if (expr.kind === 'assign') answer &&= isOwn(expr.left);
    else if (expr.kind === 'unary' && /\+\+|--/.test(expr.op)) answer &&= isOwn(expr.arg);
    else if (expr.kind === 'call') answer &&= isInertCall(context, fn, calleeName(expr));
  });
  context.inert.set(fn, answer);
  return answer;
}

function isInertCall(context: Context, fn: CFunction, name: string | null): boolean {
  if (name === null || context.notes.has(name) || formsOf(name).length > 0) return false;
  if (/^(?:WRITE_ONCE|list_(?:add|del)|bio_list_\w+)$/.test(name)) return false;
  const effect = effectOf(name);
  if (effect !== null) return effect.nothing === true || isLook(effect);
  const [callee] = context.index.functionsNamed(name, fn.path);
  return callee === undefined || !isSmall(callee) || isInert(context, callee);
}

/** atomic_read(), test_bit(). */
function isLook({ counts, by, sets, drops, bit, becomes }: Effect): boolean {
  const changes = by ?? sets ?? drops ?? becomes;
  return (counts ?? bit) !== undefined && changes === undefined;
}

/** Parses an expression of a note. */
export function parseExpr(context: Context, text: string): Expr | null {
  const known = context.parsed.get(text);
  if (known) return known;
  const [fn] = context.parser.parse('note.c', `void note(void)\n{\n\t${text};\n}\n`).functions;
  const [stmt] = fn?.body ?? [];
  if (stmt?.kind !== 'expr' || fn?.hasError) return null;
  context.parsed.set(text, stmt.expr);
  return stmt.expr;
}
