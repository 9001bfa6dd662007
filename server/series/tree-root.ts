/** Finds the kernel tree that a file lies in. Node only. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whether the folder is the top of a kernel tree, whatever its version; bio.h has been there since 2.5. */
export function isKernelTree(folder: string): boolean {
  return existsSync(join(folder, 'include/linux/bio.h'));
}

/** The kernel tree that an absolute path lies in, or is the top of; null outside of any. */
export function treeAbove(path: string): string | null {
  let folder = path;
  while (!isKernelTree(folder)) {
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return folder;
}
