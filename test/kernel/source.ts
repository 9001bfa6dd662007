import { readFileSync } from 'node:fs';
import { type CIndex, indexFiles } from '../../server/c/index.js';
import { openParser } from '../../server/c/parser.js';
import type { CFunction } from '../../server/c/types.js';
import { eraOfVersion } from '../../server/kernel/eras.js';
import { takeInventory } from '../../server/kernel/inventory.js';
import type { EraGuess, Inventory } from '../../server/kernel/types.js';

const parser = await openParser();

/** Parses texts given by path. */
export function indexOf(files: Readonly<Record<string, string>>): CIndex {
  return indexFiles(Object.entries(files).map(([path, text]) => parser.parse(path, text)));
}

/** The text of a file of test/fixtures/kernel. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/kernel/${name}`, import.meta.url), 'utf8');
}

/** Parses files of test/fixtures/kernel under the paths given; `{ 'include/linux/bio.h': 'bio-4.14.h' }`. */
export function indexOfFixtures(files: Readonly<Record<string, string>>): CIndex {
  return indexOf(Object.fromEntries(Object.entries(files).map(([path, name]) => [path, fixture(name)])));
}

/** The era of a version, as if the tree had said so. */
export function era(version: string): EraGuess {
  return { era: eraOfVersion(version), version, evidence: 'given' };
}

/** The inventory of one file, `a.c`, as of a kernel version. */
export function inventoryOf(text: string, version: string): Inventory {
  return takeInventory(indexOf({ 'a.c': text }), era(version));
}

/** A function by name; fails the test when the files have none. */
export function functionIn(index: CIndex, name: string): CFunction {
  const [fn] = index.functionsNamed(name);
  if (!fn) throw new Error(`no function ${name}`);
  return fn;
}
