import type { Place } from '../../kernel/types.js';
import type { Lists, Order } from '../era.js';

/** What was found out about one thing that the core functions decide. */
export type Finding<T> =
  | { readonly kind: 'seen'; readonly value: T; readonly place: Place }
  /** The code in view does not have the function. */
  | { readonly kind: 'not in view' }
  | { readonly kind: 'not understood'; readonly reason: string; readonly place: Place };

/** bio_alloc_bioset(): when bios are parked it first tries without waiting, then punts, then waits. */
export interface Dance {
  /** Lists on which a bio makes it do so. */
  readonly looks: Lists;
  /** Whether it does so for a set without rescuer, too. */
  readonly always: boolean;
}

/** punt_bios_to_rescuer(). */
export interface Punt {
  readonly takes: Lists;
  /** Bios of other sets go to this set's rescuer, too. */
  readonly foreign: boolean;
  /** What it does for a set without rescuer. */
  readonly without: 'returns' | 'queues on NULL';
}

/** flush_current_bio_list() of dm. */
export interface Flush {
  readonly takes: Lists;
  /** Bios of fs_bio_set stay; those of no set always do. */
  readonly keepsFs: boolean;
  /** What it does with a bio of a set without rescuer. */
  readonly without: 'keeps' | 'queues on NULL';
}

/** What the core functions of a tree do, as observed by running them. */
export interface CoreSemantics {
  readonly order: Finding<Order>;
  /** The same for devices without a function of their own to submit to, from 5.9. */
  readonly flat: Finding<Order>;
  /** Whether current->bio_list leads to all bios that wait, or hides the older ones, as 79bd99596b73 did. */
  readonly lists: Finding<'all' | 'own only'>;
  readonly dance: Finding<Dance>;
  readonly missing: Finding<'kmalloc' | 'oops'>;
  readonly punt: Finding<Punt>;
  /** bio_alloc_rescue(): each bio is submitted by itself before the next is taken. */
  readonly rescue: Finding<'one at a time'>;
  readonly flush: Finding<Flush>;
}

/** Says a finding's value in a few words. */
export function describe(value: Order | Dance | Punt | Flush | string): string {
  if (typeof value === 'string') return value;
  if ('looks' in value)
    return value.looks === 'none'
      ? 'waits at once'
      : `tries first if bios are on ${listsName(value.looks)}${value.always ? '' : ' and the set has a rescuer'}`;
  const without =
    value.without === 'queues on NULL' ? 'queues on NULL without rescuer' : `${value.without} without rescuer`;
  const what =
    'foreign' in value ? (value.foreign ? 'all bios' : 'own bios') : value.keepsFs ? 'all but fs_bio_set' : 'all bios';
  return `${what} of ${listsName(value.takes)}, ${without}`;
}

function listsName(lists: Lists): string {
  return { none: 'no list', first: 'the first list', second: 'the second list', both: 'every list' }[lists];
}
