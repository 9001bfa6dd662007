// How much of real code survives when only hunks are known: node scripts/run.mjs scripts/fragment-health.ts TREE... [--names]
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repair } from '../server/c/fragment.js';
import { openParser } from '../server/c/parser.js';
import type { CFile } from '../server/c/types.js';
import { calleeName, callsIn } from '../server/c/walk.js';

/** Lines a made-up hunk shows and hides in turn; prime to each other, so that runs begin anywhere. */
const shown = 13;
const hidden = 24;

/** Calls as `function line:column callee`. */
function calls(file: CFile, isShown: (line: number) => boolean): Map<string, string> {
  const found = new Map<string, string>();
  for (const fn of file.functions) {
    for (const { call } of callsIn(fn.body ?? [])) {
      const { line, column, endLine } = call.range;
      const name = calleeName(call);
      if (name === null || name.startsWith('__unknown')) continue;
      if (isShown(line) && isShown(endLine)) found.set(`${line}:${column} ${name}`, fn.name);
    }
  }
  return found;
}

const showNames = process.argv.includes('--names');
const parser = await openParser();
for (const tree of process.argv.slice(2).filter((arg) => !arg.startsWith('--'))) {
  const total = { calls: 0, missed: 0, misplaced: 0, functions: 0, broken: 0 };
  for (const entry of readdirSync(join(tree, 'drivers/md'), { withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.c')) continue;
    const whole = readFileSync(join(tree, 'drivers/md', entry.name), 'utf8');
    const lines = whole.split('\n');
    const isShown = (line: number) => (line - 1) % (shown + hidden) >= hidden;
    const known: { line: number; endLine: number }[] = [];
    const sections: { line: number; text: string }[] = [];
    let section = '';
    lines.forEach((text, index) => {
      const line = index + 1;
      if (isShown(line) && !isShown(line - 1)) {
        known.push({ line, endLine: Math.min(line + shown - 1, lines.length) });
        sections.push({ line, text: section.slice(0, 80) });
      }
      if (/^[A-Za-z_$]/.test(text) && !/^\w+:/.test(text)) section = text;
    });
    const sparse = lines.map((text, index) => (isShown(index + 1) ? text : '')).join('\n');
    const repaired = repair({ path: entry.name, text: sparse, known, sections });
    const expected = calls(parser.parse(entry.name, whole), isShown);
    const file = parser.parse(entry.name, repaired);
    const actual = calls(file, isShown);
    total.functions += file.functions.length;
    for (const fn of file.functions) {
      if (!fn.hasError) continue;
      total.broken++;
      if (showNames) process.stdout.write(`  error ${entry.name}:${fn.range.line} ${fn.name}\n`);
    }
    for (const [call, name] of expected) {
      total.calls++;
      if (!actual.has(call)) total.missed++;
      else if (actual.get(call) !== name) total.misplaced++;
      if (showNames && actual.get(call) !== name)
        process.stdout.write(
          `  ${actual.has(call) ? 'other ' : 'missed'} ${entry.name}:${call} ${name} ${actual.get(call)}\n`,
        );
    }
  }
  const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(2)} %`;
  process.stdout.write(
    `${basename(tree)}: ${total.calls} calls in ${shown}-line hunks, ${percent(total.missed, total.calls)} not found, ` +
      `${percent(total.misplaced, total.calls)} in another function; ${total.functions} functions, ` +
      `${percent(total.broken, total.functions)} with a parse error\n`,
  );
}
