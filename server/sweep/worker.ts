import { parentPort, workerData } from 'node:worker_threads';
import { addAnnotations } from '../model/extract/library.js';
import { keepParsedOf } from '../review/parsed.js';
import { ArchiveReader } from '../series/archive.js';
import { readPlanned, reviewPlanned } from './review.js';
import { scanMail } from './scan.js';
import type { Done, MailRecord, Task, WorkerSetup } from './types.js';

/** The program of a worker thread: one task after the other, until it is ended. */
const setup = workerData as WorkerSetup;
const reader = new ArchiveReader();
addAnnotations(setup.annotations);
// What one series shows of a file is of no use to the next; of a tree, much is.
keepParsedOf(setup.tree === null ? 0 : 4_000_000);

async function work(task: Task): Promise<Done> {
  const begin = performance.now();
  if (task.kind === 'scan') {
    const archive = setup.archives[task.archive];
    const records: MailRecord[] = [];
    let unread = 0;
    if (archive !== undefined) {
      for await (const { place, bytes } of reader.read(archive, task.places)) {
        if (bytes === null) unread++;
        else records.push(...scanMail(place, bytes, setup.since));
      }
    }
    return { records, unread, line: null, decoding: performance.now() - begin, reviewing: 0 };
  }
  const series = await readPlanned(task.series, setup.archives, reader);
  const decoded = performance.now();
  const line = await reviewPlanned(task.series, series, setup.tree);
  return { records: [], unread: 0, line, decoding: decoded - begin, reviewing: performance.now() - decoded };
}

parentPort?.on('message', (task: Task) => {
  work(task).then(
    (done) => parentPort?.postMessage({ done }),
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage({ failure: `internal error, please report: ${reason.split('\n')[0]}` });
    },
  );
});
