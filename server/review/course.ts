import type { Level, Status } from './types.js';

/** How severe a level is, for comparing. */
export const severity: Readonly<Record<Level, number>> = { note: 1, warning: 2, error: 3 };

/** What a series does to one finding. */
export interface Verdict {
  readonly status: Status;
  /** Number of the state in which it takes effect, from 1; 0 for what was there before. */
  readonly at: number;
  /** Number of the state in which it is gone again. */
  readonly goneAt: number | null;
}

/**
 * Judges a finding by its level in each state, the base first; null where it is not there. Null when it is in no state.
 *
 * What the base has and the last state has is pre-existing, or worsened by the patch that raised it to its final level.
 * What only the last state has was introduced by the patch after which it stayed. What neither has, but a state
 * between them, was introduced there and is gone at the next state without it.
 */
export function judgeCourse(course: readonly (Level | null)[]): Verdict | null {
  const rank = course.map((level) => (level === null ? 0 : severity[level]));
  const before = rank[0] ?? 0;
  const after = rank.at(-1) ?? 0;
  if (after > before) {
    const at = rank.findLastIndex((value) => value < after) + 1;
    return { status: before === 0 ? 'introduced' : 'worsened', at, goneAt: null };
  }
  if (after > 0) return { status: 'preexisting', at: 0, goneAt: null };
  if (before > 0) return { status: 'fixed', at: rank.findLastIndex((value) => value > 0) + 1, goneAt: null };
  const first = rank.findIndex((value) => value > 0);
  return first < 0 ? null : { status: 'introduced', at: first, goneAt: rank.indexOf(0, first) };
}

/** A change made by one state, or taken back there. */
export interface Event {
  readonly at: number;
  readonly undone: boolean;
}

/**
 * Judges a change by the states that make it and take it back, in order. One that is made and taken back is introduced
 * and gone again; one that is taken back first is a repair, unless the series makes it again; null when nothing remains.
 */
export function judgeEvents(events: readonly Event[]): Verdict | null {
  const [first] = events;
  if (first === undefined) return null;
  const balance = events.reduce((sum, { undone }) => sum + (undone ? -1 : 1), 0);
  const last = events.findLast(({ undone }) => undone === balance < 0);
  if (balance > 0 && last !== undefined) return { status: 'introduced', at: last.at, goneAt: null };
  if (balance < 0 && last !== undefined) return { status: 'fixed', at: last.at, goneAt: null };
  if (first.undone) return null;
  return { status: 'introduced', at: first.at, goneAt: events.find(({ undone }) => undone)?.at ?? null };
}
