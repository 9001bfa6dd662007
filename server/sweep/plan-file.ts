/** The file that says which series there are, the same for all shards. Node only. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../text.js';
import type { PlanHead, PlannedSeries } from './types.js';
import { writeWhole } from './whole-file.js';

export const planPath = (folder: string): string => join(folder, 'plan.jsonl');

/** Several shards may do this at the same time: they write the same bytes. */
export function writePlan(folder: string, head: PlanHead, series: readonly PlannedSeries[]): Promise<void> {
  const lines = [head, ...series].map((line) => `${JSON.stringify(line)}\n`);
  return writeWhole(planPath(folder), lines);
}

/** What the plan in `folder` was made from; null if there is none. */
export async function readHead(folder: string): Promise<PlanHead | null> {
  if ((await stat(planPath(folder)).catch(() => null)) === null) return null;
  for await (const line of lines(folder)) {
    const head = JSON.parse(line) as PlanHead;
    if (head.schema === 'rescuer-plan/1') return head;
    break;
  }
  throw new UserError(`${planPath(folder)}: no plan of a sweep`);
}

/** The series of the plan in `folder`, one at a time. */
export async function* plannedSeries(folder: string): AsyncGenerator<PlannedSeries> {
  let isHead = true;
  for await (const line of lines(folder)) {
    if (!isHead) yield JSON.parse(line) as PlannedSeries;
    isHead = false;
  }
}

function lines(folder: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(planPath(folder)), crlfDelay: Number.POSITIVE_INFINITY });
}
