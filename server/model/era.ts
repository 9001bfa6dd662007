import type { EraGuess } from '../kernel/types.js';
import { UserError } from '../text.js';
import type { Scenario, Strategy } from './scenario.js';

/**
 * The order in which bios reach their devices. `fifo`: one list, first come first served. `two-lists`: what a driver
 * submitted to lower devices first, then what it submitted to its own, then what was there before. `remainder-first`: the
 * same, but a remainder for the own device goes before earlier ones, not behind them (proposed for 6.18).
 */
export const orders = ['fifo', 'two-lists', 'remainder-first'] as const;
export type Order = (typeof orders)[number];

/** Which of the two lists of current->bio_list a function looks at: the first has what the running driver submitted. */
export const listChoices = ['none', 'first', 'second', 'both'] as const;
export type Lists = (typeof listChoices)[number];

/** What the core functions of the block layer decide, apart from what depends on the version alone. */
export interface CoreRules {
  /** `fifo` up to 4.10, `two-lists` from 79bd99596b73 (4.11). */
  readonly order: Order;
  /** Lists that make bio_alloc_bioset() try without waiting, and punt before it waits. */
  readonly looks: Lists;
  /** bio_alloc_bioset() punts for a set without rescuer, too: queue_work(NULL). */
  readonly unguarded: boolean;
  /** Lists that punt_bios_to_rescuer() takes bios from. */
  readonly takes: Lists;
  /** punt_bios_to_rescuer() takes bios of other sets, too. */
  readonly foreign: boolean;
  /** Lists that flush_current_bio_list() takes bios from. */
  readonly flushes: Lists;
  /** From 3175199ab0ac (5.12) a NULL bio_set is an oops; before, it is a plain kmalloc, which may fail. */
  readonly nullSetFatal: boolean;
}

/** How a kernel version orders nested submissions and what a missing set does. `domain.md` 2.2 and 2.3 in code. */
export interface SubmissionEra extends CoreRules {
  readonly version: string;
  /** From ff93ea0ce763 (5.9) a queue without ->submit_bio pops one flat FIFO list. */
  readonly flatMq: boolean;
  /** Before df2cb6daa4cb (3.10) no bio_set has a rescuer. */
  readonly rescuers: boolean;
  /** From 47e0fb461fca (4.13) a bio_set has a rescuer only if its maker asks for one. */
  readonly optional: boolean;
  /** be4d234d7aeb (5.15) to 6.1: a freed bio may go to a per-CPU cache even while tasks wait for the mempool. */
  readonly perCpuCache: boolean;
}

/** The API eras of the kernel layer by their letters, each as its first version. */
const letters: Readonly<Record<string, string>> = {
  A: '3.9',
  B: '3.10',
  B2: '3.18',
  C: '4.11',
  D: '4.13',
  E: '4.18',
  F: '5.9',
  G: '5.12',
  H: '5.15',
  I: '5.18',
  J: '6.0',
};

/**
 * The era of a kernel version (`4.14`, `v5.9.1`) or of an API era letter, with the rules that code decides otherwise.
 * Throws UserError for anything else.
 */
export function submissionEra(text: string, rules: Partial<CoreRules> = {}): SubmissionEra {
  const version = (letters[text.toUpperCase()] ?? text).replace(/^v/, '');
  const match = /^(\d+)\.(\d+)(?:[.-].*)?$/.exec(version);
  if (!match) throw new UserError(`era "${text}": expected a kernel version such as 4.14, or a letter from A to J`);
  const number = Number(match[1]) * 1000 + Number(match[2]);
  return {
    version,
    order: number >= 4011 ? 'two-lists' : 'fifo',
    looks: number >= 3010 ? 'both' : 'none',
    unguarded: false,
    takes: 'both',
    foreign: false,
    flushes: 'both',
    flatMq: number >= 5009,
    rescuers: number >= 3010,
    optional: number >= 4013,
    // Up to 3.6 kmalloc() is bio_kmalloc()'s own business, too.
    nullSetFatal: number >= 5012 || number < 3007,
    perCpuCache: number >= 5015 && number < 6002,
    ...rules,
  };
}

/** The version that stands for what was recognised of a tree. */
export function versionOf({ version, era }: EraGuess): string {
  return version ?? era?.from ?? era?.to ?? '4.14';
}

/**
 * The era that a scenario runs in: the caller's, else the strategy's, else its own. The rules of a scenario belong to its
 * own era, those of a strategy to any. Throws UserError for an era that does not exist.
 */
export function eraOf(
  scenario: Pick<Scenario, 'era' | 'core'>,
  strategy: Pick<Strategy, 'era' | 'core'> | undefined,
  given: string | undefined,
): SubmissionEra {
  const other = given ?? strategy?.era;
  return submissionEra(other ?? scenario.era, { ...(other ? {} : scenario.core), ...strategy?.core });
}
