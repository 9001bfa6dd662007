import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './target.js';

/** Where seeds lie that were written for fuzzing, or kept because they once found a bug; from the top of the repository. */
export const seedFolder = 'test/fuzz/seeds';

/** The seeds of a target by file name, one character per byte. */
export function seedsOf({ name, seeds }: Pick<Target, 'name' | 'seeds'>): ReadonlyMap<string, string> {
  const files = [join(seedFolder, name), ...seeds].flatMap(filesIn);
  return new Map(files.map((file) => [file, readFileSync(file, 'latin1')]));
}

function filesIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}
