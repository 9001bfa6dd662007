import { gfpMeaning } from '../../kernel/gfp.js';

/** Names for what a mask may allow, without flags that say nothing of it; the first that fits. */
const named = ['GFP_NOWAIT', 'GFP_NOIO', 'GFP_NOFS', 'GFP_KERNEL', '__GFP_IO', '__GFP_FS'];

const isMask = (text: string): boolean => /^~?(?:__)?GFP_\w+$/.test(text);

/**
 * `GFP_NOWAIT | __GFP_HIGHMEM`, `gfp & __GFP_DIRECT_RECLAIM`, `gfp & ~__GFP_WAIT`: another mask by its name, or whether
 * the mask has a flag; null if it cannot be told.
 */
export function maskOf(op: string, left: string, right: string): string | number | null {
  if (!isMask(left) || !isMask(right) || (op !== '|' && op !== '&')) return null;
  if (op === '&' && !left.startsWith('~') && !right.startsWith('~')) {
    const [mask, flag, both] = [left, right, `${left} & ${right}`].map(gfpMeaning);
    // What is asked for must be something that decides what an allocation does.
    if (!mask || !flag || !both || !(flag.waits || flag.io || flag.fs)) return null;
    return Number(both.waits || both.io || both.fs);
  }
  const meaning = gfpMeaning(`${left} ${op} ${right}`);
  if (!meaning) return null;
  const same = named.find((name) => JSON.stringify(gfpMeaning(name)) === JSON.stringify(meaning));
  return same ?? null;
}
