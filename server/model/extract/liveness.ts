import { type Flow, flowOf } from '../../c/flow.js';
import type { CFunction, Expr, Stmt } from '../../c/types.js';
import { expressionsOf, walkExpr, walkExprs, walkStmts } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { asksFor, operationsAskFor } from './asked.js';
import type { Context } from './context.js';
import type { State } from './state.js';
import { show } from './value.js';

interface Live {
  /** Locals whose value is still asked for. */
  readonly names: ReadonlySet<string>;
  /** For the head of a loop: the locals that the loop changes. */
  readonly assigned: ReadonlySet<string>;
}

const liveOf = new WeakMap<CFunction, readonly Live[]>();

/** Which locals matter at a node. */
export function liveAt(fn: CFunction, node: number): Live {
  let all = liveOf.get(fn);
  if (!all) {
    all = analyse(fn, flowOf(fn));
    liveOf.set(fn, all);
  }
  return all[node] ?? { names: new Set(), assigned: new Set() };
}

const liveAfterCall = new WeakMap<Expr, ReadonlySet<string>>();

/** Which locals matter while a call runs whose arguments have their values. */
function liveAfter(fn: CFunction, node: number, call: Expr): ReadonlySet<string> {
  const known = liveAfterCall.get(call);
  if (known) return known;
  const flow = flowOf(fn);
  const { expr = null, next = [], stmt = null } = flow.nodes[node] ?? {};
  const defined = stmt?.kind === 'decl' ? stmt.name : assignedName(expr);
  const after = new Set(next.flatMap(({ to }) => [...liveAt(fn, to).names]));
  if (defined !== null && !sharedIn(fn).has(defined)) after.delete(defined);
  const names = new Set([...after, ...(expr ? namesIn(assignedName(expr) ? right(expr) : expr, call) : [])]);
  liveAfterCall.set(call, names);
  return names;
}

/** Locals with parts, or whose address is taken: they keep what an assignment to another part of them does not change. */
const sharedIn = kept((fn: CFunction): ReadonlySet<string> => {
  const shared = new Set<string>();
  walkExprs(fn.body ?? [], (expr) => {
    const part =
      expr.kind === 'unary' && expr.op === '&' ? expr.arg : expr.kind === 'field' && !expr.arrow ? expr : null;
    const name = part && ownerOf(part);
    if (name) shared.add(name);
  });
  return shared;
});

function analyse(fn: CFunction, flow: Flow): readonly Live[] {
  const shared = sharedIn(fn);
  const names = flow.nodes.map(() => new Set<string>());
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of [...flow.nodes].reverse()) {
      const own = names[node.id];
      if (!own) continue;
      const size = own.size;
      const defined = node.stmt?.kind === 'decl' ? node.stmt.name : assignedName(node.expr);
      for (const { to } of node.next)
        for (const name of names[to] ?? []) if (name !== defined || shared.has(name)) own.add(name);
      if (node.expr) for (const name of namesIn(assignedName(node.expr) ? right(node.expr) : node.expr)) own.add(name);
      changed ||= own.size > size;
    }
  }
  return flow.nodes.map((node, id) => ({
    names: names[id] ?? new Set(),
    assigned: node.stmt?.kind === 'loop' ? changedIn(node.stmt) : new Set(),
  }));
}

/** The local that an lvalue is a part of. */
function ownerOf(expr: Expr): string | null {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'index' || (expr.kind === 'field' && !expr.arrow)) return ownerOf(expr.base);
  return null;
}

function assignedName(expr: Expr | null): string | null {
  return expr?.kind === 'assign' && expr.op === '=' && expr.left.kind === 'name' ? expr.left.name : null;
}

const right = (expr: Expr): Expr => (expr.kind === 'assign' ? expr.right : expr);

/** The names in an expression, `without` a part of it. */
function namesIn(expr: Expr, without: Expr | null = null): readonly string[] {
  const names: string[] = [];
  const left = new Set<Expr>();
  if (without) walkExpr(without, (inner) => left.add(inner));
  walkExpr(expr, (inner) => {
    if (left.has(inner)) return;
    if (inner.kind === 'name') names.push(inner.name);
    if (inner.kind === 'call' && inner.callee.kind === 'name') names.push(inner.callee.name);
  });
  return names;
}

function changedIn(loop: Stmt): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (expr: Expr): void =>
    walkExpr(expr, (inner) => {
      const changed =
        inner.kind === 'assign' ? inner.left : inner.kind === 'unary' && /\+\+|--/.test(inner.op) ? inner.arg : null;
      if (changed?.kind === 'name') names.add(changed.name);
    });
  walkStmts([loop], (stmt) => expressionsOf(stmt).forEach(note));
  return names;
}

