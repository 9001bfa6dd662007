import page from '../../../docs/rules/set-exit.md';
import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr } from '../../c/types.js';
import { bare, type Call, calleeName, callsIn } from '../../c/walk.js';
import { kept } from '../../kept.js';
import { argument, formOf, formsOf } from '../../kernel/primitives.js';
import type { EraGuess, Inventory, Place, SetCreation, SetExit, SetId } from '../../kernel/types.js';
import { asked } from './asked.js';
import { functionAt, siteAt, targetOf } from './code.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';
import { doubleReleases, followCreation, frees, type LocalSet } from './unwinding.js';

/** A function that makes more sets than that is not followed: every one of its lines is looked at for each of them. */
export const mostCreations = 64;

/** The functions, as `path:name`, that make too many sets to be followed. */
export const crowdedFunctions = kept(({ sets }: Inventory): ReadonlySet<string> => {
  const count = new Map<string, number>();
  for (const where of sets.flatMap(({ creations }) => creations.map(nameOf)))
    count.set(where, (count.get(where) ?? 0) + 1);
  return new Set([...count].filter(([, made]) => made > mostCreations).map(([where]) => where));
});

const nameOf = ({ path, function: fn }: Place): string => `${path}:${fn}`;

export const setExit: StateRule = {
  ...readPage(page),
  check: (facts) => {
    const crowded = crowdedFunctions(facts.inventory);
    const isFollowed = (place: Place): boolean => !crowded.has(nameOf(place));
    return facts.inventory.sets.flatMap(({ id, creations, exits }) => [
      ...asked(facts, creations)
        .filter(isFollowed)
        .flatMap((creation) => missing(facts, id, creation, exits)),
      ...asked(facts, exits)
        .filter(isFollowed)
        .flatMap((exit) => doubled(facts, id, exit)),
    ]);
  },
};

function missing(facts: StateFacts, id: SetId, creation: SetCreation, exits: readonly SetExit[]): RawFinding[] {
  const site = siteAt(facts.index, creation);
  const target = site === null ? null : (setArgument(site.call, facts.inventory.era) ?? targetOf(site));
  if (site === null || target === null) return [];
  const set = localSet(facts, site.fn, typeof target === 'string' ? target : textOf(target), exits);
  const { loose, releases } = followCreation(set, site.call);
  // An error return alone proves nothing: often the caller cleans up. Where the function itself
  // does elsewhere, or gives back other parts of the owner, it forgot here.
  const end = loose.find(({ kind, unwinds }) => kind === 'owner-freed' || releases || unwinds);
  const range = end?.node.expr?.range ?? end?.node.stmt?.range;
  if (end === undefined || range === undefined) return [];
  const what = end.kind === 'owner-freed' ? `frees ${set.owner}` : 'returns an error';
  return [
    {
      key: `${site.fn.name}:${id}:missing`,
      message: `${site.fn.name}() ${what} without releasing ${id}, which it created before`,
      set: id,
      place: { path: creation.path, function: site.fn.name, range },
      evidence: ['bioset_exit', 'bioset_free', 'goto'].map((text) => ({
        path: creation.path,
        function: site.fn.name,
        text,
      })),
      related: [{ message: `${id} is created here`, place: creation }],
    },
  ];
}

function doubled(facts: StateFacts, id: SetId, exit: SetExit): RawFinding[] {
  // bioset_exit() leaves a set that can be released again; bioset_free() frees its memory.
  const fn = exit.callee === 'bioset_free' ? functionAt(facts.index, exit) : null;
  const call = fn === null ? undefined : siteAt(facts.index, exit)?.call;
  const target = call === undefined ? null : setArgument(call, facts.inventory.era);
  if (fn === null || target === null) return [];
  const set = localSet(facts, fn, textOf(target), []);
  return doubleReleases(set)
    .filter(({ first }) => first === call)
    .slice(0, 1)
    .map(({ second }) => ({
      key: `${fn.name}:${id}:doubled`,
      level: 'error',
      message: `${fn.name}() frees ${id} a second time`,
      set: id,
      place: { path: exit.path, function: fn.name, range: second.range },
      evidence: [{ path: exit.path, function: fn.name, text: textOf(target) }],
      related: [{ message: 'freed here before', place: exit as Place }],
    }));
}

function setArgument(call: Call, era: EraGuess): Expr | null {
  const form = formOf(call, era);
  return form === null ? null : argument(form, 'set', call);
}

/** A set as it is written, without the address-of. */
function textOf(expr: Expr): string {
  const inner = bare(expr);
  return inner.kind === 'unary' && inner.op === '&' ? inner.arg.text : inner.text;
}

function localSet({ index, inventory }: StateFacts, fn: CFunction, text: string, exits: readonly SetExit[]): LocalSet {
  const owner = /^(\w+)(?:->|\.)/.exec(text)?.[1] ?? null;
  const cleaners = new Set(exits.map((exit) => exit.function));
  return {
    fn,
    text,
    owner,
    releases(call) {
      const released = formsOf(calleeName(call) ?? '').some(({ does }) => does === 'exit')
        ? setArgument(call, inventory.era)
        : null;
      if (released !== null) return textOf(released) === text ? 'yes' : 'no';
      return mayRelease(index, call, owner, cleaners);
    },
  };
}

/** Calls that take an owner and certainly leave its set alone. */
const leavesAlone = /^(?:memset|PTR_ERR|IS_ERR|spin_lock_init|mutex_init)$/;

/**
 * `maybe` for a function that gets the owner and is out of view, releases the set, or calls one that does or that is out of
 * view; also for one that releases it without being given the owner.
 */
function mayRelease(
  index: CIndex,
  call: Call,
  owner: string | null,
  cleaners: ReadonlySet<string | null>,
): 'maybe' | 'no' {
  const name = calleeName(call);
  if (name !== null && cleaners.has(name)) return 'maybe';
  const given = owner !== null && call.args.some((arg) => textOf(arg) === owner);
  if (!given || (name !== null && (leavesAlone.test(name) || frees.test(name)))) return 'no';
  const definitions = name === null ? [] : index.functionsNamed(name);
  const outOfView = (inner: string | null): boolean => inner === null || index.functionsNamed(inner).length === 0;
  const passesOn = definitions.some(
    ({ body }) =>
      body === null ||
      callsIn(body).some(({ call: inner }) => cleaners.has(calleeName(inner)) || outOfView(calleeName(inner))),
  );
  return definitions.length === 0 || passesOn ? 'maybe' : 'no';
}
