import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Archive, mailPlaces, openArchives } from '../series/archive.js';
import { type Courtesy, UserError } from '../text.js';
import { inOrder } from './in-order.js';
import { Planner } from './plan.js';
import { plannedSeries, planPath, readHead, writePlan } from './plan-file.js';
import { Pool } from './pool.js';
import { PartFile, partName, type Shard, shardOf } from './results.js';
import { lineWithout } from './review.js';
import type { MailRecord, PlanHead, PlannedSeries, SweepLine, Task } from './types.js';

export interface SweepOptions extends Courtesy {
  /** Mail archives; see openArchives. */
  readonly paths: readonly string[];
  /** Folder of the plan and the results. */
  readonly out: string;
  readonly shard: Shard;
  readonly jobs: number;
  /** Only series that began then or later: RFC 3339. */
  readonly since: string | null;
  /** Goes on with what an earlier run left. */
  readonly resume: boolean;
  readonly tree: string | null;
  /** Texts of annotation files by name. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Seconds for one series. */
  readonly limit: number;
  /** Bundle of `worker.ts`. */
  readonly entry: string | URL;
  /** Of this program. */
  readonly version: string;
  /** Stops after the plan is made. */
  readonly planOnly: boolean;
}

/** What a run did, and how long (milliseconds, over all workers). */
export interface Tally {
  readonly head: PlanHead;
  /** Series of the shard that had a result already. */
  readonly earlier: number;
  readonly reviewed: number;
  readonly patches: number;
  readonly withFindings: number;
  /** Series without a report. */
  readonly problems: number;
  readonly decoding: number;
  readonly reviewing: number;
  readonly seconds: number;
}

/** Megabytes for one worker. */
const heap = 1024;
/** Mails that one task scans. */
const lot = 200;
/** Lines that may wait for one that is slow. */
const ahead = 16;

/** Reviews the series of one shard that have no result yet. Throws UserError for bad input. */
export async function sweep(options: SweepOptions): Promise<Tally> {
  const began = performance.now();
  const { out, shard, since, tree, annotations, entry, jobs, limit } = options;
  const archives = await openArchives(options.paths);
  await mkdir(out, { recursive: true });
  const path = join(out, partName(shard));
  if (!options.resume && (await exists(path))) {
    throw new UserError(`${path} is there from an earlier run: --resume continues it, another --out begins anew`);
  }
  const pool = new Pool({ entry, jobs, limit, heap, setup: { archives, since, tree, annotations } });
  const stop = (): void => void pool.close();
  options.signal?.addEventListener('abort', stop);
  const tally = { earlier: 0, reviewed: 0, patches: 0, withFindings: 0, problems: 0, decoding: 0, reviewing: 0 };
  try {
    const head = (await planOf(out, archives, settingsOf(options))) ?? (await makePlan(options, archives, pool, tally));
    if (!options.planOnly) await reviewShard(options, head, path, pool, tally);
    return { head, ...tally, seconds: (performance.now() - began) / 1000 };
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

type Counts = { -readonly [key in keyof Omit<Tally, 'head' | 'seconds'>]: number };

/** The head of the plan that is there, if it is of the same input. */
async function planOf(
  out: string,
  archives: readonly Archive[],
  settings: PlanHead['settings'],
): Promise<PlanHead | null> {
  const head = await readHead(out);
  if (head === null) return null;
  if (JSON.stringify([head.archives, head.settings]) === JSON.stringify([archives, settings])) return head;
  throw new UserError(
    `${planPath(out)} is of other archives, of an earlier state of them, or of other options; take another --out`,
  );
}

function settingsOf({ version, since, tree, annotations }: SweepOptions): PlanHead['settings'] {
  const digest = createHash('sha256').update(JSON.stringify(annotations)).digest('hex');
  return { version, since, tree: tree === null ? null : resolve(tree), annotations: digest };
}

async function makePlan(
  options: SweepOptions,
  archives: readonly Archive[],
  pool: Pool,
  tally: Counts,
): Promise<PlanHead> {
  const { since, out, progress, signal } = options;
  const planner = new Planner();
  async function* tasks(): AsyncGenerator<Task & { kind: 'scan' }> {
    for (const [archive, one] of archives.entries()) {
      for await (const places of mailPlaces(one, lot)) yield { kind: 'scan', archive, places };
    }
  }
  let unread = 0;
  let failure: string | null = null;
  const scan = async (task: Task & { kind: 'scan' }): Promise<readonly MailRecord[]> => {
    const outcome = await pool.run(task);
    if ('done' in outcome) {
      tally.decoding += outcome.done.decoding;
      unread += outcome.done.unread;
      return outcome.done.records;
    }
    if (task.places.length <= 1 || signal?.aborted) {
      unread += task.places.length;
      failure = outcome.failure;
      return [];
    }
    // One mail that cannot be read costs no other.
    const middle = task.places.length >> 1;
    const halves = [task.places.slice(0, middle), task.places.slice(middle)];
    return (await Promise.all(halves.map((places) => scan({ ...task, places })))).flat();
  };
  const scanned = inOrder(tasks(), options.jobs * 2, async (task) => ({ task, records: await scan(task) }));
  for await (const { task, records } of scanned) {
    signal?.throwIfAborted();
    for (const record of records) planner.add(task.archive, record);
    progress?.('mails', planner.mails, planner.mails);
  }
  const series = planner.series(since);
  if (series.length === 0) {
    throw new UserError(`no patch found in the archives${failure === null ? '' : `; reading mails ${failure}`}`);
  }
  const head: PlanHead = {
    schema: 'rescuer-plan/1',
    archives,
    settings: settingsOf(options),
    mails: planner.mails,
    unread,
    series: series.length,
  };
  await writePlan(out, head, series);
  return head;
}

async function reviewShard(
  options: SweepOptions,
  head: PlanHead,
  path: string,
  pool: Pool,
  tally: Counts,
): Promise<void> {
  const { out, shard, jobs, progress, signal } = options;
  const part = await PartFile.open(path);
  const share = Math.round(head.series / shard.count);
  async function* open(): AsyncGenerator<PlannedSeries> {
    for await (const series of plannedSeries(out)) {
      if (shardOf(series.id, shard.count) !== shard.index) continue;
      if (part.done.has(series.id)) tally.earlier++;
      else yield series;
    }
  }
  const review = async (series: PlannedSeries): Promise<SweepLine> => {
    const outcome = await pool.run({ kind: 'review', series });
    if ('failure' in outcome) return lineWithout(series, outcome.failure);
    tally.decoding += outcome.done.decoding;
    tally.reviewing += outcome.done.reviewing;
    return outcome.done.line ?? lineWithout(series, 'failed: no result');
  };
  try {
    for await (const line of inOrder(open(), jobs * ahead, review)) {
      signal?.throwIfAborted();
      await part.append([line]);
      tally.reviewed++;
      tally.patches += line.report?.series?.patches.length ?? 0;
      if (line.problem !== null) tally.problems++;
      if (line.report?.findings.length) tally.withFindings++;
      progress?.('series', tally.earlier + tally.reviewed, share);
    }
  } finally {
    await part.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
