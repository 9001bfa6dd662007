import page from '../../../docs/rules/bio-gone.md';
import { flowOf } from '../../c/flow.js';
import { type Fact, guardsOf, survivors } from '../../c/guards.js';
import { canFollow } from '../../c/paths.js';
import type { CFile, CFunction, Expr } from '../../c/types.js';
import { bare, type Call, calleeName, callsIn, walkExpr } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { effectOf } from '../../kernel/effects.js';
import { formsOf } from '../../kernel/primitives.js';
import { asked } from './asked.js';
import { isInView } from './code.js';
import { readPage } from './page.js';
import { nodeOf } from './parking.js';
import type { RawFinding, StateRule } from './rule.js';

/** Pairs of places in one function that are looked at; what a stranger writes must not take time without end. */
const most = 8;

export const bioGone: StateRule = {
  ...readPage(page),
  check: (facts) => asked(facts, facts.index.files).flatMap((file) => file.functions.flatMap((fn) => judge(file, fn))),
};

/** One finding for each variable: what is right for one of its uses is mostly right for all. */
function judge(file: CFile, fn: CFunction): readonly RawFinding[] {
  const found = new Map<string, RawFinding>();
  for (const { bio, call, uses } of goodbyesIn(fn)) {
    const use = uses.find(({ range }) => isSeen(file, fn, call.range.line, range.line));
    if (use === undefined || found.has(bio)) continue;
    const { path, name } = fn;
    found.set(bio, {
      key: `${name}:${bio}`,
      message: `${name}() uses ${use.text}, but ${call.text} has given the bio away: it may be free`,
      set: null,
      place: { path, function: name, range: use.range },
      evidence: [use.text, call.text].map((text) => ({ path, function: name, text })),
      related: [{ message: 'given away here', place: { path, function: name, range: call.range } }],
    });
  }
  return [...found.values()];
}

/** Whether the way between two lines is in view; back, in a loop, it goes by all of the function. */
function isSeen(file: CFile, { range }: CFunction, from: number, to: number): boolean {
  return from <= to ? isInView(file, from, to) : isInView(file, range.line, range.endLine);
}

interface Goodbye {
  readonly bio: string;
  readonly call: Call;
  /** Uses of the variable that the code can come to from the call. */
  readonly uses: readonly Expr[];
}

const goodbyesIn = kept((fn: CFunction): readonly Goodbye[] => {
  const calls = callsIn(fn.body ?? []).map(({ call }) => call);
  const held = new Set(calls.filter((call) => calleeName(call) === 'bio_get').map(({ args }) => args[0]?.text));
  let left = most;
  return calls.filter(isGoodbye).flatMap((call) => {
    const bio = call.args[0];
    if (left <= 0 || bio?.kind !== 'name' || held.has(bio.name)) return [];
    const { uses, looked } = usesAfter(fn, call, bio, left);
    left -= looked;
    return [{ bio: bio.name, call, uses }];
  });
});

/** Ends the bio that is its first argument, or gives back a reference to it. */
function isGoodbye(call: Call): boolean {
  const effect = effectOf(calleeName(call) ?? '');
  return effect?.end === 0 || effect?.put === 0;
}

/** The first uses of the variable that the code can come to from `call`, on ways where it is not set anew; of `most` that were looked at. */
function usesAfter(
  fn: CFunction,
  call: Call,
  bio: Expr & { readonly kind: 'name' },
  most: number,
): { readonly uses: readonly Expr[]; readonly looked: number } {
  const flow = flowOf(fn);
  const start = nodeOf(flow, call);
  const uses: Expr[] = [];
  if (start === null) return { uses, looked: 0 };
  const known = guardsOf(fn).at(call.range);
  const unset: Fact = { text: 'the bio that went', expr: bio, holds: true };
  const facts = new Map([[unset.text, unset]]);
  let looked = 0;
  const seen = new Set([start]);
  const queue = [start];
  for (let id = queue.shift(); id !== undefined && looked < most; id = queue.shift()) {
    const node = flow.nodes[id];
    if (node === undefined) continue;
    const use = id === start ? null : useIn(node.expr, bio.name);
    if (use !== null && looked++ < most && canFollow(flow, start, id, known, [unset])) uses.push(use);
    if (use !== null || survivors(node, facts).size === 0) continue;
    for (const { to } of node.next) {
      if (!seen.has(to)) queue.push(to);
      seen.add(to);
    }
  }
  return { uses, looked };
}

/** Where an expression follows the pointer, ends the bio or gives it to somebody; not where it only compares it or puts it. */
function useIn(expr: Expr | null, name: string): Expr | null {
  let use: Expr | null = null;
  const isBio = (one: Expr | undefined): boolean => {
    const inner = one === undefined ? null : bare(one);
    return inner?.kind === 'name' && inner.name === name;
  };
  if (expr === null) return null;
  walkExpr(expr, (inner) => {
    if (inner.kind === 'field' && inner.arrow && isBio(inner.base)) use ??= inner;
    if (inner.kind === 'call' && takes(inner).some((place) => isBio(inner.args[place]))) use ??= inner;
  });
  return use;
}

/** The arguments of a call that are bios which must not be free. */
function takes(call: Call): readonly number[] {
  const name = calleeName(call) ?? '';
  const { end, keep } = effectOf(name) ?? {};
  const submitted = formsOf(name)
    .filter(({ does }) => does === 'submit')
    .map(({ args }) => args.indexOf('bio'));
  return [end, keep, ...submitted].filter((place): place is number => place !== undefined && place >= 0);
}
