/**
 * Places in text, and the two courtesies every long computation owes its caller. This file is the one thing that every
 * layer may import.
 */

/** A place in a text. Lines and columns are 1-based, columns count UTF-16 units, the end is exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Called from time to time by long work; `done` of `total` units of `what`. */
export type Progress = (what: string, done: number, total: number) => void;

/** What long work takes from its caller. Work rejects with `signal.reason` once the signal is aborted. */
export interface Courtesy {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** An error whose message is meant for the user: one line saying what is wrong, where, and what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** After the events that wait, without the millisecond that a timer takes, where there is such a thing (Node). */
const soon: (run: () => void) => unknown =
  typeof setImmediate === 'function' ? setImmediate : (run) => setTimeout(run, 0);

/** Lets timers, input and cancellation in, then throws `signal.reason` if the signal has been aborted. */
export async function breathe(courtesy: Courtesy): Promise<void> {
  await new Promise<void>((resolve) => {
    soon(resolve);
  });
  courtesy.signal?.throwIfAborted();
}
