import type { Digest } from '../review/recorded.js';
import { keepRuns, type Store } from '../review/store.js';
import type { Terminal } from './terminal.js';

/**
 * Where results are kept between runs, and the runs of stacks too: nowhere if the user does not want it, or in a build that
 * has no name. `annotations` are those that do not ship.
 */
export async function resultStore(
  terminal: Terminal,
  wanted: boolean,
  annotations: string,
): Promise<{ readonly store: Store | null; readonly digest: Digest }> {
  const [{ createHash }, { cacheFolder, openDiskStore }] = await Promise.all([
    import('node:crypto'),
    import('../review/disk-store.js'),
  ]);
  const digest: Digest = (text) => createHash('sha256').update(text).digest('base64');
  const folder = cacheFolder();
  if (!wanted || folder === null || typeof RESCUER_BUILD === 'undefined') return { store: null, digest };
  const store = openDiskStore(folder, RESCUER_BUILD, (line) => terminal.err(`rescuer: ${line}\n`));
  keepRuns({ store, annotations });
  return { store, digest };
}
