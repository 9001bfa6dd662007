/** The files that results are appended to. Node only. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '../text.js';
import type { SweepLine } from './types.js';

/** One of `count` equal parts of the work; `index` from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Which shard a series belongs to, the same on every machine and in every run. */
export function shardOf(id: string, count: number): number {
  return (createHash('sha256').update(id).digest().readUInt32BE(0) % count) + 1;
}

export const partName = ({ index, count }: Shard): string => `part-${index}-of-${count}.jsonl`;
export const partPattern = /^part-\d+-of-\d+\.jsonl$/;

/** A JSON Lines file of results: a kill at any moment leaves whole lines, at most one broken one, which is cut off again. */
export class PartFile {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Ids of the series that have their line. */
  readonly done: ReadonlySet<string>;

  private constructor(path: string, file: FileHandle, done: ReadonlySet<string>) {
    this.#path = path;
    this.#file = file;
    this.done = done;
  }

  /** Opens a file, or begins it. */
  static async open(path: string): Promise<PartFile> {
    const file = await open(path, 'a+');
    const done = new Set<string>();
    let whole = 0;
    for await (const { line, end } of wholeLines(path)) {
      done.add(line.id);
      whole = end;
    }
    await file.truncate(whole);
    return new PartFile(path, file, done);
  }

  /** Appends lines; they are on the disk when this resolves. Throws UserError when they cannot be written. */
  async append(lines: readonly SweepLine[]): Promise<void> {
    try {
      await this.#file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      await this.#file.datasync();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UserError(`cannot write ${this.#path}: ${reason}; --resume goes on from there`);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The lines of a file of results and where each ends, up to the first that is broken. */
export async function* wholeLines(path: string): AsyncGenerator<{ readonly line: SweepLine; readonly end: number }> {
  let rest = Buffer.alloc(0);
  let end = 0;
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let newline = rest.indexOf(10); newline >= 0; newline = rest.indexOf(10)) {
      const line = parse(rest.toString('utf8', 0, newline));
      if (line === null) return;
      end += newline + 1;
      rest = rest.subarray(newline + 1);
      yield { line, end };
    }
  }
}

function parse(text: string): SweepLine | null {
  try {
    return JSON.parse(text) as SweepLine;
  } catch {
    return null;
  }
}
