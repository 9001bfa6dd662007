import type { SubmissionEra } from '../../model/era.js';
import {
  all,
  any,
  assign,
  atLeast,
  differ,
  type Expr,
  equal,
  less,
  minus,
  type Place,
  plus,
  type Statement,
  type Temp,
  when,
} from '../machine.js';
import type { MachineBuilder } from './builder.js';
import type { BioList, Lists } from './lists.js';

/** A bio_set whose elements are the bios `first` … `last`. */
export interface SetLayout {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly available: Place;
  /** Free elements of the biovec pool; null if its bios need none. */
  readonly bvecs: Place | null;
  /** Bios punted to this set's rescuer; null without one. */
  readonly rescue: BioList | null;
  readonly missing: boolean;
  /** Slot of an array over processes: elements in each one's per-CPU cache; null without cache. */
  readonly cache: number | null;
}

export interface PoolLayout {
  readonly name: string;
  readonly available: Place;
}

export interface LockLayout {
  readonly name: string;
  readonly kind: 'mutex' | 'rwsem' | 'spinlock' | 'semaphore';
  /** 0, or the index + 1 of the process that holds it alone. */
  readonly owner: Place;
  /** A semaphore that some program releases without taking it, so that holding it means nothing. */
  readonly handed: boolean;
  /** Readers inside, or what a semaphore has left. */
  readonly count: Place;
  /** Writers that wait, and so keep later readers out. */
  readonly writers: Place;
}

export interface DeviceLayout {
  readonly name: string;
  /** From 1; 0 in a bio's device field is no device. */
  readonly number: number;
  readonly leaf: boolean;
  /** Bios in flight, if they are limited. */
  readonly inFlight: { readonly count: Place; readonly limit: number } | null;
  /** Bios punted to this device's own worker; null unless blocked tasks punt. */
  readonly queue: BioList | null;
}

export interface VariableLayout {
  readonly name: string;
  readonly place: Place;
  readonly initial: number;
  readonly max: number;
  readonly balanced: boolean;
}

export interface QueueLayout {
  readonly name: string;
  readonly missing: boolean;
  readonly items: BioList;
  /** Items that run now. */
  readonly running: Place;
}

export interface WorkLayout {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly queue: number;
  /** Id of the item itself if it is queued without a bio. */
  readonly item: number;
  readonly running: Place;
}

/** The fields of `struct bio` that the model has, each an array over bio ids. */
export interface BioFields {
  readonly used: number;
  readonly next: number;
  readonly parent: number;
  /** `__bi_remaining`. */
  readonly remaining: number;
  readonly device: number;
  /** Non-zero while a leaf device works on it. */
  readonly flying: number;
  readonly left: number;
  readonly tag: number;
  readonly ending: number;
  /** The work that it is queued for. */
  readonly work: number;
  /** 1 while it is on a list that a program keeps. */
  readonly kept: number;
  /** Elements of the plain pool that its end gives back. */
  readonly carried: number;
  /** 1 + the process whose per-CPU cache its element goes to. */
  readonly cpu: number;
}

export interface EndingLayout {
  readonly name: string;
  readonly effect: readonly Statement[];
  /** Queues the bio on a work instead of ending it; that work ends it. */
  readonly work: WorkLayout | null;
}

/** Everything that the programs of one machine share. */
export interface Kernel {
  readonly machine: MachineBuilder;
  readonly era: SubmissionEra;
  readonly bios: number;
  /** Name of each bio id from 1. */
  readonly bioNames: readonly string[];
  readonly fields: BioFields;
  readonly lists: Lists;
  readonly sets: readonly SetLayout[];
  readonly pools: readonly PoolLayout[];
  /** The pool whose elements bios can carry. */
  readonly carriedPool: PoolLayout | null;
  readonly locks: readonly LockLayout[];
  readonly devices: readonly DeviceLayout[];
  readonly variables: readonly VariableLayout[];
  readonly shared: ReadonlyMap<string, BioList>;
  readonly queues: readonly QueueLayout[];
  readonly works: readonly WorkLayout[];
  readonly endings: readonly EndingLayout[];
  readonly endio: { readonly argument: Temp; readonly procedure: number };
}

/** The field of a bio. */
export function field(base: number, bio: Expr): Place {
  return { slot: base, index: bio };
}

/** True if the bio is an element of the set: `bio->bi_pool == bs`. */
export function fromSet(bio: Expr, set: SetLayout): Expr {
  return set.last < set.first ? 0 : all(atLeast(bio, set.first), less(bio, set.last + 1));
}

