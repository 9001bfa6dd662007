/** Chooses the revision of a repository that a series applies to. Node only. */
import type { SimpleGit } from 'simple-git';
import { UserError } from '../text.js';
import { commitOf } from './git.js';
import { isInsideTree } from './paths.js';
import type { Series } from './types.js';

export interface Base {
  readonly revision: string;
  readonly why: string;
}

/** Blob ids that are compared, and commits that are looked at: enough to tell, and done in a few seconds. */
const maxBlobs = 100;
const maxCommits = 200;

/**
 * The base asked for, else the series' base-commit:, else the newest commit whose files have most of the blob ids of
 * the `index` lines, else HEAD.
 * @throws UserError when the base asked for is not in the repository, or when it has no commit at all.
 */
export async function chooseBase(git: SimpleGit, root: string, asked: string | null, series: Series): Promise<Base> {
  if (asked !== null) {
    const revision = await commitOf(git, asked);
    if (revision === null) {
      throw new UserError(`${root}: no commit '${asked}' in this repository`);
    }
    return { revision, why: `${asked}, as asked for` };
  }
  const tried: string[] = [];
  if (series.baseCommit !== null) {
    const isId = /^[0-9a-f]{7,64}$/i.test(series.baseCommit);
    const revision = isId ? await commitOf(git, series.baseCommit).catch(() => null) : null;
    if (revision !== null) {
      return { revision, why: 'base-commit: of the series' };
    }
    tried.push(`base-commit: ${series.baseCommit} is not in the repository`);
  }
  const head = await commitOf(git, 'HEAD');
  if (head === null) {
    throw new UserError(`${root}: this repository has no commit at HEAD; name a revision with --base`);
  }
  const { base, note } = await baseByBlobs(git, head, firstBlobs(series));
  if (base !== null) {
    return { revision: base.revision, why: [base.why, ...tried].join('; ') };
  }
  return { revision: head, why: ['HEAD', ...tried, note].join('; ') };
}

/** The blob id that each file has before the series first touches it. */
function firstBlobs(series: Series): ReadonlyMap<string, string> {
  const blobs = new Map<string, string>();
  const touched = new Set<string>();
  for (const file of series.patches.flatMap((patch) => patch.files)) {
    const { oldPath, newPath, oldBlob } = file;
    const isFirst = oldPath !== null && !touched.has(oldPath);
    if (isFirst && oldBlob !== null && !/^0+$/.test(oldBlob) && isInsideTree(oldPath) && blobs.size < maxBlobs) {
      blobs.set(oldPath, oldBlob);
    }
    touched.add(oldPath ?? '').add(newPath ?? '');
  }
  return blobs;
}

async function baseByBlobs(
  git: SimpleGit,
  head: string,
  blobs: ReadonlyMap<string, string>,
): Promise<{ readonly base: Base | null; readonly note: string }> {
  if (blobs.size === 0) {
    return { base: null, note: 'the patches have no blob ids' };
  }
  const say = (count: number): string => `${count} of ${blobs.size} files have the blob ids of the index lines`;
  let best = { revision: head, count: await matchingBlobs(git, head, blobs) };
  if (best.count < blobs.size && (await hasAny(git, [...blobs.values()]))) {
    for (const revision of await commitsTouching(git, [...blobs.keys()])) {
      const count = await matchingBlobs(git, revision, blobs);
      if (count > best.count) {
        best = { revision, count };
      }
      if (count === blobs.size) {
        break;
      }
    }
  }
  if (best.count === 0) {
    return { base: null, note: 'no commit looked at has the blob ids of the index lines' };
  }
  const name = best.revision === head ? 'HEAD' : 'the newest commit with these blobs';
  return { base: { revision: best.revision, why: `${name}: ${say(best.count)}` }, note: '' };
}

async function matchingBlobs(git: SimpleGit, revision: string, blobs: ReadonlyMap<string, string>): Promise<number> {
  const listing = await git.raw(['ls-tree', '-z', '--full-tree', revision, '--', ...blobs.keys()]);
  return listing.split('\0').filter((entry) => {
    const [facts = '', path = ''] = entry.split('\t');
    const wanted = blobs.get(path);
    return wanted !== undefined && facts.split(' ')[2]?.startsWith(wanted);
  }).length;
}

/** Whether the repository has one of the blobs at all; if not, there is no use in a walk through its history. */
async function hasAny(git: SimpleGit, blobs: readonly string[]): Promise<boolean> {
  for (const blob of blobs) {
    const found = await git.raw(['rev-parse', '--verify', '--quiet', `${blob}^{blob}`]).catch(() => '');
    if (found.trim() !== '') {
      return true;
    }
  }
  return false;
}

/** Newest commits of any branch or tag that changed one of the files. */
async function commitsTouching(git: SimpleGit, paths: readonly string[]): Promise<string[]> {
  try {
    const list = await git.raw(['rev-list', 'HEAD', '--all', '--date-order', `-n${maxCommits}`, '--', ...paths]);
    return list.split('\n').filter((id) => id !== '');
  } catch {
    return [];
  }
}
