import { expect, test } from 'vitest';
import { renderReports } from '../../server/review/formats/render.js';
import { hiddenTextRule } from '../../server/review/rules/hidden-text.js';
import { reviewSeries } from '../../server/review/session.js';
import { hunksSource } from '../../server/series/hunks-source.js';
import { readSeries } from '../../server/series/read.js';
import { documentOf, mailOf } from '../series/mails.js';
import { check, places } from './states.js';

test.each([
  ['int a; /* \u202e */', '\u202e', 'U+202E (right-to-left override)'],
  ['int a\u200b;', '\u200b', 'U+200B (zero width space)'],
  ['int a; // \u2066x\u2069\u2066', '\u2066x\u2069\u2066', 'U+2066 (first', 'U+2066 (left-to-right isolate), U+2069'],
  ['char *a = "\u3164";', '\u3164', 'U+3164 (Hangul filler)'],
  ['int a;\u001b[2K', '\u001b', 'U+001B (control character)'],
])('%j hides something', (code, where, what, other = what) => {
  const [found] = check(hiddenTextRule, code);
  expect(found?.text).toBe(where);
  expect(found?.finding.message).toContain(other);
});

test.each(['int a; /* naïve, Ångström, 日本 → ok */\n', 'int a;\r\n\f\tint b;'])('%j hides nothing', (code) => {
  expect(places(hiddenTextRule, code)).toEqual([]);
});

test('a patch that hides code is told of at its line, in a file that has nothing to do with bios', async () => {
  const body = ['why', '---', '--- a/lib/x.c', '+++ b/lib/x.c', '@@ -1,2 +1,3 @@', ' int f(void)', ' {'];
  const mail = mailOf({ subject: '[PATCH] x', body: [...body, '+\treturn 0; /* \u202e } \u2066if (a)\u2069 */'] });
  const [series] = (await readSeries([documentOf(mail)])).series;
  if (!series) throw new Error('no series');
  const { report } = await reviewSeries({ series, source: hunksSource('test') });
  expect(report.findings).toMatchObject([{ rule: 'hidden-text', level: 'warning', status: 'introduced', patch: 1 }]);
  const text = renderReports([report], { format: 'text', all: false, colour: false });
  expect(text).toContain('return 0; /* \ufffd } \ufffdif (a)\ufffd */');
});
