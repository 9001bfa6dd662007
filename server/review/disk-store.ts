/** Keeps results in a folder of the user's own. Node only. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Store } from './store.js';

/** Beyond this the entries that were not used for longest go. */
const mostBytes = 200_000_000;
/** It is looked at once in so many. */
const pruneEvery = 20;
/** One larger than that is not kept. */
const mostEntryBytes = 20_000_000;

/** The folder for caches that the platform's users expect; `RESCUER_CACHE` names another, and nothing if it is empty. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string | null {
  const { RESCUER_CACHE: named, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (named !== undefined) return named === '' ? null : named;
  if (process.platform === 'win32') return join(local ?? join(homedir(), 'AppData', 'Local'), 'rescuer', 'Cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'rescuer');
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'rescuer');
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * A store of files, each named by the hash of its key and beginning with the hash of what follows, so that one that is
 * torn or changed is as good as none. `report` gets one line when nothing can be kept, and that only once.
 */
export function openDiskStore(folder: string, build: string, report: (line: string) => void = () => {}): Store {
  let working = true;
  let written = 0;
  const fileOf = (key: readonly string[]): string =>
    join(folder, `${digest(Buffer.from(JSON.stringify([build, ...key]))).slice(0, 40)}.v8`);
  return {
    async get(key) {
      try {
        const file = fileOf(key);
        const bytes = await readFile(file);
        const content = bytes.subarray(32);
        if (!bytes.subarray(0, 32).equals(Buffer.from(digest(content), 'hex'))) return null;
        const now = new Date();
        await utimes(file, now, now).catch(() => {});
        return deserialize(content);
      } catch {
        return null;
      }
    },
    async put(key, value) {
      if (!working) return;
      try {
        const content = serialize(value);
        if (content.length > mostEntryBytes) return;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const file = fileOf(key);
        // Whole or not at all, also if two processes write or this one is killed.
        const draft = `${file}.${randomUUID()}.tmp`;
        try {
          await writeFile(draft, Buffer.concat([Buffer.from(digest(content), 'hex'), content]), { mode: 0o600 });
          await rename(draft, file);
        } catch (error) {
          await rm(draft, { force: true });
          throw error;
        }
        if (written++ % pruneEvery === 0) await prune(folder);
      } catch (error) {
        working = false;
        report(`results are not kept for the next run: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

/** Removes what was not used for longest, and drafts that a killed process left an hour ago. */
async function prune(folder: string): Promise<void> {
  const names = await readdir(folder);
  const entries = (
    await Promise.all(
      names.map(async (name) => {
        const found = await stat(join(folder, name)).catch(() => null);
        return found ? [{ name, size: found.size, used: found.mtimeMs }] : [];
      }),
    )
  ).flat();
  const old = Date.now() - 3_600_000;
  let bytes = 0;
  for (const { name, size, used } of entries.sort((left, right) => right.used - left.used)) {
    bytes += size;
    const left = name.endsWith('.tmp') && used < old;
    if (left || bytes > mostBytes) await rm(join(folder, name), { force: true });
  }
}
