import { wantsFile } from '../kernel/words.js';
import type { Series } from '../series/types.js';

/**
 * Whether the hunks of a series can bring a finding at all: the cheap test before anything is parsed. With a tree more is
 * seen than the hunks; what they do not name may then matter as well.
 */
export function matters({ patches }: Series): boolean {
  const hunks = patches.flatMap(({ files }) => files.flatMap((file) => file.hunks));
  return hunks.some(({ section, lines }) => wantsFile(`${section}\n${lines.map(({ text }) => text).join('\n')}`));
}
