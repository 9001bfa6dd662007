import type { TreeSource } from '../series/types.js';
import type { Store } from './store.js';

/** What a run asked of its tree, and what it was told. */
interface Reads {
  readonly files: ReadonlyMap<string, string | null>;
  /** By words and folders, as JSON. */
  readonly searches: ReadonlyMap<string, string>;
}

interface Kept<Result> {
  readonly reads: Reads;
  readonly result: Result;
}

/** A short name for a text: equal texts have the same, and it is not feasible to find two that share one. */
export type Digest = (text: string) => string;

const searchResult = (paths: readonly string[]): string => paths.join('\n');

/** The same source, which notes all that is asked of it; steady as long as a file is always the same. */
function recording(source: TreeSource, digest: Digest): { source: TreeSource; reads: Reads; isSteady: () => boolean } {
  let steady = true;
  const files = new Map<string, string | null>();
  const searches = new Map<string, string>();
  return {
    reads: { files, searches },
    isSteady: () => steady,
    source: {
      ...source,
      async read(path) {
        const text = await source.read(path);
        const answer = text === null ? null : digest(text);
        steady &&= !files.has(path) || files.get(path) === answer;
        files.set(path, answer);
        return text;
      },
      async grep(words, folders) {
        const paths = await source.grep(words, folders);
        searches.set(JSON.stringify([words, folders]), digest(searchResult(paths)));
        return paths;
      },
    },
  };
}

/** Whether the tree would give the same answers now. A commit does not change. */
async function stillHolds({ files, searches }: Reads, source: TreeSource, digest: Digest): Promise<boolean> {
  if (source.kind !== 'directory') return true;
  for (const [asked, answer] of searches) {
    const [words, folders] = JSON.parse(asked) as [string[], string[]];
    if (digest(searchResult(await source.grep(words, folders))) !== answer) return false;
  }
  const same = async ([path, answer]: [string, string | null]): Promise<boolean> => {
    const text = await source.read(path);
    return (text === null ? null : digest(text)) === answer;
  };
  return (await Promise.all([...files].map(same))).every(Boolean);
}

/**
 * What `run` gives, or what it gave the last time with this key if the tree has not changed in anything that it asked for.
 * `key` holds all else that the result depends on.
 */
export async function recalled<Result>(
  { store, digest, source, key }: { store: Store | null; digest: Digest; source: TreeSource; key: readonly string[] },
  run: (source: TreeSource) => Promise<Result>,
): Promise<Result> {
  if (store === null) return run(source);
  const whole = [source.kind, source.root ?? '', source.revision ?? '', source.why, ...key];
  const kept = (await store.get(whole)) as Kept<Result> | null;
  if (kept && (await stillHolds(kept.reads, source, digest))) return kept.result;
  const { source: watched, reads, isSteady } = recording(source, digest);
  const result = await run(watched);
  if (isSteady()) await store.put(whole, { reads, result } satisfies Kept<Result>);
  return result;
}
