import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../text.js';
import { PageSummary, pageRow } from './page.js';
import { plannedSeries, readHead } from './plan-file.js';
import { partPattern, wholeLines } from './results.js';
import type { PlanHead } from './types.js';
import { writeWhole } from './whole-file.js';

/** Where the line of a series is. */
interface Found {
  readonly file: FileHandle;
  readonly start: number;
  readonly end: number;
  readonly problem: boolean;
}

export interface Merged {
  readonly series: number;
  /** Series of the plan that have no result yet. */
  readonly without: number;
}

/**
 * Puts the results of all shards in `folder` together, in the order of the plan, one line for each series: `series.jsonl`
 * and `index.html`. The same results give the same bytes, however many shards they came in. Throws UserError if series
 * have no result yet, unless `partial`.
 */
export async function merge(folder: string, partial: boolean): Promise<Merged> {
  const head = await readHead(folder);
  if (head === null) throw new UserError(`${folder}: no sweep was begun here`);
  const names = (await readdir(folder)).filter((name) => partPattern.test(name)).sort();
  if (names.length === 0) throw new UserError(`${folder}: no results here yet`);
  const files: FileHandle[] = [];
  try {
    const found = new Map<string, Found>();
    for (const name of names) {
      const file = await open(join(folder, name));
      files.push(file);
      await note(found, join(folder, name), file);
    }
    const missing = [];
    for await (const { id } of plannedSeries(folder)) if (!found.has(id)) missing.push(id);
    if (missing.length > 0 && !partial) {
      throw new UserError(
        `${missing.length} of ${head.series} series have no result yet (${names.join(', ')}); --partial merges what is there`,
      );
    }
    const all = join(folder, 'series.jsonl');
    await writeWhole(all, inPlanOrder(folder, found));
    await writeWhole(join(folder, 'index.html'), page(all, head));
    return { series: head.series, without: missing.length };
  } finally {
    for (const file of files) await file.close();
  }
}

/** Two shards can have the same series, if it was swept in parts of another count as well: a report goes before a problem. */
async function note(found: Map<string, Found>, path: string, file: FileHandle): Promise<void> {
  let start = 0;
  for await (const { line, end } of wholeLines(path)) {
    if (found.get(line.id)?.problem !== false) found.set(line.id, { file, start, end, problem: line.problem !== null });
    start = end;
  }
}

async function* inPlanOrder(folder: string, found: ReadonlyMap<string, Found>): AsyncGenerator<string> {
  for await (const { id } of plannedSeries(folder)) {
    const place = found.get(id);
    if (place === undefined) continue;
    const bytes = Buffer.alloc(place.end - place.start);
    await place.file.read(bytes, 0, bytes.length, place.start);
    yield bytes.toString('utf8');
  }
}

/** Reads the lines twice, so that they need not be in memory. */
async function* page(lines: string, head: PlanHead): AsyncGenerator<string> {
  const summary = new PageSummary();
  for await (const { line } of wholeLines(lines)) summary.add(line);
  const [before, after] = summary.around(head);
  yield before;
  for await (const { line } of wholeLines(lines)) yield pageRow(line);
  yield after;
}
