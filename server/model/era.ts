import { UserError } from '../text.js';

/** How a kernel version orders nested submissions and what a missing set does. `domain.md` 2.2 and 2.3 in code. */
export interface SubmissionEra {
  readonly version: string;
  /** `one` FIFO list up to 4.10; `two` lists, deepest level first, from 79bd99596b73 (4.11). */
  readonly lists: 'one' | 'two';
  /** From ff93ea0ce763 (5.9) a queue without ->submit_bio pops one flat FIFO list. */
  readonly flatMq: boolean;
  /** Before df2cb6daa4cb (3.10) no bio_set has a rescuer. */
  readonly rescuers: boolean;
  /** From 3175199ab0ac (5.12) a NULL bio_set is an oops; before, it is a plain kmalloc, which may fail. */
  readonly nullSetFatal: boolean;
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

/** The era of a kernel version (`4.14`, `v5.9.1`) or of an API era letter. Throws UserError for anything else. */
export function submissionEra(text: string): SubmissionEra {
  const version = (letters[text.toUpperCase()] ?? text).replace(/^v/, '');
  const match = /^(\d+)\.(\d+)(?:[.-].*)?$/.exec(version);
  if (!match) throw new UserError(`era "${text}": expected a kernel version such as 4.14, or a letter from A to J`);
  const number = Number(match[1]) * 1000 + Number(match[2]);
  return {
    version,
    lists: number >= 4011 ? 'two' : 'one',
    flatMq: number >= 5009,
    rescuers: number >= 3010,
    nullSetFatal: number >= 5012,
    perCpuCache: number >= 5015 && number < 6002,
  };
}
