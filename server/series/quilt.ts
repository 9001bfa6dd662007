import { UserError } from '../text.js';

/** One patch of a quilt queue. */
export interface QueueEntry {
  readonly file: string;
  /** N of `-pN`. */
  readonly strip: number;
}

/**
 * Reads a quilt `series` file: comments, `-pN`, and guards as mq (`patch #+guard`) and SUSE (`+guard patch`) write
 * them. No guard is selected, so a patch with a positive guard is left out and one with a negative guard stays.
 * @throws UserError for `-R` and other options that cannot be honoured
 */
export function readQueue(text: string, name: string): QueueEntry[] {
  const entries: QueueEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const mqGuards = [...line.matchAll(/(?:^|\s)#([+-])\S/g)].map((match) => match[1]);
    const words = line.replace(/(?:^|\s)#.*$/s, '').match(/\S+/g) ?? [];
    const at = words.findIndex((word) => !/^[+-]/.test(word));
    const file = words[at];
    const guards = [...mqGuards, ...words.slice(0, Math.max(at, 0)).map((word) => word[0])];
    if (file === undefined || guards.includes('+')) continue;
    entries.push({ file, strip: stripLevel(words.slice(at + 1), `${name}:${index + 1}`) });
  }
  return entries;
}

function stripLevel(options: readonly string[], place: string): number {
  const level = /^(?:-p ?(\d{1,2}|ab))?$/.exec(options.join(' '));
  if (!level) throw new UserError(`${place}: only the option -pN is understood here, not '${options.join(' ')}'`);
  // -pab is -p1 with a/ and b/ as names.
  return Number(level[1] === 'ab' ? 1 : (level[1] ?? 1));
}
