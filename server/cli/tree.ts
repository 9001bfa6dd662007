import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { TreeSource } from '../series/types.js';
import { UserError } from '../text.js';

/**
 * Opens the kernel tree that all the named files and folders lie in; outside of any tree, the folder of the first.
 * Throws UserError for a path that does not exist or lies in another tree.
 */
export async function openPaths(names: readonly string[]): Promise<{ source: TreeSource; paths: readonly string[] }> {
  const [{ treeAbove }, { openDirectory }] = await Promise.all([
    import('../series/tree-root.js'),
    import('../series/directory-source.js'),
  ]);
  const files = names.map((name) => resolve(name));
  const missing = files.findIndex((file) => !existsSync(file));
  if (missing >= 0) throw new UserError(`${names[missing]}: no such file or folder`);
  const [first = resolve('.')] = files;
  const tree = treeAbove(first);
  const root = tree ?? (statSync(first).isDirectory() ? first : dirname(first));
  const paths = files.map((file) => relative(root, file).split(sep).join('/') || '.');
  const outside = paths.findIndex((path) => path.startsWith('../'));
  if (outside >= 0) throw new UserError(`${names[outside]}: not in the tree ${root}, which ${names[0]} belongs to`);
  const why = tree === null ? 'a folder that is in no kernel tree' : 'the kernel tree that the paths lie in';
  return { source: await openDirectory(root, why), paths };
}

/** Opens a kernel tree, its files as they lie there. Throws UserError when there is no such folder. */
export async function openTree(folder: string): Promise<TreeSource> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(`${folder}: no such directory; --tree names a kernel tree`);
  }
  const { openDirectory } = await import('../series/directory-source.js');
  return openDirectory(resolve(folder), 'the tree that was named, its files as they are');
}
