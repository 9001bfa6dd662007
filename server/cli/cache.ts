import type { Digest } from '../review/recorded.js';
import type { Store } from '../review/store.js';
import type { Terminal } from './terminal.js';

/** Where results are kept between runs: nowhere if the user does not want it, or in a build that has no name. */
export async function resultStore(
  terminal: Terminal,
  wanted: boolean,
): Promise<{ readonly store: Store | null; readonly digest: Digest }> {
  const [{ createHash }, { cacheFolder, openDiskStore }] = await Promise.all([
    import('node:crypto'),
    import('../review/disk-store.js'),
  ]);
  const digest: Digest = (text) => createHash('sha256').update(text).digest('base64');
  const folder = cacheFolder();
  if (!wanted || folder === null || typeof RESCUER_BUILD === 'undefined') return { store: null, digest };
  return { store: openDiskStore(folder, RESCUER_BUILD, (line) => terminal.err(`rescuer: ${line}\n`)), digest };
}
