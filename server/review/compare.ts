import { aliases } from '../kernel/set-facts.js';
import type { Patch } from '../series/types.js';
import {
  type Attribution,
  attributeCause,
  attributeNothing,
  attributeRepair,
  locate,
  locateHunk,
} from './attribute.js';
import { type Event, judgeCourse, judgeEvents, severity, type Verdict } from './course.js';
import type { ChangeRule, RawFinding, Rule, StateFacts, StateRule } from './rules/rule.js';
import { boundsText, type StackRun, setId } from './runs.js';
import type { Finding, Level, Refuted, StackVerdict, TraceStep } from './types.js';

/** The states a series goes through: `states[0]` is the base, `states[i]` what `patches[i - 1]` leaves. */
export interface History {
  readonly states: readonly StateFacts[];
  /** What `patches[i - 1]` finds, where that is not `states[i - 1]`. */
  readonly restarts: ReadonlyMap<number, StateFacts>;
  readonly patches: readonly Patch[];
}

/** What the rules say of a history. */
export interface Comparison {
  readonly findings: readonly Finding[];
  readonly refuted: readonly Refuted[];
}

/** A finding of a rule in one state, under a name that is the same in every state in which it is there. */
interface Seen {
  readonly rule: Rule;
  readonly id: string;
  readonly raw: RawFinding;
}

/** Runs `rules` over all states and says what each patch causes and repairs. Equal input gives equal output, in order. */
export function compareStates(history: History, rules: readonly Rule[]): Comparison {
  const refuted = new Map<string, Refuted>();
  const findings = rules.flatMap((rule) =>
    'check' in rule ? overStates(rule, history, refuted) : overChanges(rule, history),
  );
  return { findings: withoutMoved(findings).toSorted(order), refuted: [...refuted.values()] };
}

/** Runs `rules` over a single state, in which everything is there already. */
export function checkState(facts: StateFacts, rules: readonly Rule[]): Comparison {
  return compareStates({ states: [facts], restarts: new Map(), patches: [] }, rules);
}

/** What patch number `at` finds. */
function before(history: History, at: number): StateFacts | undefined {
  return history.restarts.get(at) ?? history.states[at - 1];
}

/** Follows a file of state number `at` through renames to the name it has after the last patch. */
function finalPath(path: string, at: number, patches: readonly Patch[]): string {
  return patches.slice(at).reduce((name, patch) => {
    const rename = patch.files.find((file) => file.change === 'rename' && file.oldPath === name);
    return rename?.newPath ?? name;
  }, path);
}

function name(rule: Rule, raws: readonly RawFinding[], at: number, history: History): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const raw of raws) {
    const id = `${rule.id}:${finalPath(raw.place.path, at, history.patches)}:${raw.key}`;
    let unique = id;
    for (let count = 2; seen.has(unique); count++) unique = `${id}#${count}`;
    seen.set(unique, { rule, id: unique, raw });
  }
  return seen;
}

function levelOf({ rule, raw }: Seen): Level {
  return raw.level ?? rule.level;
}

function overStates(rule: StateRule, history: History, refuted: Map<string, Refuted>): Moving[] {
  const checked = new Map<StateFacts, readonly RawFinding[]>();
  const check = (facts: StateFacts): readonly RawFinding[] => {
    const raws = checked.get(facts) ?? rule.check(facts).filter((raw) => !isRefuted(rule, raw, facts, refuted));
    checked.set(facts, raws);
    return raws;
  };
  const states = history.states.map((facts, at) => name(rule, check(facts), at, history));
  const restarts = [...history.restarts].map(([at, facts]) => [at, name(rule, check(facts), at - 1, history)] as const);
  const ids = new Set([...states, ...restarts.map(([, seen]) => seen)].flatMap((seen) => [...seen.keys()]));
  return [...ids].flatMap((id) => {
    const course = states.map((seen) => seen.get(id) ?? null);
    // What a file that starts anew has before the patch, and did not have so far, was there all the time, as far as anybody can tell.
    for (const [at, seen] of restarts) {
      const here = seen.get(id);
      if (here !== undefined && !course[at - 1]) course.fill(here, 0, at);
      // And what it had and does not show any more is not repaired: nobody can see it.
      const last = here === undefined ? (course[at - 1] ?? null) : null;
      for (let state = at; last !== null && state < course.length && course[state] === null; state++)
        course[state] = last;
    }
    const verdict = judgeCourse(course.map((seen) => (seen === null ? null : levelOf(seen))));
    if (verdict === null) return [];
    const { status, at } = verdict;
    const seen = status === 'preexisting' ? course.at(-1) : course[status === 'fixed' ? at - 1 : at];
    const left = history.states[at];
    if (seen && left && status === 'fixed' && rule.repairs?.(left, seen.raw) === false) return [];
    return seen ? [build(seen, verdict, history)] : [];
  });
}

/** Whether the programs of the stacks go through the function that a guess is about and are proved, without exception. */
function isRefuted(rule: Rule, raw: RawFinding, facts: StateFacts, refuted: Map<string, Refuted>): boolean {
  const { guess } = raw;
  if (!guess) return false;
  const names = aliases(facts.inventory, guess.set);
  const runs = facts.runs.filter(
    ({ entered, sets }) => entered.includes(guess.function) && sets.some((one) => names.has(setId(one, facts))),
  );
  if (runs.length === 0 || runs.some(({ verdict }) => verdict !== 'proved')) return false;
  const by = runs.map(({ stack, parameters }) => `${stack} (${boundsText(parameters)})`).join(', ');
  const found = { rule: rule.id, message: raw.message, location: locate(raw.place, 'new'), by: `proved on ${by}` };
  refuted.set(`${rule.id}:${raw.key}`, found);
  return true;
}

