/** Opens the tree that a series is reviewed against. Node only. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../text.js';
import { openDirectory } from './directory-source.js';
import { openGit } from './git-source.js';
import { hunksSource } from './hunks-source.js';
import type { Series, TreeSource } from './types.js';

export interface SourceOptions {
  /** Directory or repository; without it the hunks are all there is. */
  readonly tree?: string;
  /** Revision the user asked for. */
  readonly base?: string;
  readonly series: Series;
  /** False in a workspace that the user does not trust: no git command is run, its files are read as they lie there. */
  readonly trusted: boolean;
}

/**
 * Opens the tree, choosing the revision of a git repository by the user's base, the series' base-commit:, the blob ids
 * of its `index` lines, or HEAD, in this order; `why` of the source says which it was.
 * @throws UserError when the tree or the base asked for does not exist.
 */
export async function openSource(options: SourceOptions): Promise<TreeSource> {
  const { base, series, trusted } = options;
  if (options.tree === undefined) {
    if (base !== undefined) {
      throw new UserError(`No tree for base ${base}: name the git repository with --tree`);
    }
    return hunksSource('no tree was given');
  }
  const root = resolve(options.tree);
  if (!(await isDirectory(root))) {
    throw new UserError(`${options.tree}: no such directory; --tree names a kernel tree or its git repository`);
  }
  if (!(await isRepository(root))) {
    if (base !== undefined) {
      throw new UserError(`${options.tree}: not a git repository, so base ${base} cannot be found in it`);
    }
    return openDirectory(root, 'a directory without git: its files as they are');
  }
  if (!trusted) {
    return openDirectory(root, 'the workspace is not trusted, so git was not run: the working files as they are');
  }
  return openGit(root, base ?? null, series);
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A work tree's top (`.git` is a directory, or a file in a linked work tree) or a bare repository. */
async function isRepository(root: string): Promise<boolean> {
  return (
    (await exists(join(root, '.git'))) ||
    ((await exists(join(root, 'HEAD'))) && (await isDirectory(join(root, 'objects'))))
  );
}
