import { expect, test } from 'vitest';
import { readDate } from '../../server/series/date.js';
import { readMails } from '../../server/series/mail.js';

const read = (...lines: string[]) => readBytes(new TextEncoder().encode(`${lines.join('\n')}\n`));
const readBytes = (bytes: Uint8Array) => readMails({ name: 'test.mbox', bytes });
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const head = ['From: Ada Example <ada@example.org>', 'Subject: [PATCH] x'];
const body = (...lines: string[]) => read(...head, ...lines)[0]?.body;

test('header fields are unfolded and decoded', () => {
  const [mail] = read(
    'From: =?utf-8?B?w4VzYSDDlg==?= <asa@example.org>',
    'To: =?utf-8?Q?Doe=2C_J=C3=B6?= <jo@example.org>',
    'Subject: [PATCH] a long',
    '\tsubject =?iso-8859-1?Q?=E9t=E9?=',
    'Date: Mon, 20 Nov 2017 10:00:00 +0100',
    'Message-Id: <1@example.org>',
    'In-Reply-To: <0@example.org> (note)',
    'References: <a@b>',
    ' <c@d>',
    '',
    'text',
  );
  expect(mail).toEqual({
    document: 'test.mbox',
    line: 1,
    endLine: 11,
    messageId: '1@example.org',
    inReplyTo: '0@example.org',
    references: ['a@b', 'c@d'],
    subject: '[PATCH] a long subject été',
    from: { name: 'Åsa Ö', email: 'asa@example.org' },
    to: [{ name: 'Doe, Jö', email: 'jo@example.org' }],
    cc: [],
    date: '2017-11-20T09:00:00Z',
    body: [{ text: 'text', line: 11, column: 1 }],
  });
});

test('a plain diff is a mail without header', () => {
  const [mail] = read('--- a/x.c', '+++ b/x.c', '@@ -1 +1 @@');
  expect(mail).toMatchObject({ subject: '', messageId: null, from: { name: '', email: '' } });
  expect(mail?.body[0]).toEqual({ text: '--- a/x.c', line: 1, column: 1 });
});

test('an Index: line is no header field', () => {
  expect(read('Index: x.c', '=====', '--- x.c')[0]?.body).toHaveLength(3);
});

test("Debian's DEP-3 header gives author and subject", () => {
  const [mail] = read('Description: fix the thing', ' at length', 'Author: Ada <ada@example.org>', '', 'Index: x.c');
  expect(mail).toMatchObject({
    subject: 'fix the thing',
    from: { name: 'Ada' },
    body: [{ text: 'Index: x.c', line: 5 }],
  });
});

test('quoted-printable: escaped and joined lines keep their first line, plain ones their column', () => {
  expect(body('Content-Transfer-Encoding: quoted-printable', '', 'plain', '=3D a', 'long=', ' line', 'end')).toEqual([
    { text: 'plain', line: 5, column: 1 },
    { text: '= a', line: 6, column: 0 },
    { text: 'long line', line: 7, column: 0 },
    { text: 'end', line: 9, column: 1 },
  ]);
});

test('base64: each line knows the encoded line it begins on; CRLF of the encoder goes, footers are ignored', () => {
  const encoded = btoa('first line\r\nsecond line\r\nthird\r\n');
  const lines = body(
    'Content-Transfer-Encoding: base64',
    '',
    encoded.slice(0, 20),
    encoded.slice(20),
    '-- a footer --',
  );
  expect(lines).toEqual([
    { text: 'first line', line: 5, column: 0 },
    { text: 'second line', line: 5, column: 0 },
    { text: 'third', line: 6, column: 0 },
  ]);
});

test('charsets: declared, guessed, unknown and wide', () => {
  const eightBit = (type: string, text: string) =>
    readBytes(latin1(`Subject: x\nContent-Type: text/plain; charset=${type}\n\n${text}\n`))[0]?.body[0]?.text;
  expect(eightBit('iso-8859-2', '\u00b1')).toBe('ą');
  expect(eightBit('utf-8', '\u00c3\u00a9')).toBe('é');
  expect(eightBit('utf-8', '\u00e9')).toBe('é');
  expect(eightBit('no-such-charset', '\u00e9')).toBe('é');
  expect(eightBit('"iso-2022-jp"', '\u001b$B$"\u001b(B')).toBe('あ');
  const wide = btoa('a\0b\0\n\0c\0');
  const part = ['Content-Type: text/plain; charset=utf-16le', 'Content-Transfer-Encoding: base64', '', wide];
  expect(body(...part)?.map((line) => line.text)).toEqual(['ab', 'c']);
});

