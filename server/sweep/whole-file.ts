import { open, rename, rm } from 'node:fs/promises';

/** Writes a file that is there whole or not at all. */
export async function writeWhole(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
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