function overChanges(rule: ChangeRule, history: History): Moving[] {
  const events = new Map<string, { readonly event: Event; readonly seen: Seen }[]>();
  for (let at = 1; at < history.states.length; at++) {
    const [from, to] = [before(history, at), history.states[at]];
    if (from === undefined || to === undefined || from === to) continue;
    for (const undone of [false, true]) {
      const raws = undone ? rule.compare(to, from) : rule.compare(from, to);
      for (const [id, seen] of name(rule, raws, undone ? at - 1 : at, history)) {
        events.set(id, [...(events.get(id) ?? []), { event: { at, undone }, seen }]);
      }
    }
  }
  return [...events.values()].flatMap((course) => {
    const verdict = judgeEvents(course.map(({ event }) => event));
    const seen = course.find(({ event }) => event.at === verdict?.at)?.seen;
    if (verdict === null || seen === undefined) return [];
    const repairs = rule.reversible && seen.raw.repairable !== false;
    return verdict.status === 'fixed' && !repairs ? [] : [build(seen, verdict, history)];
  });
}

/** A finding with what it is called regardless of its file. */
interface Moving extends Finding {
  readonly moves: string;
}

function build(seen: Seen, { status, at, goneAt }: Verdict, history: History): Moving {
  const { raw, rule, id } = seen;
  const patch = history.patches[at - 1];
  const [from, to] = [before(history, at), history.states[at]];
  const side = status === 'fixed' ? 'old' : 'new';
  let attribution: Attribution;
  if (patch === undefined || from === undefined || to === undefined) {
    attribution = attributeNothing(raw, history.states.at(-1));
  } else {
    attribution = (side === 'old' ? attributeRepair : attributeCause)(raw, patch, from, to);
  }
  const elsewhere = attribution.location.line !== raw.place.range.line || attribution.location.side !== side;
  const own = { message: status === 'fixed' ? 'this was wrong' : 'this is where it goes wrong', place: raw.place };
  return {
    moves: `${rule.id}:${raw.key}`,
    id,
    rule: rule.id,
    level: levelOf(seen),
    status,
    message: status === 'fixed' ? (raw.repaired ?? `no longer: ${raw.message}`) : raw.message,
    patch: patch?.index ?? null,
    fixedBy: goneAt === null ? null : (history.patches[goneAt - 1]?.index ?? null),
    set: raw.set,
    ...attribution,
    related: [
      ...otherHunks(raw, patch, side, attribution),
      ...[...(elsewhere ? [own] : []), ...raw.related].map(({ message, place }) => ({
        message,
        location: locate(place, side),
      })),
    ],
    simulation: raw.simulation ?? null,
    verdict: raw.run ? verdictOf(raw.run) : null,
    trace: raw.run && raw.run.trace.length > 0 ? traceOf(raw.run, side) : null,
  };
}

function verdictOf({ stack, verdict, parameters, states, real }: StackRun): StackVerdict {
  return { stack, verdict, parameters, states, real };
}

function traceOf({ trace }: StackRun, side: 'old' | 'new'): readonly TraceStep[] {
  return trace.map(({ task, action, place }) => ({ task, action, location: place ? locate(place, side) : null }));
}

/** The hunks that are needed besides the one that the finding stands on. */
function otherHunks(
  { hunks }: RawFinding,
  patch: Patch | undefined,
  side: 'old' | 'new',
  { location }: Attribution,
): Finding['related'] {
  const refs = (side === 'old' ? hunks?.repairs : hunks?.causes) ?? [];
  const message = side === 'old' ? 'without this hunk it is not repaired' : 'without this hunk it does not happen';
  const places = refs.flatMap((ref) => (patch ? (locateHunk(patch, ref) ?? []) : []));
  const own = places.findLast((place) => place.location.file === location.file && place.location.line <= location.line);
  return places.filter((place) => place !== own).map((place) => ({ message, location: place.location }));
}

/** Code that moves between files takes its findings along: they are neither fixed nor introduced. */
function withoutMoved(findings: readonly Moving[]): readonly Finding[] {
  const fixed = new Map(findings.filter(({ status }) => status === 'fixed').map((one) => [one.moves, one]));
  const moved = new Set<Moving>();
  for (const one of findings) {
    const from = one.status === 'introduced' && one.fixedBy === null ? fixed.get(one.moves) : undefined;
    if (from !== undefined) moved.add(one).add(from);
  }
  return findings.filter((one) => !moved.has(one)).map(({ moves: _, ...finding }) => finding);
}

function order(a: Finding, b: Finding): number {
  const patch = (finding: Finding): number => finding.patch ?? Number.MAX_SAFE_INTEGER;
  return (
    patch(a) - patch(b) ||
    severity[b.level] - severity[a.level] ||
    compareText(a.location.file, b.location.file) ||
    a.location.line - b.location.line ||
    a.location.column - b.location.column ||
    compareText(a.id, b.id)
  );
}

/** By code units: a locale must not change the order of a report. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
