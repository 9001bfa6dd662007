import type { CellValue, Playback } from '../../server/lsp/traces.js';

/** How often a whole state is kept, so that any other is a few steps away. */
const interval = 64;

export type LaneStatus = 'runs' | 'sleeps' | 'rests';

/** What the steps of a run can be narrowed to: a lane, or the owner of a cell that they change. */
export interface Filter {
  readonly kind: 'all' | 'lane' | 'resource';
  readonly name: string;
}

export const everything: Filter = { kind: 'all', name: '' };

/** A played run that can be looked at anywhere. Steps count from 1; 0 is the beginning. */
export class Run {
  readonly length: number;
  readonly #states: (readonly CellValue[])[] = [];
  readonly #statusCells: readonly number[];

  constructor(readonly playback: Playback) {
    const { initial, steps, lanes, cells } = playback;
    this.length = steps.length;
    this.#statusCells = lanes.map(({ name }) =>
      cells.findIndex(({ owner, kind, group }) => group === 'task' && kind === 'status' && owner === name),
    );
    const values = [...initial];
    this.#states.push([...values]);
    for (const [index, { changes }] of steps.entries()) {
      for (const [cell, value] of changes) values[cell] = value;
      if ((index + 1) % interval === 0) this.#states.push([...values]);
    }
  }

  /** Values of the cells after a step. */
  at(step: number): readonly CellValue[] {
    const kept = Math.floor(step / interval);
    const values = [...(this.#states[kept] ?? this.playback.initial)];
    for (const { changes } of this.playback.steps.slice(kept * interval, step))
      for (const [cell, value] of changes) values[cell] = value;
    return values;
  }

  /** What each lane does in a state. */
  statuses(values: readonly CellValue[]): LaneStatus[] {
    return this.#statusCells.map((cell) => {
      const status = values[cell];
      if (typeof status !== 'string' || status === 'can go on') return 'runs';
      return status === 'at rest' ? 'rests' : 'sleeps';
    });
  }

  /** The rows to show: the beginning, and the steps that pass the filter. */
  rows({ kind, name }: Filter): number[] {
    const { steps, lanes, cells } = this.playback;
    const passing = steps.flatMap(({ lane, changes }, index) => {
      const passes =
        kind === 'all' ||
        (kind === 'lane' ? lanes[lane]?.name === name : changes.some(([cell]) => ownerKey(cells[cell]) === name));
      return passes ? [index + 1] : [];
    });
    return [0, ...passing];
  }

  /** The resources that steps change, as a filter names them. */
  resources(): string[] {
    return [...new Set(this.playback.cells.filter(({ group }) => group !== 'task').map(ownerKey))];
  }

  /** How many steps two runs have in common from the beginning on. */
  sameAs(other: Run): number {
    const [mine, theirs] = [this.playback, other.playback];
    const limit = Math.min(this.length, other.length);
    for (let step = 0; step < limit; step++) {
      const [left, right] = [mine.steps[step], theirs.steps[step]];
      const sameLane = mine.lanes[left?.lane ?? -1]?.name === theirs.lanes[right?.lane ?? -1]?.name;
      if (!sameLane || left?.action !== right?.action) return step;
    }
    return limit;
  }
}

function ownerKey(cell: Playback['cells'][number] | undefined): string {
  return cell === undefined ? '' : `${cell.group} ${cell.owner}`;
}
