import { reviewSeries } from '../review/session.js';
import type { Archive, ArchiveReader } from '../series/archive.js';
import { seriesOf } from '../series/assemble.js';
import { classify } from '../series/classify.js';
import type { Entry } from '../series/group.js';
import { readMails } from '../series/mail.js';
import { openSource } from '../series/sources.js';
import type { Series } from '../series/types.js';
import { UserError } from '../text.js';
import type { PlannedSeries, SweepLine } from './types.js';

/** A result without a report. */
export function lineWithout({ id, date, subject, author, version }: PlannedSeries, problem: string): SweepLine {
  const head = { schema: 'rescuer-sweep/1', id, date, subject, author, version } as const;
  return { ...head, missing: [], files: [], problem, report: null };
}

/** Reads the mails of a planned series again; null if they are gone. Its documents are named by Message-IDs. */
export async function readPlanned(
  planned: PlannedSeries,
  archives: readonly Archive[],
  reader: ArchiveReader,
): Promise<Series | null> {
  const slots = new Map<number, Entry>();
  for (const { number, archive, place, nth } of planned.parts) {
    const from = archives[archive];
    if (from === undefined) return null;
    for await (const { bytes } of reader.read(from, [place])) {
      const mail = bytes && readMails({ name: '', bytes })[nth];
      if (!mail) return null;
      const named = { ...mail, document: mail.messageId ?? planned.id };
      slots.set(number, {
        ...classify(named),
        document: { name: named.document, bytes },
        order: slots.size,
        run: 0,
      });
    }
  }
  const { version, total } = planned;
  const series = seriesOf({ slots, version, total, thread: '', replaced: [] });
  return series && { ...series, subject: planned.subject || series.subject };
}

/** Reviews one series, against `tree` or from its hunks alone. Rejects only when the program is wrong. */
export async function reviewPlanned(
  planned: PlannedSeries,
  series: Series | null,
  tree: string | null,
): Promise<SweepLine> {
  if (series === null) return lineWithout(planned, 'its mails are not in the archive any more');
  try {
    const source = await openSource({ series, trusted: true, ...(tree === null ? {} : { tree }) });
    const { report } = await reviewSeries({ series, source });
    const paths = series.patches.flatMap(({ files }) => files.flatMap(({ oldPath, newPath }) => [oldPath, newPath]));
    return {
      ...lineWithout(planned, ''),
      missing: series.missing,
      files: [...new Set(paths.filter((path) => path !== null))].sort(),
      problem: null,
      report,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return lineWithout(planned, error.message);
  }
}
