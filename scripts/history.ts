/**
 * node scripts/run.mjs scripts/history.ts TREES [WORD]
 *
 * Takes real kernel trees, with small edits of ours, and compares what is said of them with what history says
 * (scripts/history.yaml): a row simulates a stack, checks files with the static rules, or reviews an edit as a patch. With
 * WORD only rows whose text has it. Prints a table and which bugs and commits of scripts/catalogue.yaml it covers; ends with 1
 * when a row is wrong.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { parse } from 'yaml';
import { openParser } from '../server/c/parser.js';
import { rulePage } from '../server/review/rules/catalogue.js';
import { runsOf } from '../server/review/runs.js';
import { checkSources, reviewSeries } from '../server/review/session.js';
import type { Finding } from '../server/review/types.js';
import { openDirectory } from '../server/series/directory-source.js';
import { readSeries } from '../server/series/read.js';
import { openSource } from '../server/series/sources.js';
import type { FileImage, TreeSource } from '../server/series/types.js';

type Edit = readonly [pattern: string, text: string, all?: 'all'];

interface Row {
  readonly about: string;
  /** Ids of scripts/catalogue.yaml. */
  readonly of?: readonly string[];
  readonly tree: string;
  readonly edits?: Readonly<Record<string, readonly Edit[]>>;
  /** Simulates this stack; `expect` and `names` go with it. */
  readonly stack?: string;
  readonly without?: readonly string[];
  readonly expect?: string | readonly string[];
  readonly names?: readonly string[];
  /** Checks these files with the static rules; `finds` and `lacks` go with it. */
  readonly check?: readonly string[];
  /** Reviews the edits as a patch, or the patch that leads from them to the tree. */
  readonly review?: 'edits' | 'undone';
  readonly finds?: readonly string[];
  readonly lacks?: readonly string[];
}

interface Outcome {
  readonly good: boolean;
  readonly what: string;
  readonly told: string;
  readonly complaint: string;
}

const [trees, word = ''] = process.argv.slice(2);
if (trees === undefined) throw new Error('usage: history.ts TREES [WORD]');
const all = parse(readFileSync('scripts/history.yaml', 'utf8')) as Row[];
const rows = all.filter((row) => JSON.stringify(row).includes(word));
const parser = await openParser();
let right = 0;

for (const row of rows) {
  const started = performance.now();
  const { good, what, told, complaint } = await outcomeOf(row, join(trees, row.tree));
  if (good) right++;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const cells = [good ? 'ok ' : 'BAD', row.tree.padEnd(10), what.padEnd(12), told.padEnd(10), row.about];
  process.stdout.write(`${cells.join(' ')} (${seconds} s)\n`);
  if (!good) process.stdout.write(`    ${complaint}\n`);
}
process.stdout.write(`${right} of ${rows.length} as history says\n`);
if (word === '') printCoverage();
parser.close();
process.exitCode = right === rows.length ? 0 : 1;

function outcomeOf(row: Row, root: string): Promise<Outcome> {
  const changed = editedFiles(row, root);
  if (row.stack !== undefined) return simulated(row, row.stack, root, changed);
  return row.check === undefined ? reviewed(row, root, changed) : checked(row, row.check, root, changed);
}

/** Text before and after the edits, by path. */
function editedFiles({ tree, edits = {} }: Row, root: string): ReadonlyMap<string, readonly [string, string]> {
  const files = Object.entries(edits).map(([path, list]): [string, [string, string]] => {
    const before = readFileSync(join(root, path), 'utf8');
    const after = list.reduce((now, [pattern, text, every]) => {
      const next = now.replace(new RegExp(pattern, every === undefined ? '' : 'g'), text);
      if (next === now) throw new Error(`${tree}: ${path} has nothing like ${pattern}`);
      return next;
    }, before);
    return [path, [before, after]];
  });
  return new Map(files);
}

type Changed = ReturnType<typeof editedFiles>;

