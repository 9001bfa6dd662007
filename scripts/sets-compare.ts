// Compares the inventory of real trees with an independent search of their text.
// node scripts/run.mjs scripts/sets-compare.ts TREE...        (directories with block, drivers, fs and include)
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { indexFiles } from '../server/c/index.js';
import { openParser } from '../server/c/parser.js';
import { recogniseEra } from '../server/kernel/eras.js';
import { takeInventory } from '../server/kernel/inventory.js';
import type { SetCreation } from '../server/kernel/types.js';
import { wantsFile, wantsFunction } from '../server/kernel/words.js';

/** A creation call as plain text search finds it. */
interface TextCall {
  readonly path: string;
  readonly line: number;
  readonly callee: string;
  readonly args: readonly string[];
  /** The last name of what the new set is put in, as the text has it; null when the text does not say. */
  readonly target: string | null;
}

/** Which arguments are set, pool size, front_pad and flags; written down again here, so that the table is checked too. */
const positions: Readonly<Record<string, { readonly size: number | null; readonly flags: number | null }>> = {
  'bioset_create/2': { size: 0, flags: null },
  'bioset_create/3': { size: 0, flags: 2 },
  'bioset_create_nobvec/2': { size: 0, flags: null },
  'bioset_init/4': { size: 1, flags: 3 },
  'bioset_init_from_src/2': { size: null, flags: null },
};
const bits = {
  BIOSET_NEED_BVECS: 'bvecs',
  BIOSET_NEED_RESCUER: 'rescuer',
  BIOSET_PERCPU_CACHE: 'percpuCache',
} as const;

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() && /\.[ch]$/.test(entry.name) ? [path] : [];
  });
}

