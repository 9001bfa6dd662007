import { expect, test } from 'vitest';
import { splitMails } from '../../server/series/mbox.js';

const separator = 'From ada@example.org Mon Nov 20 10:00:00 2017';
const mail = (subject: string, ...body: string[]) => [separator, `Subject: ${subject}`, '', ...body, ''].join('\n');

test('an mbox is split at its From lines, and each mail knows its lines', () => {
  const mails = splitMails(`${mail('one', 'a', '')}${mail('two', 'b')}`);
  expect(mails.map(({ line, endLine }) => [line, endLine])).toEqual([
    [1, 5],
    [6, 9],
  ]);
});

test('prose that begins with From is no separator', () => {
  expect(splitMails(mail('one', '', 'From here on: nothing works', 'From: me', ''))).toHaveLength(1);
});

test('a separator needs a header below it', () => {
  expect(splitMails(mail('one', '', `${separator}`, 'is what the mbox said', ''))).toHaveLength(1);
});

test('a format-patch file that is attached unescaped stays in its mail', () => {
  const attached = `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Ada <a@b>\nSubject: [PATCH] x\n`;
  const text = mail('one', '--sep', 'Content-Type: text/x-patch', '', attached);
  expect(splitMails(text)).toHaveLength(1);
});

test('a document that begins with a header field is one mail, whatever separators it quotes', () => {
  expect(splitMails(`Subject: one\n\n${mail('two', 'b')}`)).toHaveLength(1);
});

test('git mailsplit and b4 separators are known', () => {
  for (const line of ['From mboxrd@z Thu Jan  1 00:00:00 1970', 'From git@z Thu Jan  1 00:00:00 1970']) {
    expect(splitMails(`${line}\nSubject: a\n\n${line}\nSubject: b\n\n`)).toHaveLength(2);
  }
});

test('mboxrd takes one > off, and the column says so', () => {
  const [only] = splitMails(mail('one', '>From here', '>>From there', '> From a quote'));
  expect(only?.lines.slice(3)).toEqual([
    { text: 'From here', line: 4, column: 2 },
    { text: '>From there', line: 5, column: 2 },
    { text: '> From a quote', line: 6, column: 1 },
  ]);
});

test('a CRLF document loses its CRs, a CRLF file patched in an LF mail keeps them', () => {
  const [dos] = splitMails('Subject: x\r\n\r\n+a\r\n');
  expect(dos?.lines.map((line) => line.text)).toEqual(['Subject: x', '', '+a']);
  const [unix] = splitMails('Subject: x\n\n+a\r\n');
  expect(unix?.lines.at(-1)?.text).toBe('+a\r');
});

test('an empty document has no mail', () => {
  expect(splitMails('')).toEqual([]);
});
