import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classify } from '../../server/series/classify.js';
import { readMails } from '../../server/series/mail.js';
import { splitMails } from '../../server/series/mbox.js';
import { readSeries } from '../../server/series/read.js';
import { documentOf } from './mails.js';

/** Lines that mean something to some stage of mail reading, between any others. */
const meaningful = fc.constantFrom(
  'From ada@example.org Mon Nov 20 10:00:00 2017',
  `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001`,
  '>From ada@example.org Mon Nov 20 10:00:00 2017',
  'From: =?utf-8?Q?=C3=85sa?= <a@b>, x:;',
  'Subject: [PATCH v2 1/3] x',
  'Subject: [PATCH 0/3] x',
  'Message-Id: <1@b>',
  'In-Reply-To: <2@b>',
  'Content-Type: multipart/mixed; boundary=sep',
  'Content-Type: multipart/alternative; boundary="sep"',
  'Content-Type: message/rfc822',
  'Content-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes',
  'Content-Type: text/plain; charset="iso-8859-15"',
  'Content-Type: application/x-patch; name*0="a.";name*1=patch',
  'Content-Transfer-Encoding: base64',
  'Content-Transfer-Encoding: quoted-printable',
  '--sep',
  '--sep--',
  '',
  ' folded ',
  '-- ',
  '---',
  '-- >8 --',
  'YWJjCmRlZgo=',
  'Y=WJ=',
  'soft =',
  '=E2=82=AC=0A=0D',
  'diff --git a/x b/x',
  '--- a/x',
  '+++ b/x',
  '@@ -1,2 +1,2 @@',
  '+added',
  'été',
  '\u00e9\u001b$B',
);
const anyLine = fc.oneof({ weight: 4, arbitrary: meaningful }, fc.string({ unit: 'binary', maxLength: 20 }));
const lineEnd = fc.constantFrom('\n', '\n', '\r\n');
const hostile = fc
  .tuple(fc.array(anyLine, { maxLength: 40 }), lineEnd)
  .map(([lines, end]) => new TextEncoder().encode(lines.join(end)));

test('no input makes reading throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, fc.uint8Array({ maxLength: 400 })), async (bytes) => {
      const { series } = await readSeries([{ name: 'x', bytes }]);
      for (const one of series) expect(one.patches.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('a body line that has a column stands exactly there in the document', () => {
  fc.assert(
    fc.property(hostile, (bytes) => {
      const shown = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\n');
      for (const mail of readMails({ name: 'x', bytes })) {
        for (const { text, line, column } of mail.body) {
          const there = shown[line - 1];
          expect(there).toBeDefined();
          if (column > 0) expect(there?.slice(column - 1, column - 1 + text.length)).toBe(text);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('mails written one after the other as mboxrd are split into the same mails', () => {
  const separator = 'From ada@example.org Mon Nov 20 10:00:00 2017';
  const bodyLine = fc.oneof(meaningful, fc.string({ unit: 'grapheme-ascii', maxLength: 20 }));
  fc.assert(
    fc.property(fc.array(fc.array(bodyLine, { maxLength: 12 }), { minLength: 1, maxLength: 5 }), (bodies) => {
      const escaped = (line: string) => (/^>*From /.test(line) ? `>${line}` : line);
      const text = bodies
        .map((body) => [separator, 'Subject: x', '', ...body.map(escaped), '', ''].join('\n'))
        .join('');
      const read = splitMails(text).map((mail) => mail.lines.slice(3, -1).map((line) => line.text));
      expect(read).toEqual(bodies);
    }),
    { numRuns: 200 },
  );
});

/** Each of these made a reader with a careless pattern or recursion take minutes or overflow its stack. */
const many = 20_000;
test.each([
  [
    'boundaries inside each other',
    Array.from({ length: 3000 }, (_, n) => `Content-Type: multipart/mixed; boundary=b\n\n--b${n % 2 ? '' : '\n'}`).join(
      '\n',
    ),
  ],
  ['very many parts', `Content-Type: multipart/mixed; boundary=b\nFrom: a\n\n${'--b\n\nx\n'.repeat(many)}`],
  ['forwards inside each other', 'From: a\nContent-Type: message/rfc822\n\n'.repeat(many / 10)],
  ['a header of blanks', `From: ${' '.repeat(many)}x\nSubject: ${'[ '.repeat(many)}\n\nbody\n`],
  ['brackets without end', `Subject: ${'['.repeat(many)}${']'.repeat(many)}\nReferences: ${'<'.repeat(many)}\n\n`],
  ['unclosed quotes', `Content-Type: text/plain${';a="\\'.repeat(many)}\nFrom: ${'"('.repeat(many)}\n\n`],
  ['encoded words', `Subject: ${'=?utf-8?Q?=41'.repeat(many)}\nFrom: a\n\n`],
  ['soft breaks', `From: a\nContent-Transfer-Encoding: quoted-printable\n\n${'= = =\n'.repeat(many)}`],
  ['padding', `From: a\nContent-Transfer-Encoding: base64\n\n${'Y=Y=Y=\n'.repeat(many)}`],
  ['flowed lines', `From: a\nContent-Type: text/plain; format=flowed\n\n${'x \n'.repeat(many)}`],
  ['separators', 'From a Mon Nov 20 10:00:00 2017\nSubject: [PATCH 1/2000] x\n\n'.repeat(many / 10)],
  [
    'lines like separators',
    `From a Mon Nov 20 10:00:00 2017\nSubject: x\n\n${'From a 1:1:1 1 Mon Nov\n'.repeat(many)}`,
  ],
  ['scissors', `Subject: x\n\n${'-- >8 --\n'.repeat(many)}`],
  ['pasted heads', `Subject: x\n\n${`From ${'a'.repeat(40)} \n\nFrom: x\n`.repeat(many)}`],
  ['tags', `Subject: x\n\n${'A: b\n'.repeat(many)}---\ndiff --git a/x b/x\n`],
])('time stays short: %s', async (_, text) => {
  const started = performance.now();
  await readSeries([documentOf(text)]);
  expect(performance.now() - started).toBeLessThan(3000);
});

test('a reply keeps no diff, however it quotes one', () => {
  fc.assert(
    fc.property(hostile, (bytes) => {
      for (const mail of readMails({ name: 'x', bytes })) {
        const { kind, files } = classify(mail);
        if (kind === 'reply' || kind === 'other') expect(files).toEqual([]);
      }
    }),
  );
});
