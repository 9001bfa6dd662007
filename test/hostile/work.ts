import { renderReports } from '../../server/review/formats/render.js';
import { reviewSeries } from '../../server/review/session.js';
import { hunksSource } from '../../server/series/hunks-source.js';
import { readSeries } from '../../server/series/read.js';

/** Does with a mail what `rescuer review` does: reads it, reviews what is in it and reports. Gives the characters of the reports. */
export async function reviewAll(mail: string): Promise<number> {
  const { series } = await readSeries([{ name: 'x.mbox', bytes: Buffer.from(mail, 'latin1') }]);
  let written = 0;
  for (const one of series) {
    const { report } = await reviewSeries({ series: one, source: hunksSource('test') });
    for (const format of ['text', 'json', 'markdown'] as const) {
      written += renderReports([report], { format, all: true, colour: false }).length;
    }
  }
  return written;
}
