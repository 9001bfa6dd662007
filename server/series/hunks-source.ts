import type { TreeSource } from './types.js';

/** The source for a review without a tree: it holds no file, so that only the hunks are known. */
export function hunksSource(why: string): TreeSource {
  return {
    kind: 'hunks',
    root: null,
    revision: null,
    why,
    read: () => Promise.resolve(null),
    grep: () => Promise.resolve([]),
  };
}
