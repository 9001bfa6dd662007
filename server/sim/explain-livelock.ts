import type { Livelock } from './livelock.js';
import type { Model } from './lower/build.js';
import type { Verdict } from './types.js';

/** A partial deadlock if some task is stuck for ever while others go round, else a livelock; and one sentence. */
export function explainLivelock(
  { machine }: Model,
  { stuck, running, closed }: Pick<Livelock, 'stuck' | 'running' | 'closed'>,
): { verdict: Verdict; sentence: string } {
  const names = (indexes: readonly number[]): string =>
    indexes
      .toSorted((left, right) => left - right)
      .map((index) => machine.processes[index]?.name ?? '?')
      .join(' and ');
  const round = `${names(running)} can go round for ever without getting on`;
  if (stuck.length === 0) return { verdict: 'livelock', sentence: `${round}.` };
  return { verdict: closed ? 'deadlock' : 'livelock', sentence: `${round}, while ${names(stuck)} waits.` };
}
