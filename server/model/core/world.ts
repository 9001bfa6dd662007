import type { CIndex } from '../../c/index.js';
import type { Choices, Outcome } from './choices.js';
import { Interpreter, NotUnderstood, Trouble } from './interpreter.js';
import { addTail, emptyList, listActions, listQueries, namesOn } from './lists.js';
import { isCore, table } from './surroundings.js';
import { Aggregate, Cell, Routine, Unknown, type Value } from './value.js';

/** The names under which a bio is handed to the block layer by drivers, newest first. */
export const submitNames = ['submit_bio_noacct', 'generic_make_request'] as const;
const mayWait = 1;
const hasSubmit = 'BD_HAS_SUBMIT_BIO';

/** A device as the core functions see it. */
export interface ProbeDevice {
  readonly bdev: Cell;
  readonly disk: Cell;
}

/** One run of a core function: its bios, devices and sets, and what was done with them. */
export class World {
  readonly interpreter: Interpreter;
  /** What happened, in order. */
  readonly events: string[] = [];
  /** Pools that have an element, by name; others are empty, and whoever waits gets one in the end. */
  readonly full = new Set<string>();
  /** What a device does with a bio that reaches it. */
  dispatch: (bio: Cell) => void = () => undefined;

  constructor(
    readonly index: CIndex,
    choices: Choices,
  ) {
    this.interpreter = new Interpreter(
      index,
      {
        native: (name) => this.#native(name),
        answer: (name) => table.answers[name] ?? null,
        follows: (fn) => fn.name in listActions || fn.name in listQueries || isCore(index, fn),
        constant: (name) => table.constants[name] ?? null,
      },
      choices,
    );
    this.interpreter.current.part('bio_list').set(0);
  }

  /** A device; one that `submits` has a function of its own to hand bios to. */
  device(name: string, submits: boolean): ProbeDevice {
    const [bdev, disk, queue, fops] = ['bdev', 'disk', 'queue', 'fops'].map((part) => new Cell(`${name}.${part}`));
    if (!bdev || !disk || !queue || !fops) throw new Error('four cells were made');
    const reached = (position: number) =>
      new Routine(name, (args) => {
        const bio = args[position];
        if (!(bio instanceof Cell)) throw new NotUnderstood(`${name} is called with something that is no bio`);
        this.dispatch(bio);
        return 0;
      });
    queue.part('make_request_fn').set(submits ? reached(1) : 0);
    fops.part('submit_bio').set(submits ? reached(0) : 0);
    disk.part('queue').set(queue);
    disk.part('fops').set(fops);
    bdev.part('bd_disk').set(disk);
    bdev.part('bd_queue').set(queue);
    bdev.part('bd_has_submit_bio').set(submits ? 1 : 0);
    return { bdev, disk };
  }

  /** A bio for a device, from a set. */
  bio(name: string, device: ProbeDevice | null, set: Cell | null = null): Cell {
    const bio = new Cell(name);
    for (const field of ['bi_next', 'bi_opf', 'bi_rw', 'bi_flags', 'bi_status', 'bi_error']) bio.part(field).set(0);
    bio.part('bi_pool').set(set ?? 0);
    bio.part('bi_bdev').set(device?.bdev ?? 0);
    bio.part('bi_disk').set(device?.disk ?? 0);
    return bio;
  }

  /** A bio_set whose pools are empty. */
  set(name: string, rescuer: boolean, cell = new Cell(name)): Cell {
    for (const pool of ['bio_pool', 'bvec_pool']) cell.part(pool).set(new Cell(`${name}.${pool}`));
    cell.part('front_pad').set(0);
    cell.part('rescue_workqueue').set(rescuer ? new Cell(`${name}.rescue_workqueue`) : 0);
    emptyList(cell.part('rescue_list'));
    return cell;
  }

