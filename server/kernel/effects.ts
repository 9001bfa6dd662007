import { readTable } from '../table.js';
import text from './effects.yaml';

/** What a kernel function does that matters to forward progress; effects.yaml explains the keys. */
export interface Effect {
  readonly lock?: number;
  readonly trylock?: number;
  readonly unlock?: number;
  readonly kind?: 'mutex' | 'rwsem' | 'semaphore';
  readonly mode?: 'read';
  readonly end?: number;
  readonly hold?: number;
  readonly put?: number;
  readonly remap?: number;
  readonly to?: number;
  readonly copy?: number;
  readonly operates?: number;
  readonly page?: number;
  readonly into?: number;
  readonly from?: number;
  readonly advance?: number;
  readonly keep?: number;
  readonly on?: number;
  readonly pop?: number;
  readonly all?: boolean;
  readonly wait?: number;
  readonly completion?: number;
  readonly complete?: number;
  readonly sleep?: boolean;
  readonly drops?: number;
  readonly bit?: number;
  readonly of?: number;
  readonly becomes?: 0 | 1;
  readonly counts?: number;
  readonly by?: number;
  readonly times?: number;
  readonly sets?: number;
  readonly work?: number;
  readonly runs?: number;
  readonly calls?: number;
  readonly with?: number;
  readonly later?: boolean;
  readonly never?: boolean;
  readonly nothing?: boolean;
}

const effects: ReadonlyMap<string, Effect> = new Map(Object.entries(readTable<Readonly<Record<string, Effect>>>(text)));

/** The effect of a kernel function by name; null for one that the table does not know. */
export function effectOf(name: string): Effect | null {
  return effects.get(name) ?? null;
}
