import { expect, test } from 'vitest';
import { readSeries } from '../../server/series/read.js';
import { Planner } from '../../server/sweep/plan.js';
import { scanMail } from '../../server/sweep/scan.js';
import type { PlannedSeries } from '../../server/sweep/types.js';
import { listMails, type TestMail } from './mails.js';

const bytesOf = ({ text }: TestMail): Uint8Array => new TextEncoder().encode(text);

function plan(mails: readonly TestMail[], since: string | null = null): PlannedSeries[] {
  const planner = new Planner();
  for (const [at, mail] of mails.entries()) {
    for (const record of scanMail(`${at}`, bytesOf(mail), since)) planner.add(0, record);
  }
  return planner.series(since);
}

test('series are those of a review, by the places of their mails', async () => {
  const planned = plan(listMails);
  const { series } = await readSeries(listMails.map((mail) => ({ name: mail.id, bytes: bytesOf(mail) })));
  const named = planned.map(({ subject, version, parts }) => [
    subject,
    version,
    parts.filter(({ number, place }) => number > 0 || place !== '0').map(({ place }) => listMails[Number(place)]?.id),
  ]);
  expect(named).toEqual(series.map((one) => [one.subject, one.version, one.patches.map(({ document }) => document)]));
});

test('a series is known by its first Message-ID', () => {
  expect(plan(listMails).map(({ id }) => id)).toEqual(['cover@x', 'single@x', 'late@x']);
});

test('a mail that came twice is taken once', () => {
  expect(plan([...listMails, ...listMails])).toEqual(plan(listMails));
});

test('since a day: earlier series are left out, and a series that has begun is not cut', () => {
  expect(plan(listMails, '2021-03-04T00:00:00Z').map(({ id }) => id)).toEqual(['single@x', 'late@x']);
  expect(plan(listMails, '2021-03-05T00:00:00Z').map(({ id }) => id)).toEqual(['late@x']);
});

test('what is kept of a mail holds neither its text nor its diff', () => {
  const [record] = scanMail('1', bytesOf(listMails[1] ?? { id: '', text: '' }), null);
  expect(JSON.stringify(record)).not.toMatch(/Why|ENOMEM/);
});
