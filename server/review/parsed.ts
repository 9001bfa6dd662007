import { repair } from '../c/fragment.js';
import type { CParser } from '../c/parser.js';
import type { CFile } from '../c/types.js';
import type { FileImage } from '../series/types.js';

/** Characters of source whose parsed form is kept; dm.c has 80 000. */
const capacity = 40_000_000;

/** Parsed files by path and content. An editor reviews the same tree again and again, a series touches few files. */
const cache = new Map<string, CFile>();
let held = 0;

/** Parses a file image, from hunks or whole, or finds it parsed already. */
export function parseImage(parser: CParser, image: FileImage): CFile {
  const fragment = image.known !== null;
  const text = fragment ? repair(image) : image.text;
  const key = `${image.path}\n${fragment ? 'hunks' : 'whole'}\n${text}`;
  const known = cache.get(key);
  if (known !== undefined) {
    // Moves it to the young end: the map keeps the order of insertion.
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const file = { ...parser.parse(image.path, text), fragment };
  cache.set(key, file);
  held += text.length;
  for (const [oldest, { text: gone }] of cache) {
    if (held <= capacity || oldest === key) break;
    cache.delete(oldest);
    held -= gone.length;
  }
  return file;
}