/** True while the bio is on some list: `current->bio_list`, a worklist, or one that a program keeps. */
export function onList({ machine, fields }: Pick<Kernel, 'machine' | 'fields'>, bio: Expr): Expr {
  const used = [fields.device, fields.work, fields.kept].filter((base) => (machine.slots[base + 1]?.max ?? 0) > 0);
  return any(...used.map((base) => differ(field(base, bio), 0)));
}

/** queue_work() with a bio as the item. */
export function queueBio(
  kernel: Pick<Kernel, 'fields' | 'lists' | 'queues'>,
  work: WorkLayout,
  bio: Expr,
): Statement[] {
  const queue = kernel.queues[work.queue];
  return queue ? [assign(field(kernel.fields.work, bio), work.number), ...kernel.lists.push(queue.items, bio)] : [];
}

/**
 * bio_endio(): drops one reference; the last one runs the bio's own ending, gives the element back and goes on with the
 * parent, as bio_chain_endio() and dm's dec_pending() do. An ending may leave the rest to a work, as kcryptd does. `bio`
 * is the register that the effects of endings know the bio by.
 */
export function endioProcedure(kernel: Omit<Kernel, 'endio'>, bio: Temp): Kernel['endio'] {
  const { machine, fields, sets, devices } = kernel;
  const parent = machine.temp();
  const twice = machine.crash('bio_endio() is called for a bio that has ended already');
  const early = machine.crash('the last bio_endio() is called for a bio that is still on a list');
  const give = (place: Place, count: Expr = 1): Statement => assign(place, plus(place, count));
  const cleared = [
    fields.used,
    fields.parent,
    fields.device,
    fields.left,
    fields.tag,
    fields.ending,
    fields.carried,
    fields.cpu,
  ];
  const release: Statement[] = [
    ...kernel.endings.flatMap(({ effect }, index) =>
      effect.length > 0 ? [when(equal(field(fields.ending, bio), index + 1), effect)] : [],
    ),
    assign(parent, field(fields.parent, bio)),
    ...(kernel.carriedPool ? [give(kernel.carriedPool.available, field(fields.carried, bio))] : []),
    ...sets.map((set) => {
      const own: Place = { slot: set.cache ?? 0, index: field(fields.cpu, bio) };
      const element =
        set.cache === null
          ? [give(set.available)]
          : [when(differ(field(fields.cpu, bio), 0), [give(own)], [give(set.available)])];
      return when(fromSet(bio, set), [...element, ...(set.bvecs ? [give(set.bvecs)] : [])]);
    }),
    ...cleared.map((base) => assign(field(base, bio), 0)),
    assign(bio, parent),
  ];
  const deferred = kernel.endings.reduce<Statement[]>(
    (otherwise, { work }, index) =>
      work
        ? [
            when(
              equal(field(fields.ending, bio), index + 1),
              [
                assign(field(fields.ending, bio), 0),
                assign(field(fields.remaining, bio), 1),
                ...queueBio(kernel, work, bio),
                assign(bio, 0),
              ],
              otherwise,
            ),
          ]
        : otherwise,
    release,
  );
  const landing = devices.flatMap(({ number, inFlight }) =>
    inFlight
      ? [when(equal(field(fields.flying, bio), number), [assign(inFlight.count, minus(inFlight.count, 1))])]
      : [],
  );
  const procedure = machine.procedure([
    ...landing,
    assign(field(fields.flying, bio), 0),
    {
      while: differ(bio, 0),
      do: [
        when(
          equal(field(fields.used, bio), 0),
          [assign({ slot: machine.crashSlot }, twice), assign(bio, 0)],
          [
            assign(field(fields.remaining, bio), minus(field(fields.remaining, bio), 1)),
            when(
              equal(field(fields.remaining, bio), 0),
              [when(onList(kernel, bio), [assign({ slot: machine.crashSlot }, early), assign(bio, 0)], deferred)],
              [assign(bio, 0)],
            ),
          ],
        ),
      ],
    },
    assign(parent, 0),
  ]);
  return { argument: bio, procedure };
}

/** bio_endio() of one bio. */
export function endio(kernel: Kernel, bio: Expr): Statement[] {
  return [assign(kernel.endio.argument, bio), { call: kernel.endio.procedure }];
}

/** The name of the function that submits a bio in this era. */
export function submitName(era: SubmissionEra): string {
  return era.flatMq ? 'submit_bio_noacct()' : 'generic_make_request()';
}
