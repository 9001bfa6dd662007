import { breathe, type Courtesy } from '../text.js';
import type { Explorer } from './explorer.js';

/**
 * Whether the states of a finished search contain a cycle: states that nothing leads to are taken away, over and over, and
 * what is left has one. The explorer must have counted transitions and put free states into `free`. Where states are kept
 * by representatives, a cycle among these is one among the states, and the other way round.
 */
export async function hasCycle(explorer: Explorer, free: number[], courtesy: Courtesy): Promise<boolean> {
  explorer.takeBack();
  if (explorer.incoming(0) === 0) free.push(0);
  let taken = 0;
  // In the order in which they become free, which is nearly that in which they lie in memory.
  for (const state of free) {
    explorer.expand(state);
    if (++taken % 2048 === 0) await breathe(courtesy);
  }
  return taken < explorer.count();
}
