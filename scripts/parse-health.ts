// Parse health of kernel trees: node scripts/run.mjs scripts/parse-health.ts TREE... [--names]
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openParser } from '../server/c/parser.js';
import type { CFile } from '../server/c/types.js';

/** Folders whose functions are counted. */
const folders = ['block', 'drivers/md'];

/** Functions by an independent scan: a line from column 0 that names one, closed by a `{` line before any `;`. */
function scanFunctions(text: string): string[] {
  const lines = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/^[ \t]*#[ \t]*if[ \t]+0\b[\s\S]*?^[ \t]*#[ \t]*(?:endif|else)\b/gm, (dead) => dead.replace(/[^\n]/g, ' '))
    .replace(/\\\n/g, '  ')
    .split('\n');
  const names: string[] = [];
  let head = '';
  for (const line of lines) {
    if (/^\s*#/.test(line)) continue;
    if (/^\{/.test(line) || /^\w.*\)\s*\{\s*$/.test(line)) {
      const text = line.startsWith('{') ? head : `${head}\n${line}`;
      const name = functionName(text.replace(/\{[\s\S]*$/, ''));
      if (name !== null) names.push(name);
      head = '';
    } else if (/^\}/.test(line) || /;\s*$/.test(line)) head = '';
    else if (/^[A-Za-z_]/.test(line)) head = /^\w[\w\s*]*$/.test(head) || /^__/.test(line) ? `${head}\n${line}` : line;
    else if (head !== '') head += `\n${line}`;
  }
  return names;
}

/** The name before the first parenthesis that is no annotation's; of a macro that makes a function, its argument. */
function functionName(head: string): string | null {
  if (/=|^\s*(?:static\s+)?(?:const\s+)?(?:struct|union|enum)\s+\w*\s*$/.test(head)) return null;
  for (const found of head.matchAll(/(\w+)\s*\(\s*(\w*)/g)) {
    const name = found[1] ?? '';
    if (/^__[a-z]+$/.test(name) && head.includes(')') && head.indexOf(name) > head.indexOf(')')) continue;
    const isMacro = /^(?:static\s+)?[A-Z][A-Z0-9_]+\s*\(/.test(head) && /^[A-Z]/.test(name);
    return isMacro ? (found[2] ?? '') : name;
  }
  return null;
}

function sources(tree: string): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(tree, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

function missingNames(scanned: readonly string[], file: CFile): string[] {
  const found = new Set(file.functions.map((fn) => fn.name));
  return scanned.filter((name) => !found.has(name));
}

const trees = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const showNames = process.argv.includes('--names');
const parser = await openParser();
for (const tree of trees) {
  const broken: string[] = [];
  const lost: string[] = [];
  let functions = 0;
  let scanned = 0;
  let bytes = 0;
  const started = performance.now();
  const paths = sources(tree).sort();
  for (const path of paths) {
    const text = readFileSync(path, 'utf8');
    const file = parser.parse(path, text);
    const names = scanFunctions(text);
    bytes += text.length;
    functions += file.functions.length;
    scanned += names.length;
    for (const fn of file.functions) if (fn.hasError) broken.push(`${path}:${fn.range.line} ${fn.name}`);
    lost.push(...missingNames(names, file).map((name) => `${path} ${name}`));
  }
  const seconds = (performance.now() - started) / 1000;
  const percent = ((100 * broken.length) / functions).toFixed(2);
  process.stdout.write(
    `${basename(tree)}: ${paths.length} files, ${(bytes / 1e6).toFixed(1)} MB, ${functions} functions, ` +
      `${broken.length} with a parse error (${percent} %), ${lost.length} of ${scanned} scanned lost, ${seconds.toFixed(1)} s\n`,
  );
  if (showNames) {
    for (const name of broken) process.stdout.write(`  error ${name}\n`);
    for (const name of lost) process.stdout.write(`  lost  ${name}\n`);
  }
}
