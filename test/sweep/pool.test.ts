import { expect, test } from 'vitest';
import { inOrder } from '../../server/sweep/in-order.js';
import { Pool } from '../../server/sweep/pool.js';
import type { PlannedSeries, Task } from '../../server/sweep/types.js';

/** A worker that does what the subject says. */
const program = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ series }) => {
  const done = { records: [], unread: 0, line: { id: series.id }, decoding: 0, reviewing: 0 };
  if (series.subject === 'hang') for (;;);
  if (series.subject === 'grow') for (const all = []; ; ) all.push(new Array(1e6).fill({}));
  if (series.subject === 'die') process.exit(1);
  setTimeout(() => parentPort.postMessage({ done }), Number(series.subject));
});`;
const entry = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
const setup = { archives: [], since: null, tree: null, annotations: {} };

function task(subject: string): Task {
  const series: PlannedSeries = { id: subject, date: null, subject, author: '', version: 1, total: null, parts: [] };
  return { kind: 'review', series };
}

test('a task that hangs ends after its time', async () => {
  const pool = new Pool({ entry, jobs: 1, limit: 1, heap: 64, setup });
  const outcome = await pool.run(task('hang'));
  await pool.close();
  expect(outcome).toEqual({ failure: 'not done after 1 s' });
});

test('a task that dies or eats memory ends with a line that says so, and the next one runs', async () => {
  const pool = new Pool({ entry, jobs: 1, limit: 60, heap: 64, setup });
  const outcomes = await Promise.all(['grow', 'die', '1'].map((subject) => pool.run(task(subject))));
  await pool.close();
  expect(outcomes).toMatchObject([
    { failure: 'ran out of memory (64 MB)' },
    { failure: 'failed: its thread ended' },
    { done: { line: { id: '1' } } },
  ]);
});

test('closing ends what runs and what waits', async () => {
  const pool = new Pool({ entry, jobs: 1, limit: 60, heap: 64, setup });
  const running = Promise.all([pool.run(task('hang')), pool.run(task('1'))]);
  await pool.close();
  expect(await running).toEqual([{ failure: 'interrupted' }, { failure: 'interrupted' }]);
});

test('results come in the order of the items, with no more at a time than allowed', async () => {
  let running = 0;
  let most = 0;
  async function* items(): AsyncGenerator<number> {
    yield* [30, 1, 20, 2, 10, 3];
  }
  const results: number[] = [];
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, item));
    running--;
    return item;
  };
  for await (const result of inOrder(items(), 3, work)) results.push(result);
  expect({ results, most }).toEqual({ results: [30, 1, 20, 2, 10, 3], most: 3 });
});
