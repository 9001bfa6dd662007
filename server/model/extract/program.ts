import type { CIndex } from '../../c/index.js';
import type { CParser } from '../../c/parser.js';
import type { CFunction, Expr } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import { walkExpr } from '../../c/walk.js';
import { kept } from '../../kept.js';
import type { EraGuess } from '../../kernel/types.js';
import type { Assignment } from '../scenario.js';
import { boundLoops } from './bounds.js';
import { type Context, noFindings, parseExpr, type Recursion } from './context.js';
import type { Counters } from './counters.js';
import { extract } from './engine.js';
import { evaluate, unknownCall } from './evaluate.js';
import { followedBy, type Graph } from './graph.js';
import { standIn } from './note-steps.js';
import type { Fixed, FunctionNote } from './notes.js';
import { simplify } from './simplify.js';
import { fork, learn, type State, top } from './state.js';
import { bioValue, number, term, type Value } from './value.js';
import type { QueuedWork } from './works.js';

/** The code, and what is said about it. */
export interface Subject {
  readonly index: CIndex;
  readonly era: EraGuess;
  readonly parser: CParser;
  readonly notes: ReadonlyMap<string, FunctionNote>;
  readonly counters: Counters;
  /** Names of the operation tables in use. */
  readonly tables: readonly string[];
  readonly fields: ReadonlyMap<string, Fixed>;
  /** How many blocks a program may have, if not as many as usual. */
  readonly most?: number;
}

/** What one function does, and what was found on the way. */
export interface Program {
  readonly fn: CFunction;
  /** Loops may go round without end here. */
  readonly graph: Graph;
  /** Loops bounded by `pieces`. */
  readonly bounded: Graph;
  /** What was assumed, or not followed, one line each. */
  readonly remarks: readonly string[];
  readonly entered: readonly string[];
  /** The calls that lead to the place of a step, innermost first, as `f() path:line`. */
  readonly callers: ReadonlyMap<string, readonly string[]>;
  /** Allocations that may start I/O while it submits some; none if it does not run inside ->submit_bio. */
  readonly recursions: readonly Recursion[];
  /** Completion functions of the bios it submits. */
  readonly endings: ReadonlyMap<string, ReadonlySet<string>>;
  readonly locks: ReadonlyMap<string, 'mutex' | 'rwsem' | 'semaphore'>;
  /** Pools whose elements belong to bios. */
  readonly carried: ReadonlySet<string>;
  /** What happens at the end of the bios that stand for counted elements. */
  readonly releases: ReadonlyMap<string, readonly Assignment[]>;
  /** Work items that it queues. */
  readonly works: ReadonlyMap<string, QueuedWork>;
}

export interface ProgramOptions {
  /** Runs inside ->submit_bio. */
  readonly nested: boolean;
  /** C conditions that hold at the start. */
  readonly assume: readonly string[];
  /** Values of parameters. */
  readonly given: ReadonlyMap<string, number>;
  /** Is the completion function of a bio. */
  readonly completes?: boolean;
  /** Runs as this work item. */
  readonly item?: QueuedWork;
}

/** The functions of one stack are looked at for many programs. */
const findingsOf = kept((_: Subject) => noFindings());

/** Extracts the program of a function. The first parameter that is a bio is `bio`. Throws UserError when it is too much. */
export function programOf(
  subject: Subject,
  entry: CFunction,
  { nested, assume, given, completes = false, item }: ProgramOptions,
): Program {
  const { index } = subject;
  const tables = subject.tables.flatMap((name) => {
    // A declaration may stand before it.
    const all = index.variables(name);
    const found = all.find(({ item }) => item.init !== null) ?? all[0];
    const tag = found && structTag(found.item.type);
    return found && tag ? [[tag, found.item] as const] : [];
  });
  const context: Context = {
    ...subject,
    tables: new Map(tables),
    nested,
    remarks: new Set(),
    entered: new Set(),
    callers: new Map(),
    recursions: new Map(),
    endings: new Map(),
    bioNames: new Map(),
    locks: new Map(),
    carried: new Set(),
    ends: new Map(),
    completing: [],
    last: completes ? { counter: null, refs: null, steps: [] } : null,
    releases: new Map(),
    works: new Map(),
    run: extract,
    ...findingsOf(subject),
  };
  const body = subject.notes.get(entry.name)?.body ?? null;
  const fn = body === null ? entry : standIn(context, entry, body);
  const bio = bioParameter(fn);
  const args = fn.params.map(({ name }, position): Value => {
    const value = given.get(name);
    if (value !== undefined) return number(value);
    if (item && position === 0) return item.arg;
    return position === bio ? bioValue('bio') : term(name);
  });
  const prepare = (state: State): void => {
    for (const [place, held] of item?.store ?? []) state.store.set(place, held);
    for (const [text, held] of item?.facts ?? []) state.facts.set(text, held);
    suppose(context, state, assume);
  };
  const graph = simplify(extract(context, fn, args, prepare));
  return {
    fn,
    graph,
    bounded: boundLoops(graph),
    remarks: [...context.remarks].sort(),
    entered: [...context.entered],
    callers: context.callers,
    recursions: [...context.recursions.values()],
    endings: context.endings,
    locks: context.locks,
    carried: context.carried,
    releases: context.releases,
    works: context.works,
  };
}

/** The position of the parameter that a program is about; -1 if the function takes no bio. */
export function bioParameter({ params }: CFunction): number {
  return params.findIndex(({ type }) => /^(?:const )?struct bio \*$/.test(type));
}

/** One function, and then another. */
export function inSequence(first: Program, second: Program): Program {
  const graph = simplify(followedBy(first.graph, second.graph));
  return {
    fn: first.fn,
    graph,
    bounded: boundLoops(graph),
    remarks: [...new Set([...first.remarks, ...second.remarks])].sort(),
    entered: [...new Set([...first.entered, ...second.entered])],
    callers: new Map([...first.callers, ...second.callers]),
    recursions: [...first.recursions, ...second.recursions],
    endings: new Map([...first.endings, ...second.endings]),
    locks: new Map([...first.locks, ...second.locks]),
    carried: new Set([...first.carried, ...second.carried]),
    releases: new Map([...first.releases, ...second.releases]),
    works: new Map([...first.works, ...second.works]),
  };
}

/** Takes conditions for true. One that the code cannot make sense of (another era's field) says nothing. */
function suppose(context: Context, state: State, conditions: readonly string[]): void {
  for (const text of conditions) {
    const expr = parseExpr(context, text);
    if (!expr) continue;
    const probe = fork(state);
    learn(state, evaluate(context, probe, answered(context, probe, expr)), true);
  }
}

/** The expression, with the value of each call in it noted in the state. */
function answered(context: Context, state: State, expr: Expr): Expr {
  walkExpr(expr, (inner) => {
    if (inner.kind === 'call') top(state).temps.set(inner, unknownCall(context, state, inner));
  });
  return expr;
}
