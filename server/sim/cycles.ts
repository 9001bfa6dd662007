import { breathe, type Courtesy } from '../text.js';
import type { Explorer } from './explorer.js';

/** Says whether the states of a finished search contain a cycle. It must be told of every transition of the search. */
export class Cycles {
  /** Transitions that lead to each state from states that may lie on a cycle. */
  private incoming = new Int32Array(1024);
  private ready: number[] | null = null;

  /** Takes one transition, while the search runs and again while `exist` does. */
  readonly edge = (from: number, to: number): void => {
    if (from < 0) return;
    if (this.ready) {
      const left = (this.incoming[to] ?? 0) - 1;
      this.incoming[to] = left;
      if (left === 0) this.ready.push(to);
      return;
    }
    if (to >= this.incoming.length) {
      const larger = new Int32Array(2 * to);
      larger.set(this.incoming);
      this.incoming = larger;
    }
    this.incoming[to] = (this.incoming[to] ?? 0) + 1;
  };

  /**
   * Takes away states that nothing leads to, over and over; what is left has a cycle. Where states are kept by
   * representatives, a cycle among these is one among the states, and the other way round.
   */
  async exist(explorer: Explorer, courtesy: Courtesy): Promise<boolean> {
    const ready = this.incoming[0] === 0 ? [0] : [];
    this.ready = ready;
    let taken = 0;
    for (let state = ready.pop(); state !== undefined; state = ready.pop()) {
      explorer.expand(state);
      if (++taken % 4096 === 0) await breathe(courtesy);
    }
    return taken < explorer.count();
  }
}
