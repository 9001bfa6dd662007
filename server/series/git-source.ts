import type { SimpleGit } from 'simple-git';
import { UserError } from '../text.js';
import { gitIn } from './git.js';
import { chooseBase } from './git-base.js';
import { isInsideTree } from './paths.js';
import { decodeSource, isSource } from './tree-text.js';
import type { Series, TreeSource } from './types.js';

/** A repository at one revision; nothing is checked out and the work tree does not matter. */
export async function openGit(root: string, base: string | null, series: Series): Promise<TreeSource> {
  const git = gitIn(root);
  const { revision, why } = await chooseBase(git, root, base, series);
  return {
    kind: 'git',
    root,
    revision,
    why,
    read: (path) => read(git, revision, path),
    grep: (words, folders) => grep(git, revision, words, folders),
  };
}

async function read(git: SimpleGit, revision: string, path: string): Promise<string | null> {
  if (!isInsideTree(path)) {
    return null;
  }
  try {
    return decodeSource(await git.binaryCatFile(['blob', `${revision}:${path}`]));
  } catch {
    return null;
  }
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
    throw new UserError(`git grep failed: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown reason'}`);
  });
  return found
    .split('\0')
    .map((name) => name.slice(revision.length + 1))
    .filter(isSource)
    .sort();
}
