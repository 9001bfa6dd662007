import { repair } from '../c/fragment.js';
import type { CParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import { wantsFunction } from '../kernel/words.js';
import type { FileImage } from '../series/types.js';

/** Characters of source whose parsed form is kept, some 40 bytes for each; dm.c has 80 000, block/ and drivers/md five million. */
let capacity = 12_000_000;

/** For who reviews many series that have nothing in common: keeps the parsed form of so many characters only. */
export function keepParsedOf(characters: number): void {
  capacity = characters;
}

/** Parsed files by path and content. An editor reviews the same tree again and again, a series touches few files. */
const byText = new Map<string, CFile>();
let held = 0;
/** The version of each file that was read last: the next one has most functions in common with it. */
const latest = new Map<string, CFile>();

/** Context that was read last, by path: an editor's checks read the same files again and again. */
const lastContext = new Map<string, CFile>();

/** States that share a file share its image, so most look-ups end here. */
const byImage = { all: new WeakMap<FileImage, CFile>(), context: new WeakMap<FileImage, CFile>() };

/**
 * Parses a file image, whole or from hunks, or finds it parsed already. Of `context` only those functions have bodies that
 * have to do with bios.
 */
export function parseImage(parser: CParser, image: FileImage, depth: 'all' | 'context' = 'all'): CFile {
  const cached = byImage[depth].get(image);
  if (cached !== undefined) return cached;
  const before = depth === 'context' && image.known === null ? lastContext.get(image.path) : undefined;
  if (before?.text === image.text) return before;
  const text = repair(image);
  const key = [image.path, image.known === null ? depth : JSON.stringify(image.known), text].join('\n');
  const parsed = byText.get(key);
  // Putting it in again moves it to the young end: the map keeps the order of insertion.
  if (parsed !== undefined) byText.delete(key);
  else held += text.length;
  const options = depth === 'context' ? { wants: wantsFunction } : { like: latest.get(image.path) ?? null };
  const file = parsed ?? withKnown(parser.parse(image.path, text, options), image.known);
  byText.set(key, file);
  if (depth === 'all') latest.set(image.path, file);
  else if (image.known === null) lastContext.set(image.path, file);
  byImage[depth].set(image, file);
  for (const [oldest, gone] of byText) {
    if (held <= capacity || oldest === key) break;
    byText.delete(oldest);
    if (latest.get(gone.path) === gone) latest.delete(gone.path);
    if (lastContext.get(gone.path) === gone) lastContext.delete(gone.path);
    held -= gone.text.length;
  }
  return file;
}

/** The file of an image of which only some lines are known. A whole one stays the object that the next version is read like. */
function withKnown(file: CFile, known: FileImage['known']): CFile {
  return known === null ? file : { ...file, known };
}

/** Says that a whole image is parsed already, by who follows its edits. It is not kept longer than the image. */
export function keepParsed(image: FileImage, file: CFile): void {
  byImage.all.set(image, file);
}