  /** Makes current->bio_list what it is while a driver runs: so many lists, with these bios. */
  park(lists: readonly (readonly Cell[])[]): readonly Cell[] {
    const all = new Cell('bio_list_on_stack');
    all.set(new Aggregate(true, 0, lists.length));
    const made = lists.map((bios, position) => {
      const list = emptyList(all.part(position));
      for (const bio of bios) addTail(list, bio);
      return list;
    });
    this.interpreter.current.part('bio_list').set(made[0] ?? 0);
    return made;
  }

  /** The lists that current->bio_list leads to. */
  visible(): readonly Cell[] {
    const first = this.interpreter.current.part('bio_list').value;
    if (!(first instanceof Cell)) return [];
    const array = first.parent?.value;
    if (!(array instanceof Aggregate) || !array.isArray) return [first];
    return Array.from({ length: array.length ?? 1 }, (_, position) => first.parent?.part(position) ?? first);
  }

  #native(name: string): ((args: readonly Value[]) => Value) | null {
    if (table.same.includes(name)) return ([value]) => value ?? 0;
    if (table.ends.includes(name))
      return () => {
        throw new Trouble(`${name}()`);
      };
    const queued = table.queues[name];
    if (queued !== undefined)
      return (args) => {
        const bio = args[queued];
        if (!(bio instanceof Cell)) throw new NotUnderstood(`${name}() is called with something that is no bio`);
        this.dispatch(bio);
        return 0;
      };
    const act = listActions[name];
    const ask = listQueries[name];
    if ((act || ask) && !this.#inView(name))
      return ([list, other]) => {
        if (!(list instanceof Cell)) throw new NotUnderstood(`${name}() of a list that is not known`);
        if (ask) return ask(list);
        act?.(list, other instanceof Cell ? other : list);
        return 0;
      };
    if (submitNames.some((one) => one === name) && !this.#inView(name))
      return ([bio]) => {
        if (bio instanceof Cell) this.dispatch(bio);
        return 0;
      };
    switch (name) {
      case 'BUG_ON':
        return ([value]) => {
          if (value !== 0 && !(value instanceof Unknown)) throw new Trouble('BUG()');
          return 0;
        };
      case 'bdev_get_queue':
        return ([bdev]) => (bdev instanceof Cell ? bdev.part('bd_queue').value : new Unknown(name));
      case 'bdev_test_flag':
        return ([bdev, flag]) =>
          bdev instanceof Cell && flag === table.constants[hasSubmit]
            ? bdev.part('bd_has_submit_bio').value
            : new Unknown(name);
      case 'mempool_alloc':
        return (args) => this.#mempool(args);
      case 'kmalloc':
      case 'kzalloc':
        return () => {
          this.events.push('kmalloc');
          return new Cell('kmalloc');
        };
      case 'queue_work':
        return ([queue, work]) => {
          const set = work instanceof Cell ? work.parent : null;
          this.events.push(
            queue === 0 ? 'queues on NULL' : `punts ${set ? namesOn(set.part('rescue_list')).join() : ''}`,
          );
          return 1;
        };
      default:
        return null;
    }
  }

  #inView(name: string): boolean {
    return this.index.functionsNamed(name).some(({ body }) => body !== null);
  }

  #mempool([pool, gfp]: readonly Value[]): Value {
    if (!(pool instanceof Cell) || typeof gfp !== 'number')
      throw new NotUnderstood('mempool_alloc() of a pool or with a gfp mask that is not known');
    const short = pool.name.replace(/^.*\./, '');
    if (this.full.has(short)) {
      this.events.push(`takes ${short}`);
      return new Cell('element');
    }
    if ((gfp & mayWait) === 0) {
      this.events.push(`tries ${short}`);
      return 0;
    }
    this.events.push(`waits ${short}`);
    return new Cell('element');
  }
}

/** Runs a probe and tells how it ended. */
export function attempt<T>(probe: () => T): Outcome<T> {
  try {
    return { kind: 'seen', value: probe() };
  } catch (error) {
    if (error instanceof Trouble) return { kind: 'trouble', reason: error.message };
    if (error instanceof NotUnderstood) return { kind: 'not understood', reason: error.message };
    throw error;
  }
}
