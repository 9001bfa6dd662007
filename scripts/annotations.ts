/**
 * node scripts/run.mjs scripts/annotations.ts TREE…
 *
 * Checks the annotations that ship against kernel trees: prints the functions, operation tables, files and fields that they
 * name and that none of the trees has, and ends with 1 if there is one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexFiles } from '../server/c/index.js';
import { openParser } from '../server/c/parser.js';
import { shippedLibrary } from '../server/model/extract/library.js';
import { pathsOf } from '../server/review/stacks.js';

const trees = process.argv.slice(2);
if (trees.length === 0) throw new Error('usage: annotations.ts TREE…');
const library = shippedLibrary();
const parser = await openParser();
/** What is named, and in how many trees it is. */
const seen = new Map<string, number>();
const count = (what: string, has: boolean): unknown => seen.set(what, (seen.get(what) ?? 0) + (has ? 1 : 0));
const paths = new Set(library.stacks.flatMap((stack) => pathsOf(stack)));

/** What only the bodies of annotations call: no tree needs to have it. */
const bodies = [...library.functions.values()].map(({ body }) => body ?? '').join('\n');
const helpers = new Set(bodies.match(/\b[a-z_]\w*(?=\()/g)?.filter((name) => library.functions.has(name)));

for (const tree of trees) {
  const files = [...paths].filter((path) => existsSync(join(tree, path)));
  const texts = files.map((path) => readFileSync(join(tree, path), 'utf8'));
  const index = indexFiles(files.map((path, i) => parser.parse(path, texts[i] ?? '')));
  const words = new Set(texts.flatMap((text) => text.match(/\b[A-Za-z_]\w*\b/g) ?? []));
  const hasField = (place: string): boolean => {
    const [tag = '', field] = place.split('.');
    return field === undefined ? index.variables(tag).length > 0 : index.fieldType(tag, field) !== null;
  };
  for (const name of library.functions.keys()) if (!helpers.has(name)) count(`function ${name}()`, words.has(name));
  for (const stack of library.stacks) {
    for (const path of stack.files) count(`stack ${stack.name}: file ${path}`, files.includes(path));
    for (const name of stack.entry)
      count(`stack ${stack.name}: entry ${name}()`, index.functionsNamed(name).length > 0);
    for (const table of stack.tables) count(`stack ${stack.name}: table ${table}`, index.variables(table).length > 0);
    for (const field of stack.fields.keys()) count(`stack ${stack.name}: field ${field}`, hasField(field));
    for (const { runs } of stack.tasks)
      if (runs !== null) count(`stack ${stack.name}: task ${runs}()`, index.functionsNamed(runs).length > 0);
  }
  for (const [name, { places }] of library.variables)
    for (const place of places) count(`variable ${name}: ${place}`, hasField(place));
  for (const [name, { runs }] of library.works)
    count(
      `work ${name}: ${runs.join(' or ')}`,
      runs.some((one) => words.has(one)),
    );
}
parser.close();
const gone = [...seen].filter(([, trees]) => trees === 0);
for (const [what] of gone) process.stdout.write(`${what} is in none of the trees\n`);
process.stdout.write(`${seen.size} names in ${trees.length} trees, ${gone.length} of them gone\n`);
process.exitCode = gone.length === 0 ? 0 : 1;
