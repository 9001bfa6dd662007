import type { SimpleGit } from 'simple-git';
import { BlobReader } from './blob-reader.js';
import { gitFailure, gitIn } from './git.js';
import { chooseBase } from './git-base.js';
import { isInsideTree } from './paths.js';
import { decodeSource, isSource } from './tree-text.js';
import type { Series, TreeSource } from './types.js';

/** A repository at one revision; nothing is checked out and the work tree does not matter. */
export async function openGit(root: string, base: string | null, series: Series): Promise<TreeSource> {
  const git = gitIn(root);
  const blobs = new BlobReader(root);
  const { revision, why } = await chooseBase(git, root, base, series);
  return {
    kind: 'git',
    root,
    revision,
    why,
    read: async (path) => {
      const blob = isInsideTree(path) ? await blobs.read(`${revision}:${path}`) : null;
      return blob === null ? null : decodeSource(blob);
    },
    grep: (words, folders) => grep(git, revision, words, folders),
  };
}

async function grep(
  git: SimpleGit,
  revision: string,
  words: readonly string[],
  folders: readonly string[],
): Promise<string[]> {
  const paths = folders.map((folder) => folder.replace(/\/+$/, '') || '.').filter((f) => f === '.' || isInsideTree(f));
  if (words.length === 0 || paths.length === 0) {
    return [];
  }
  const patterns = words.flatMap((word) => ['-e', word]);
  const options = ['-l', '-z', '-F', '-I', '--no-textconv', '--no-recurse-submodules', '--full-name'];
  const found = await git.raw(['grep', ...options, ...patterns, revision, '--', ...paths]).catch((error: unknown) => {
    throw gitFailure('grep', error);
  });
  return found
    .split('\0')
    .map((name) => name.slice(revision.length + 1))
    .filter(isSource)
    .sort();
}
