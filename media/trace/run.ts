import type { CellValue, Playback } from '../../server/lsp/traces.js';

/** How often a whole state is kept, so that any other is a few steps away. */
const interval = 64;

const statuses = ['runs', 'sleeps', 'rests'] as const;

type LaneStatus = (typeof statuses)[number];

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
  /** For each step, and in it for each lane, an index into `statuses`. */
  readonly #statuses: Uint8Array;

  constructor(readonly playback: Playback) {
    const { initial, steps, lanes, cells } = playback;
    this.length = steps.length;
    const cellOf = lanes.map(({ name }) =>
      cells.findIndex(({ owner, kind, group }) => group === 'task' && kind === 'status' && owner === name),
    );
    const values = [...initial];
    this.#statuses = new Uint8Array((steps.length + 1) * lanes.length);
    const note = (step: number): void =>
      this.#statuses.set(
        cellOf.map((cell) => statuses.indexOf(statusIn(values[cell]))),
        step * lanes.length,
      );
    note(0);
    this.#states.push([...values]);
    for (const [index, { changes }] of steps.entries()) {
      for (const [cell, value] of changes) values[cell] = value;
      note(index + 1);
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

  /** What a lane does after a step. */
  statusOf(lane: number, step: number): LaneStatus {
    return statuses[this.#statuses[step * this.playback.lanes.length + lane] ?? 0] ?? 'runs';
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

function statusIn(value: CellValue | undefined): LaneStatus {
  if (typeof value !== 'string' || value === 'can go on') return 'runs';
  return value === 'at rest' ? 'rests' : 'sleeps';
}

function ownerKey(cell: Playback['cells'][number] | undefined): string {
  return cell === undefined ? '' : `${cell.group} ${cell.owner}`;
}