async function simulated(row: Row, stack: string, root: string, changed: Changed): Promise<Outcome> {
  const files = [...changed].map(([path, [, text]]): [string, FileImage] => [
    path,
    { path, text, known: null, sections: [] },
  ]);
  const [run] = await runsOf({
    parser,
    source: await openDirectory(root, 'given'),
    files: new Map(files),
    stacks: [stack],
    supposed: (row.without ?? []).map((set) => ({ set, rescuer: false })),
  });
  const expected = [row.expect ?? []].flat();
  const verdict = run?.verdict ?? 'no such stack';
  const missing = (row.names ?? []).filter((name) => !run?.sentence.includes(name));
  return {
    good: expected.includes(verdict) && missing.length === 0,
    what: stack,
    told: verdict,
    complaint: `expected ${expected.join(' or ')}${missing.map((name) => `, naming ${name}`).join('')}: ${run?.sentence}`,
  };
}

async function checked(row: Row, paths: readonly string[], root: string, changed: Changed): Promise<Outcome> {
  const source = withEdits(await openDirectory(root, 'given'), changed);
  const { report } = await checkSources({ source, paths, simulate: false });
  return compared(row, 'check', report.findings);
}

async function reviewed(row: Row, root: string, changed: Changed): Promise<Outcome> {
  const isUndone = row.review === 'undone';
  const diff = [...changed].map(([path, [before, after]]) => {
    const [from, to] = isUndone ? [after, before] : [before, after];
    return createTwoFilesPatch(`a/${path}`, `b/${path}`, from, to, '', '', { context: 3 });
  });
  const bytes = new TextEncoder().encode(diff.join(''));
  const findings: Finding[] = [];
  for (const series of (await readSeries([{ name: 'history.patch', bytes }])).series) {
    const source = await openSource({ tree: root, series, trusted: false });
    const base = isUndone ? withEdits(source, changed) : source;
    findings.push(...(await reviewSeries({ series, source: base })).report.findings);
  }
  return compared(row, 'review', findings);
}

function withEdits(source: TreeSource, changed: Changed): TreeSource {
  return { ...source, read: async (path) => changed.get(path)?.[1] ?? source.read(path) };
}

/** Each text of `finds` is words that one finding has together; those of `lacks` no finding has. */
function compared({ finds = [], lacks = [] }: Row, what: string, findings: readonly Finding[]): Outcome {
  const texts = findings.map(
    ({ status, level, rule, set, location, message }) =>
      `${what === 'review' ? status : ''} ${level} ${rule} ${set} ${location.file} ${message}`,
  );
  const has = (words: string): boolean => texts.some((text) => words.split(' ').every((one) => text.includes(one)));
  const missing = finds.filter((words) => !has(words));
  const tooMany = lacks.filter(has);
  return {
    good: missing.length + tooMany.length === 0,
    what,
    told: [...new Set(findings.map(({ rule }) => rule))].join(' ') || 'nothing',
    complaint: `${missing.map((one) => `missing: ${one}; `).join('')}${tooMany.map((one) => `too many: ${one}; `).join('')}found:${texts.map((one) => `\n        ${one.slice(0, 200)}`).join('')}`,
  };
}

/** Which entries of the catalogue have rows, and by what they are seen; else why there is none. A table for docs/accuracy.md. */
function printCoverage(): void {
  const catalogue = parse(readFileSync('scripts/catalogue.yaml', 'utf8')) as Record<
    string,
    { readonly about: string; readonly none?: string }
  >;
  const seenBy = new Map<string, Set<string>>();
  for (const { of = [], stack, finds = [], lacks = [] } of all) {
    const rules = [...finds, ...lacks].flatMap((words) => words.split(' ')).filter((word) => rulePage(word) !== null);
    for (const id of of) {
      if (!(id in catalogue)) throw new Error(`scripts/catalogue.yaml has no ${id}`);
      const seen = seenBy.get(id) ?? new Set();
      for (const one of stack === undefined ? rules : [stack]) seen.add(one);
      seenBy.set(id, seen);
    }
  }
  const entries = Object.entries(catalogue);
  process.stdout.write(`\n${seenBy.size} of ${entries.length} bugs and commits of the catalogue have rows\n\n`);
  for (const [id, { about, none }] of entries) {
    const seen = seenBy.get(id);
    const how = seen === undefined ? `no row: ${none}` : [...seen].join(', ') || 'no finding, as it should be';
    process.stdout.write(`| ${id} | ${about} | ${how} |\n`);
  }
}
