import type { Vector } from './interpret.js';
import type { Model } from './lower/build.js';
import type { LockLayout } from './lower/kernel.js';
import type { BioList } from './lower/lists.js';
import type { Place, Temp } from './machine.js';
import type { Values } from './types.js';

/** Reads a model's state in the kernel's terms. */
export class View {
  constructor(
    private readonly model: Model,
    private readonly state: Vector,
  ) {}

  at(place: Place | Temp): number {
    return 'slot' in place ? (this.state[place.slot] ?? 0) : 0;
  }

  /** A field of a bio: `base` is the first slot of its array. */
  field(base: number, bio: number): number {
    return this.state[base + bio] ?? 0;
  }

  name(bio: number): string {
    return this.model.kernel.bioNames[bio - 1] ?? 'none';
  }

  /** Bio ids on a list, in order. */
  list(list: BioList): number[] {
    const ids: number[] = [];
    for (
      let bio = this.at(list.head);
      bio !== 0 && ids.length <= this.model.kernel.bios;
      bio = this.field(this.model.kernel.fields.next, bio)
    )
      ids.push(bio);
    return ids;
  }

  names(list: BioList): string {
    return `[${this.list(list)
      .map((bio) => this.name(bio))
      .join(', ')}]`;
  }

  /** Bios that a leaf device works on. */
  flying(device: number): number[] {
    const { kernel } = this.model;
    return kernel.bioNames.flatMap((_, index) =>
      this.field(kernel.fields.flying, index + 1) === device ? [index + 1] : [],
    );
  }

  private lock({ kind, owner, count }: LockLayout): string {
    const holder = this.at(owner);
    if (holder !== 0) return `held by ${this.model.machine.processes[holder - 1]?.name ?? '?'}`;
    if (kind === 'semaphore') return `${this.at(count)} left`;
    return this.at(count) > 0 ? `held by ${this.at(count)} readers` : 'free';
  }

  /** Everything worth showing, by the name a reader would look for. */
  values(): Values {
    const { kernel, processes, machine } = this.model;
    const values: Record<string, string | number> = {};
    for (const set of kernel.sets) {
      values[`${set.name} free`] = `${this.at(set.available)} of ${set.last - set.first + 1}`;
      if (set.rescue) values[`${set.name} rescue_list`] = this.names(set.rescue);
    }
    for (const pool of kernel.pools)
      values[`${pool.name} free`] = `${this.at(pool.available)} of ${machine.slots[pool.available.slot]?.max ?? 0}`;
    for (const lock of kernel.locks) values[lock.name] = this.lock(lock);
    for (const variable of kernel.variables) values[variable.name] = this.at(variable.place);
    for (const process of processes) {
      const lists = process.parked.flatMap((list) => this.list(list).map((bio) => this.name(bio)));
      if (process.bio) {
        values[`${process.name} current->bio_list`] = `[${lists.join(', ')}]`;
        values[`${process.name} bio`] = this.name(this.at(process.bio));
      }
      for (const { name, place } of process.bios)
        if (name !== 'bio') values[`${process.name} ${name}`] = this.name(this.at(place));
    }
    for (const device of kernel.devices) {
      if (device.leaf)
        values[`${device.name} in flight`] = `[${this.flying(device.number)
          .map((bio) => this.name(bio))
          .join(', ')}]`;
      if (device.queue) values[`${device.name} queue`] = this.names(device.queue);
    }
    return values;
  }
}

/** The entries of `after` that differ from `before`. */
export function changes(before: Values, after: Values): Values {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value));
}
