import type { Readable } from 'node:stream';
import { gitFailure, startGit } from './git.js';

/** A blob and its id. */
export interface Blob {
  readonly id: string;
  /** null when it is larger than wanted. */
  readonly bytes: Uint8Array | null;
}

/** Names that git is told before their blobs are read: fewer than a pipe holds, so that neither waits for the other. */
const batchSize = 200;

/**
 * Reads any number of blobs through one `git cat-file --batch`, one after the other: a list's archive has a hundred thousand,
 * of which only one is in memory. Not for several readers at a time.
 */
export class BlobStream {
  readonly #git: ReturnType<typeof startGit>;
  readonly #output: ByteReader;
  readonly #largest: number;
  #said = '';

  /** @param largest bytes; of a larger blob only the id is given */
  constructor(root: string, largest: number) {
    this.#git = startGit(root, ['cat-file', '--batch']);
    this.#output = new ByteReader(this.#git.stdout);
    this.#largest = largest;
    this.#git.stderr.on('data', (data: Buffer) => {
      this.#said = (this.#said + data.toString('latin1')).slice(0, 400);
    });
    // Whoever reads its output sees that it is gone.
    this.#git.on('error', () => {});
    this.#git.stdin.on('error', () => {});
  }

  /** The blobs of these names (`REV:PATH` or an id); null for a name of no blob. Throws UserError when git fails. */
  async *read(names: readonly string[]): AsyncGenerator<Blob | null> {
    for (let from = 0; from < names.length; from += batchSize) {
      const batch = names.slice(from, from + batchSize);
      this.#git.stdin.write(batch.map((name) => `${name.replace(/[\n\0]/g, ' ')}\n`).join(''));
      for (const _ of batch) yield await this.#next();
    }
  }

  /** Ends git. */
  close(): void {
    this.#git.kill();
  }

  async #next(): Promise<Blob | null> {
    const line = await this.#output.line();
    if (line === null) throw gitFailure('cat-file', new Error(this.#said.trim() || 'ended early'));
    const [, id, kind, length] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(line) ?? [];
    if (id === undefined) return null;
    const size = Number(length);
    const wanted = kind === 'blob' && size <= this.#largest;
    const bytes = await this.#output.take(size, wanted);
    await this.#output.take(1, false);
    return kind === 'blob' ? { id, bytes: wanted ? bytes : null } : null;
  }
}

/** Takes lines and runs of bytes off a stream, which is read no faster than that. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next line without its end; null at the end of the stream. */
  async line(): Promise<string | null> {
    let text = '';
    for (;;) {
      const end = this.#chunk.indexOf(10);
      if (end >= 0) {
        text += this.#chunk.toString('latin1', 0, end);
        this.#chunk = this.#chunk.subarray(end + 1);
        return text;
      }
      text += this.#chunk.toString('latin1');
      if (!(await this.#more())) return null;
    }
  }

  /** The next `size` bytes, fewer at the end of the stream; none of them if they are not `wanted`. */
  async take(size: number, wanted: boolean): Promise<Uint8Array> {
    const bytes = new Uint8Array(wanted ? size : 0);
    for (let at = 0; at < size; ) {
      if (this.#chunk.length === 0 && !(await this.#more())) break;
      const part = this.#chunk.subarray(0, size - at);
      if (wanted) bytes.set(part, at);
      this.#chunk = this.#chunk.subarray(part.length);
      at += part.length;
    }
    return bytes;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    this.#chunk = value;
    return true;
  }
}
