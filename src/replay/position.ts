import type { CellValue, Frame, Playback } from '../../server/lsp/traces.js';

/** A place in a run: some steps have been made. Moves are pure, so that a debugger can go either way. */
export class Position {
  constructor(
    private readonly playback: Playback,
    /** Steps made so far. */
    readonly step: number = 0,
  ) {}

  get isStart(): boolean {
    return this.step === 0;
  }

  get isEnd(): boolean {
    return this.step === this.playback.steps.length;
  }

  /** The lane that made the last step; that of the next one at the beginning. */
  get lane(): number {
    const { steps } = this.playback;
    return steps[Math.max(0, this.step - 1)]?.lane ?? 0;
  }

  at(step: number): Position {
    return new Position(this.playback, Math.max(0, Math.min(this.playback.steps.length, step)));
  }

  /** One step of any lane. */
  forward(): Position {
    return this.at(this.step + 1);
  }

  back(): Position {
    return this.at(this.step - 1);
  }

  /** Until the lane has made one step; the end of the run if it makes none. */
  stepOf(lane: number): Position {
    return this.after((step) => this.playback.steps[step]?.lane === lane);
  }

  /** Until the lane sleeps or rests after a step of its own. */
  untilBlocked(lane: number): Position {
    return this.after((step) => {
      const made = this.playback.steps[step];
      return made?.lane === lane && made.afterwards !== 'runs';
    });
  }

  /** Until the next step is at one of these spots, or the end. */
  toBreakpoint(spots: ReadonlySet<number>): Position {
    const { steps } = this.playback;
    const found = steps.findIndex(({ spot }, step) => step > this.step && spot !== null && spots.has(spot));
    return this.at(found < 0 ? steps.length : found);
  }

  /** Back until the next step is at one of these spots, or the beginning. */
  backToBreakpoint(spots: ReadonlySet<number>): Position {
    const { steps } = this.playback;
    const found = steps.findLastIndex(({ spot }, step) => step < this.step && spot !== null && spots.has(spot));
    return this.at(Math.max(0, found));
  }

  /** Whether the next step is at one of these spots. */
  isBefore(spots: ReadonlySet<number>): boolean {
    const spot = this.playback.steps[this.step]?.spot ?? null;
    return spot !== null && spots.has(spot);
  }

  /** Where a lane stands, innermost frame first. */
  stackOf(lane: number): readonly Frame[] {
    const { steps, stacks } = this.playback;
    const last = steps.slice(0, this.step).findLast((step) => step.lane === lane);
    return last?.stack ?? stacks[lane] ?? [];
  }

  /** Values of all cells. */
  values(): readonly CellValue[] {
    const values = [...this.playback.initial];
    for (const { changes } of this.playback.steps.slice(0, this.step))
      for (const [cell, value] of changes) values[cell] = value;
    return values;
  }

  /** The position after the first step that passes, counted from here. */
  private after(passes: (step: number) => boolean): Position {
    const { steps } = this.playback;
    for (let step = this.step; step < steps.length; step++) if (passes(step)) return this.at(step + 1);
    return this.at(steps.length);
  }
}
