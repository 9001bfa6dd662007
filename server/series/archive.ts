/** Mail archives that are too large to be in memory: where their mails are, and reading some of them. Node only. */
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../text.js';
import { BlobStream } from './blob-stream.js';
import { binaryString } from './charset.js';
import { commitOf, gitFailure, gitIn, startGit } from './git.js';
import { mailStarts } from './mbox.js';

/** A git repository with one mail in each commit, as public-inbox keeps it, or a file of mails. */
export interface Archive {
  readonly path: string;
  readonly kind: 'git' | 'file';
  /** What it holds now: the newest commit, or size and time of the file. */
  readonly state: string;
}

/** Where a mail is: the name of its blob (or `COMMIT:m`), or first byte and length in the file. */
export type Place = string | readonly [offset: number, length: number];

/** A mail, one document of its own. */
export interface PlacedMail {
  readonly place: Place;
  /** null when it is too large to be read. */
  readonly bytes: Uint8Array | null;
}

/** No mail with patches is larger. */
const largestMail = 32 * 1024 * 1024;
const window = 4 * 1024 * 1024;

/**
 * Opens archives in their order. A folder is a git repository, a public-inbox of several (`git/0.git`, `git/1.git` …), a
 * maildir, or holds mails and mboxes. Throws UserError for what is missing or holds none.
 */
export async function openArchives(paths: readonly string[]): Promise<Archive[]> {
  const archives: Archive[] = [];
  for (const path of paths) archives.push(...(await openArchive(path)));
  return archives;
}

async function openArchive(path: string): Promise<Archive[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UserError(`${path}: no such file or directory`);
  if (found.isFile()) return [{ path, kind: 'file', state: `${found.size} bytes of ${found.mtime.toISOString()}` }];
  if (!found.isDirectory()) throw new UserError(`${path}: is neither a file nor a directory`);
  const names = new Set(await readdir(path));
  if (names.has('.git') || (names.has('HEAD') && names.has('objects'))) return [await openRepository(path)];
  if (names.has('git')) {
    const epochs = (await readdir(join(path, 'git'))).filter((name) => /^\d+\.git$/.test(name));
    epochs.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    if (epochs.length > 0) return Promise.all(epochs.map((name) => openRepository(join(path, 'git', name))));
  }
  const isMaildir = names.has('cur') && names.has('new');
  const archives: Archive[] = [];
  for (const folder of isMaildir ? ['cur', 'new'] : ['.']) {
    for (const entry of await readdir(join(path, folder), { withFileTypes: true })) {
      if (entry.isFile() && !entry.name.startsWith('.'))
        archives.push(...(await openArchive(join(path, folder, entry.name))));
    }
  }
  if (archives.length === 0)
    throw new UserError(`${path}: no mail archive (a public-inbox repository, mboxes or mails)`);
  return archives.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function openRepository(path: string): Promise<Archive> {
  const commit = await commitOf(gitIn(path), 'HEAD');
  if (commit === null) throw new UserError(`${path}: a git repository without commits`);
  return { path, kind: 'git', state: commit };
}

/** The places of all mails, oldest first, in lots; at no time more than a lot is in memory. */
export async function* mailPlaces(archive: Archive, lot: number): AsyncGenerator<Place[]> {
  let places: Place[] = [];
  for await (const place of archive.kind === 'git' ? commitPlaces(archive) : filePlaces(archive)) {
    places.push(place);
    if (places.length < lot) continue;
    yield places;
    places = [];
  }
  if (places.length > 0) yield places;
}

async function* commitPlaces({ path, state }: Archive): AsyncGenerator<Place> {
  const git = startGit(path, ['rev-list', '--reverse', '--first-parent', '--end-of-options', state]);
  const ended = new Promise<number | null>((resolve) => git.on('close', resolve).on('error', () => resolve(null)));
  git.stdin.end();
  git.stderr.resume();
  for await (const commit of createInterface({ input: git.stdout })) yield `${commit}:m`;
  if ((await ended) !== 0) throw gitFailure('rev-list', new Error(`cannot list the commits of ${path}`));
}

async function* filePlaces({ path }: Archive): AsyncGenerator<Place> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let offset = 0;
    let ahead = window;
    while (offset < size) {
      const bytes = await readAt(file, offset, Math.min(ahead, size - offset));
      const starts = mailStarts(binaryString(bytes));
      const whole = offset + bytes.length >= size;
      if (starts.length === 0 && whole) yield [offset, bytes.length];
      // The last one may go on beyond what was read.
      const complete = whole ? starts.length : starts.length - 1;
      for (let at = 0; at < complete; at++) {
        const start = starts[at] ?? 0;
        yield [offset + start, (starts[at + 1] ?? bytes.length) - start];
      }
      if (whole) return;
      ahead = complete > 0 ? window : ahead * 2;
      offset += complete > 0 ? (starts[complete] ?? 0) : 0;
      if (ahead > 16 * largestMail)
        throw new UserError(`${path}: no mail archive, or one with a mail of ${ahead} bytes`);
    }
  } finally {
    await file.close();
  }
}

/** Reads mails of archives, each archive through one process or file that stays open until `close`. */
export class ArchiveReader {
  readonly #blobs = new Map<string, BlobStream>();
  readonly #files = new Map<string, FileHandle>();

  /** The mails at these places, in their order, one at a time; a commit that holds none is left out. */
  async *read(archive: Archive, places: readonly Place[]): AsyncGenerator<PlacedMail> {
    if (archive.kind === 'git') {
      const blobs = this.#blobs.get(archive.path) ?? new BlobStream(archive.path, largestMail);
      this.#blobs.set(archive.path, blobs);
      for await (const blob of blobs.read(places.filter((place) => typeof place === 'string'))) {
        if (blob) yield { place: blob.id, bytes: blob.bytes };
      }
      return;
    }
    const file = this.#files.get(archive.path) ?? (await open(archive.path));
    this.#files.set(archive.path, file);
    for (const place of places) {
      const [offset, length] = typeof place === 'string' ? [0, 0] : place;
      yield { place, bytes: length > largestMail ? null : await readAt(file, offset, length) };
    }
  }

  async close(): Promise<void> {
    for (const blobs of this.#blobs.values()) blobs.close();
    for (const file of this.#files.values()) await file.close();
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
