import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { UserError } from '../text.js';

/**
 * Writes a file that is there whole or not at all: a disk that is full leaves what was there before. Devices and pipes are
 * written to as they are. Throws UserError.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const there = await stat(path).catch(() => null);
  try {
    if (there !== null && !there.isFile()) await writeFile(path, pieces);
    else await writeBeside(there === null ? path : await realpath(path), pieces);
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function writeBeside(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w');
  try {
    for await (const piece of pieces) await file.appendFile(piece);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}