/** Forgets what no code to come asks for, and gives a text that is the same for states that go on alike. */
export function reducedKey(context: Context, state: State): string {
  const [entry] = state.frames;
  const isWord = (word: string): boolean =>
    (entry !== undefined && operationsAskFor(context, entry.fn, word)) ||
    state.frames.some(({ fn, node }) => asksFor(context, fn, node, word));
  const live = state.frames.map(({ fn, node }, depth) => {
    const call = state.frames[depth + 1]?.call;
    return call ? liveAfter(fn, node, call) : liveAt(fn, node).names;
  });
  const isLive = (place: string): boolean => {
    const { frame, local } = partsOf(place);
    return local !== null && live[frame - 1]?.has(local) === true;
  };
  const temps = state.frames.map(({ temps: own, result }) => {
    const made = [...own].map(([expr, value]) => `${keyOf(expr)}=${show(value)}`);
    return [...made, ...(result === null ? [] : [mention(result)])].join();
  });
  const kept = collect(state, isLive, temps.join());
  const store = [...state.store].map(([place, value]) => `${place}=${show(value)}`).sort();
  const waiting = state.frames.flatMap(({ temps: own, result }) => [
    ...own.values(),
    ...(result === null ? [] : [result]),
  ]);
  const values = [...state.store.values(), ...waiting];
  const held = new Set(values.flatMap((value) => (value.kind === 'term' ? [value.text] : [])));
  for (const text of state.facts.keys()) if (!isAsked(text, isWord, held, kept)) state.facts.delete(text);
  const facts = [...state.facts].map(([text, value]) => `${text}:${value}`).sort();
  const frames = state.frames.map(({ fn, node }, i) => `${fn.path}:${fn.name}:${node}[${temps[i]}]`);
  return `${frames.join('>')}|${store.join(',')}|${facts.join(',')}`;
}

const keyOf = ({ range }: Expr): string => `${range.line}:${range.column}:${range.endLine}:${range.endColumn}`;

/** Removes locals, bios and elements that nothing live leads to; the roots that are left. */
function collect(state: State, isLive: (place: string) => boolean, waiting: string): ReadonlySet<string> {
  const held = new Map<string, string[]>();
  const hold = (root: string, text: string): void => {
    const texts = held.get(root);
    if (texts) texts.push(text);
    else held.set(root, [text]);
  };
  const texts = [waiting, '$bio'];
  for (const [place, value] of state.store) {
    const { root, others } = partsOf(place);
    const text = mention(value);
    hold(root, text);
    // What a function found for a bio is kept as long as the bio.
    for (const other of others) hold(other, text);
    if (isLive(place)) texts.push(root, text);
  }
  const kept = new Set<string>();
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const found of rootsIn(text)) {
      if (kept.has(found)) continue;
      kept.add(found);
      texts.push(...(held.get(found) ?? []));
    }
  }
  for (const place of state.store.keys()) {
    const { root, others } = partsOf(place);
    if ((root !== '' && !kept.has(root)) || others.some((one) => !kept.has(one))) state.store.delete(place);
  }
  return kept;
}

interface Parts {
  /** The local, bio or element that a place belongs to; empty for other memory. */
  readonly root: string;
  /** Bios and elements that the rest of it names. */
  readonly others: readonly string[];
  /** Number of the frame (from 1) and name of a local. */
  readonly frame: number;
  readonly local: string | null;
}

const partsOf = remembered((place: string): Parts => {
  const root = /^(?:\d+:\w+|[$%][\w']+)/.exec(place)?.[0] ?? '';
  const others = [...place.slice(root.length).matchAll(/[$%][\w']+/g)].map(([found]) => found);
  const [, frame, local = null] = /^(\d+):(\w+)/.exec(place) ?? [];
  return { root, others, frame: Number(frame ?? 0), local };
});

const rootsIn = remembered((text: string): readonly string[] =>
  [...text.matchAll(/[$%][\w']+|(?<!~)\b\d+:\w+/g)].map(([found]) => found),
);

/** The same few texts are looked at in every state. */
function remembered<T>(look: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size > 50_000) known.clear();
    const found = look(text);
    known.set(text, found);
    return found;
  };
}

const mention = (value: Parameters<typeof show>[0]): string =>
  value.kind === 'term' ? `${value.text} ${value.origin}` : show(value);

/**
 * Whether a fact can still decide something: it says what a bio is like, and the code to come asks for that; or it is about
 * what a live variable holds.
 */
function isAsked(
  text: string,
  isWord: (word: string) => boolean,
  held: ReadonlySet<string>,
  kept: ReadonlySet<string>,
): boolean {
  const { about, bio, word } = subjectOf(text);
  if (held.has(about) || held.has(text)) return true;
  return bio !== null && kept.has(bio) && isWord(word);
}

/** What a fact is about, and if that is an attribute of a bio, of which bio and what code asks for it by. */
const subjectOf = remembered((text: string): { about: string; bio: string | null; word: string } => {
  const about = /^\((?:-?\w+ == )?(.+?)(?: == -?\w+)?\)$/.exec(text)?.[1] ?? text;
  const attribute = /^(?:(\w+)\((\$[\w']+)\)|\(?(\$[\w']+)(?:\^\w+)?\.([\w.]+)(?: & -?\w+\)?)?)$/.exec(about);
  if (!attribute) return { about, bio: null, word: '' };
  const [, call, first, second, field] = attribute;
  return { about, bio: first ?? second ?? '', word: call ?? field?.split('.').at(-1) ?? '' };
});
