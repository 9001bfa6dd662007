import { expect, test } from 'vitest';
import { openParser } from '../../server/c/parser.js';
import { reviewSeries } from '../../server/review/session.js';
import { hunksSource } from '../../server/series/hunks-source.js';
import { readSeries } from '../../server/series/read.js';
import { documentOf } from '../series/mails.js';
import { mailAdding } from './cases.js';

test('C that would cost the parser all its memory is left out, said so, and the next file is read', async () => {
  const text = `int bio_set;${'f('.repeat(1_000_000)}\n`;
  const { series } = await readSeries([documentOf(mailAdding('drivers/md/x.c', text))]);
  const [one] = series;
  if (!one) throw new Error('no series');
  const { report } = await reviewSeries({ series: one, source: hunksSource('test') });
  expect(report.coverage).toContain('Too large to be parsed: drivers/md/x.c.');
  const parser = await openParser();
  expect(parser.parse('x.c', 'int f(void) { return 0; }').functions).toHaveLength(1);
  parser.close();
});
