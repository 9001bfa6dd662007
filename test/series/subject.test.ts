import { expect, test } from 'vitest';
import { parseSubject, splitTrailingVersion } from '../../server/series/subject.js';

test.each([
  ['[PATCH] dm: x', 1, null, null],
  ['[PATCH RFC v3 2/7] dm: x', 3, 2, 7],
  ['[PATCH v2 -next 03/10] dm: x', 2, 3, 10],
  ['[dm-devel] [PATCH 1/2] dm: x', 1, 1, 2],
  ['[RFC][PATCH] dm: x', 1, null, null],
  ['[RFC][PATCH][1/3] dm: x', 1, 1, 3],
  ['[PATCH 2/7 v3] dm: x', 3, 2, 7],
  ['[patch 03/12] dm: x', 1, 3, 12],
  ['[PATCHv2 1/2] dm: x', 2, 1, 2],
  ['[PATCH V4 0/6] dm: x', 4, 0, 6],
  ['[PATCH-v5 1/1] dm: x', 5, 1, 1],
  ['[PATCH 1 of 3] dm: x', 1, 1, 3],
  ['[PATCH 1/n] dm: x', 1, 1, null],
  ['[PATCH 4.14 023/107] dm: x', 1, 23, 107],
  ['[PATCH v4.14 1/2] dm: x', 1, 1, 2],
  ['[PATCH AUTOSEL 5.15 51/51] dm: x', 1, 51, 51],
  ['[PATCH/RFC take 2 1/3] dm: x', 2, 1, 3],
  ['PATCH v2 1/3: dm: x', 2, 1, 3],
])('%s', (subject, version, number, total) => {
  const parts = parseSubject(subject);
  expect(parts).toMatchObject({
    patch: !subject.includes('PULL'),
    reply: false,
    text: 'dm: x',
    version,
    number,
    total,
  });
});

test('replies in several languages, below list tags or not; a forward is none', () => {
  for (const subject of ['Re: [PATCH] x', 'AW: [PATCH] x', '[dm-devel] RE: [PATCH] x', 'Re[2]: x', 'Fwd: Re: x']) {
    expect(parseSubject(subject)).toMatchObject({ reply: true, text: 'x' });
  }
  expect(parseSubject('Fwd: [PATCH] x')).toMatchObject({ reply: false, patch: true, text: 'x' });
  expect(parseSubject('Regression: x')).toMatchObject({ reply: false, text: 'Regression: x' });
});

test('RFC, RESEND and GIT PULL are told; patchwork is no PATCH', () => {
  expect(parseSubject('[RFC PATCH RESEND] x')).toMatchObject({ rfc: true, resend: true, pull: false });
  expect(parseSubject('[GIT PULL] x')).toMatchObject({ pull: true, patch: false });
  expect(parseSubject('[patchwork] x')).toMatchObject({ patch: false });
});

test('a number no series can have is none', () => {
  expect(parseSubject('[PATCH 1/9999] x')).toMatchObject({ number: null, total: null });
  expect(parseSubject('[PATCH 2017/11/20] x')).toMatchObject({ number: null });
});

test('a version at the end of a cover letter', () => {
  expect(splitTrailingVersion('make it safe v3')).toEqual({ text: 'make it safe', version: 3 });
  expect(splitTrailingVersion('add the v4l driver')).toEqual({ text: 'add the v4l driver', version: 1 });
});