test('a line that the document does not show as it reads has no column', () => {
  const [mail] = readBytes(latin1('Subject: x\nContent-Type: text/plain; charset=iso-8859-2\n\n\u00b1\nplain\n'));
  expect(mail?.body.map((line) => line.column)).toEqual([0, 1]);
});

test('format=flowed as git mailinfo reads it', () => {
  const flowed = (delsp: string) =>
    body(
      `Content-Type: text/plain; charset=utf-8; format=flowed${delsp}`,
      '',
      'a soft ',
      'break',
      '  stuffed',
      '-- ',
      'x',
    );
  expect(flowed('')).toEqual([
    { text: 'a soft break', line: 5, column: 0 },
    { text: ' stuffed', line: 7, column: 2 },
    { text: '-- ', line: 8, column: 1 },
    { text: 'x', line: 9, column: 1 },
  ]);
  expect(flowed('; delsp=yes')?.[0]?.text).toBe('a softbreak');
});

const multipart = (kind: string, ...parts: string[][]) => [
  ...head,
  `Content-Type: multipart/${kind}; boundary="sep"`,
  '',
  'preamble',
  ...parts.flatMap((part) => ['--sep', ...part]),
  '--sep--',
  'epilogue',
];
const texts = (lines: string[]) => read(...lines)[0]?.body.map((line) => line.text);

test('of alternatives the plain text is read, of mixed parts all text', () => {
  const plain = ['Content-Type: text/plain', '', 'plain'];
  const html = ['Content-Type: text/html', '', '<b>'];
  expect(texts(multipart('alternative', html, plain))).toEqual(['plain']);
  expect(texts(multipart('mixed', plain, html, ['', 'more']))).toEqual(['plain', 'more']);
});

test('attached diffs count by type or name, other files do not', () => {
  const attachment = (type: string, name: string) => [`Content-Type: ${type}; name="${name}"`, '', name];
  const parts = [
    attachment('text/x-patch', 'a.patch'),
    attachment('application/octet-stream', 'b.diff'),
    attachment('application/octet-stream', 'core'),
    attachment('image/png', 'c.png'),
  ];
  expect(texts(multipart('mixed', ...parts))).toEqual(['a.patch', 'b.diff']);
});

test('the text of a mail that Mailman relabelled as nameless octets is read', () => {
  const part = ['Content-Type: application/octet-stream; x-default=true', '', 'text'];
  expect(texts(multipart('mixed', part))).toEqual(['text']);
});

test('attached mails and format-patch files are mails of their own, at their own lines', () => {
  const forwarded = ['Content-Type: message/rfc822', '', 'From: Bob <bob@example.org>', 'Subject: inner', '', 'deep'];
  const patch = [
    'Content-Type: text/x-patch; name=0001.patch',
    '',
    'From: Cat <c@d>',
    'Subject: [PATCH] y',
    '',
    'diff',
  ];
  const mails = read(...multipart('mixed', ['', 'outer'], forwarded, patch));
  expect(mails.map(({ subject, line, body: [first] }) => [subject, line, first])).toEqual([
    ['[PATCH] x', 1, { text: 'outer', line: 8, column: 1 }],
    ['inner', 12, { text: 'deep', line: 15, column: 1 }],
    ['[PATCH] y', 19, { text: 'diff', line: 22, column: 1 }],
  ]);
});

test('dates: zones, comments, missing weekdays, two-digit years, ISO, and nonsense', () => {
  expect(readDate('20 Nov 17 10:00 EST')).toBe('2017-11-20T15:00:00Z');
  expect(readDate('Mon, 20 Nov 2017 10:00:05 -0530 (IST)')).toBe('2017-11-20T15:30:05Z');
  expect(readDate('Mon Nov 20 10:00:00 2017 +0100')).toBe('2017-11-20T09:00:00Z');
  expect(readDate('2017-11-20 10:00:00 +0100')).toBe('2017-11-20T09:00:00Z');
  expect(readDate('Mon, 99 Foo 2017 10:00:00')).toBeNull();
  expect(readDate('yesterday')).toBeNull();
});
