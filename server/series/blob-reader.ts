import { gitFailure, gitIn } from './git.js';

/** Names in one `git cat-file --batch`: bounds what is in memory at a time. */
const batchSize = 200;

/** Whether git can be asked for the name on one line of its own. */
const isOneLine = (name: string): boolean => !/[\n\0]/.test(name);

/**
 * Reads blobs by name (`REV:PATH`). What is asked for while git is at work is read by the next git together, since a
 * process for each of a thousand files takes a minute.
 */
export class BlobReader {
  readonly #root: string;
  #waiting: { readonly name: string; readonly settle: (blob: Promise<Buffer | null>) => void }[] = [];
  #running = false;

  constructor(root: string) {
    this.#root = root;
  }

  /** The blob's bytes, or null when the name is of no blob. Rejects with a UserError when git fails. */
  read(name: string): Promise<Buffer | null> {
    if (!isOneLine(name)) {
      return Promise.resolve(null);
    }
    return new Promise((settle) => {
      this.#waiting.push({ name, settle });
      if (!this.#running) {
        void this.#run();
      }
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Callers that ask in one go are to be answered in one go.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      const blobs = readBatch(
        this.#root,
        batch.map(({ name }) => name),
      );
      for (const [index, { settle }] of batch.entries()) {
        settle(blobs.then((found) => found[index] ?? null));
      }
      await blobs.catch(() => []);
    }
    this.#running = false;
  }
}

async function readBatch(root: string, names: readonly string[]): Promise<(Buffer | null)[]> {
  const git = gitIn(root, names.map((name) => `${name}\n`).join(''));
  const output: Buffer = await git.binaryCatFile(['--batch']).catch((error: unknown) => {
    throw gitFailure('cat-file', error);
  });
  const blobs: (Buffer | null)[] = [];
  let at = 0;
  for (const _ of names) {
    const end = output.indexOf('\n', at);
    const header = / (blob|tree|commit|tag) (\d+)$/.exec(output.toString('latin1', at, end));
    at = end + 1;
    if (header === null) {
      blobs.push(null);
      continue;
    }
    const size = Number(header[2]);
    blobs.push(header[1] === 'blob' ? output.subarray(at, at + size) : null);
    at += size + 1;
  }
  return blobs;
}