function exists(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

/** Comments, strings and macro definitions blanked, newlines kept. */
function codeOf(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  return text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"/g, blank)
    .replace(/^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm, blank);
}

/** Calls of the creating functions; a prototype or definition has a type before its name. */
function callsInText(path: string, text: string): TextCall[] {
  const code = codeOf(text);
  return [...code.matchAll(/\b(bioset_create(?:_nobvec)?|bioset_init(?:_from_src)?)\s*\(/g)].flatMap((found) => {
    const before = code.slice(0, found.index).trimEnd();
    const isDeclared = /(?:\bint|\bstruct\s+bio_set\s*\*)$/.test(before);
    // The body of bioset_init_from_src() hands on what it was given; its callers make the sets.
    const isHandingOn = path === 'block/bio.c' && /bioset_init_from_src\([^{}]*\{[^}]*$/.test(before);
    if (isDeclared || isHandingOn) return [];
    const line = code.slice(0, found.index).split('\n').length;
    const args = splitArguments(code, found.index + found[0].length);
    const isInit = found[1]?.startsWith('bioset_init');
    const target = isInit ? /(\w+)$/.exec(args[0] ?? '')?.[1] : /(\w+)\s*=$/.exec(before)?.[1];
    return [{ path, line, callee: found[1] ?? '', args, target: target ?? null }];
  });
}

function splitArguments(code: string, start: number): string[] {
  const args = [''];
  for (let at = start, depth = 0; at < code.length; at++) {
    const char = code.charAt(at);
    if (char === ')' && depth === 0) break;
    if ('([{'.includes(char)) depth++;
    if (')]}'.includes(char)) depth--;
    if (char === ',' && depth === 0) args.push('');
    else args[args.length - 1] += char;
  }
  return args.map(squeezed);
}

/** White space and the parentheses around the whole taken out. */
function squeezed(text: string): string {
  const tight = text.replace(/\s+/g, '');
  return /^\([^()]*\)$/.test(tight) ? tight.slice(1, -1) : tight;
}

/** What is wrong with a creation, seen from the text of its call. */
function differences(call: TextCall, ours: SetCreation): string[] {
  const place = positions[`${call.callee}/${call.args.length}`];
  if (!place) return [`${call.callee} with ${call.args.length} arguments`];
  const size = place.size === null ? null : (call.args[place.size] ?? '');
  const flags = place.flags === null ? null : (call.args[place.flags] ?? '');
  const wrong: string[] = [];
  if (call.target !== null && !ours.set.endsWith(call.target)) wrong.push(`set ${call.target}, ours ${ours.set}`);
  if (squeezed(ours.poolSize?.text ?? '') !== (size ?? ''))
    wrong.push(`pool size ${size}, ours ${ours.poolSize?.text}`);
  if (size !== null && /^\d+$/.test(size) && ours.poolSize?.number !== Number(size))
    wrong.push(`pool size number ${size}`);
  if (size === 'BIO_POOL_SIZE' && ours.poolSize?.number !== 2) wrong.push('BIO_POOL_SIZE is not 2');
  if (ours.from === null && squeezed(ours.flags.value?.text ?? '') !== (flags ?? '')) {
    wrong.push(`flags ${flags}, ours ${ours.flags.value?.text}`);
  }
  const isPlain = flags !== null && /^[(]*(?:0|BIOSET_\w+)(?:[|)(]*BIOSET_\w+)*[)]*$/.test(flags);
  for (const [name, key] of Object.entries(bits) as [keyof typeof bits, (typeof bits)[keyof typeof bits]][]) {
    const expected = new RegExp(`\\b${name}\\b`).test(flags ?? '') ? 'yes' : 'no';
    if (isPlain && ours.flags[key] !== expected) wrong.push(`${name}: text ${expected}, ours ${ours.flags[key]}`);
  }
  return wrong;
}

const trees = process.argv.slice(2);
if (trees.length === 0) {
  process.stderr.write('usage: node scripts/run.mjs scripts/sets-compare.ts TREE...\n');
  process.exit(2);
}
const parser = await openParser();
let failures = 0;
const rows = [['tree', 'era', 'calls', 'missed', 'invented', 'wrong', 'sets', 'allocs', '?', 'no type', 'pools', 's']];

for (const tree of trees) {
  const started = performance.now();
  const folders = ['block', 'drivers', 'fs', 'include'].map((part) => join(tree, part)).filter(exists);
  const files = folders
    .flatMap(filesIn)
    .map((path) => ({ path: relative(tree, path), text: readFileSync(path, 'latin1') }));
  const parsed = files
    .filter(({ text }) => wantsFile(text))
    .map(({ path, text }) => parser.parse(path, text, { wants: wantsFunction }));
  const index = indexFiles(parsed);
  const era = recogniseEra(index);
  const inventory = takeInventory(index, era);
  const seconds = (performance.now() - started) / 1000;

  const expected = files.flatMap(({ path, text }) => callsInText(path, text));
  const ours = inventory.sets.flatMap(({ creations }) => creations).filter(({ callee }) => /^bioset_/.test(callee));
  const at = (one: { readonly path: string; readonly line: number; readonly callee: string }) =>
    `${one.path}:${one.line} ${one.callee}`;
  const found = new Map(ours.map((one) => [at({ ...one, line: one.range.line }), one]));
  const missed = expected.filter((call) => !found.has(at(call)));
  const wanted = new Set(expected.map(at));
  const keys = ours.map((one) => at({ ...one, line: one.range.line }));
  const invented = keys.filter((key, position) => !wanted.has(key) || keys.indexOf(key) !== position);
  const wrong = expected.flatMap((call) => {
    const creation = found.get(at(call));
    return creation ? differences(call, creation).map((what) => `${at(call)}: ${what}`) : [];
  });
  failures += missed.length + invented.length + wrong.length;

  const withoutType = inventory.sets.filter(({ id }) => /->|\.dropped$|\(\)$/.test(id));
  const allocations = inventory.sets.flatMap((set) => set.allocations).length;
  const unknown = inventory.unplaced.filter(({ set }) => set === '?').length;
  rows.push([
    basename(tree),
    era.era?.id ?? '-',
    ...[expected, missed, invented, wrong, inventory.sets].map((list) => String(list.length)),
    String(allocations + inventory.unplaced.length),
    String(unknown),
    String(withoutType.length),
    String(inventory.mempools.length),
    seconds.toFixed(1),
  ]);
  const users = inventory.sets.filter(({ creations }) => creations.some(({ flags }) => flags.rescuer !== 'no'));
  const details = [
    `${basename(tree)}: era ${era.era?.id ?? 'unknown'} by ${era.evidence}`,
    `  with a rescuer: ${users.map(({ id, creations }) => `${id} (${[...new Set(creations.map(({ flags }) => flags.rescuer))].join(', ')})`).join('; ') || 'none'}`,
    ...(withoutType.length > 0 ? [`  no type: ${withoutType.map(({ id }) => id).join('; ')}`] : []),
    ...missed.map((call) => `  missed ${at(call)}`),
    ...invented.map((key) => `  invented ${key}`),
    ...wrong.map((what) => `  wrong ${what}`),
    '',
  ];
  process.stdout.write(`${details.join('\n')}\n`);
}
parser.close();

const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
const table = rows.map((row) =>
  row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd(),
);
process.stdout.write(`${table.join('\n')}\n`);
process.exitCode = failures === 0 ? 0 : 1;
