import { expect, test } from 'vitest';
import { classify } from '../../server/series/classify.js';
import { readMails } from '../../server/series/mail.js';
import { isScissors } from '../../server/series/message.js';
import { readTrailers } from '../../server/series/trailers.js';
import { type Draft, diffOf, documentOf, mailOf } from './mails.js';

function read(draft: Draft) {
  const [mail] = readMails(documentOf(mailOf(draft)));
  if (!mail) throw new Error('no mail');
  return classify(mail);
}
const kind = (draft: Draft) => read(draft).kind;
const diff = diffOf('block/bio.c');

test('a patch has a diff of its own', () => {
  expect(kind({ subject: '[PATCH] block: x' })).toBe('patch');
  expect(kind({ subject: 'block: x' })).toBe('patch');
  expect(kind({ subject: 'Fwd: [PATCH] block: x' })).toBe('patch');
  expect(kind({ subject: '[PATCH] block: x', body: ['forgot the diff'] })).toBe('other');
});

test('a reply is none, whether it quotes a diff or proposes one', () => {
  expect(kind({ subject: 'Re: [PATCH] block: x', body: diff.map((line) => `> ${line}`) })).toBe('reply');
  expect(kind({ subject: 'Re: [PATCH] block: x', body: ['how about this:', '', ...diff] })).toBe('reply');
  expect(kind({ subject: 'block: x', parent: 'a@b', body: ['> why', 'so'] })).toBe('reply');
});

test('below scissors with a subject of its own stands a patch, even in a reply', () => {
  const body = [
    'Try this.',
    '',
    '--- >8 ---',
    'From: Bob <bob@example.org>',
    'Subject: [PATCH] block: y',
    '',
    'why',
    '',
    '---',
    ...diff,
  ];
  const found = read({ subject: 'Re: [PATCH 2/3] block: x', body });
  expect(found.kind).toBe('patch');
  expect(found.subject).toMatchObject({ text: 'block: y', number: null });
  expect(found.message).toMatchObject({ author: 'Bob <bob@example.org>', message: 'why' });
});

test('so does a format-patch file pasted into a reply, but not the mail that is answered', () => {
  const pasted = (subject: string) => [
    'Try this.',
    '',
    'From: Bob <bob@example.org>',
    `Subject: ${subject}`,
    '',
    'why',
    '---',
    ...diff,
  ];
  const found = read({ subject: 'Re: [PATCH] block: x', body: pasted('[PATCH] block: y') });
  expect(found).toMatchObject({ kind: 'patch', subject: { text: 'block: y' }, message: { message: 'why' } });
  expect(kind({ subject: 'Re: [PATCH] block: x', body: pasted('[PATCH] block: x') })).toBe('reply');
  expect(kind({ subject: 'Re: [PATCH] block: x', body: pasted('Re: [PATCH] block: y') })).toBe('reply');
});

test('scissors around a quoted log stay in the message', () => {
  const body = ['log:', '-- 8< --', 'oops', '-- >8 --', 'end', '---', ...diff];
  expect(read({ subject: '[PATCH] x', body }).message.message).toBe('log:\n-- 8< --\noops\n-- >8 --\nend');
});

test('covers and pull requests', () => {
  expect(kind({ subject: '[PATCH 0/3] block: x', body: ['text'] })).toBe('cover');
  expect(kind({ subject: '[RFC v2 00/17] x', body: ['text'] })).toBe('cover');
  expect(kind({ subject: '[GIT PULL] block fixes', body: ['text'] })).toBe('pull-request');
  const request = ['The following changes since commit 1:', '', 'are available in the Git repository at:'];
  expect(kind({ subject: 'block fixes', body: request })).toBe('pull-request');
});

test('the in-body header wins, the number stays that of the mail', () => {
  const body = [
    '',
    'From: Bob <bob@example.org>',
    'Subject: block: a',
    ' longer one',
    'Date: Tue, 21 Nov 2017 10:00:00 +0000',
    '',
    'why',
    '---',
    ...diff,
  ];
  const found = read({ subject: '[patch 03/12] block: a', body });
  expect(found.subject).toMatchObject({ text: 'block: a longer one', number: 3, total: 12 });
  expect(found.message).toMatchObject({
    author: 'Bob <bob@example.org>',
    date: '2017-11-21T10:00:00Z',
    message: 'why',
  });
});

test('the message ends at ---, and at a diffstat that has no --- above it', () => {
  const stat = [' block/bio.c |    2 +-', ' 1 file changed, 1 insertion(+), 1 deletion(-)', ''];
  expect(read({ subject: 'x', body: ['why', '---', 'v2: note', ...stat, ...diff] }).message.message).toBe('why');
  expect(read({ subject: 'x', body: ['why', '', ...stat, ...diff] }).message.message).toBe('why');
});

test('scissors lines as git mailinfo measures them', () => {
  expect(['-- >8 --', '--- 8< --- cut here --- 8< ---', '---->8----'].map(isScissors)).toEqual([true, true, true]);
  expect(['->8-', 'a >8 b', '-----------', '- - - - >8 and a rather long remark'].map(isScissors)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('trailers: the last paragraph, those of tags above it, folded lines, notes in brackets', () => {
  const message =
    'Note: prose\nmore\n\nFixes: 1 ("x")\n\nReported-by: A <a@b>\n[ada: rebased]\nLink: http://example.org\n /long\nSigned-off-by: A <a@b>';
  expect(readTrailers(message).map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'Fixes: 1 ("x")',
    'Reported-by: A <a@b>',
    'Link: http://example.org /long',
    'Signed-off-by: A <a@b>',
  ]);
});

test('prose has no trailers', () => {
  expect(readTrailers('The rule is\nthis: do not')).toEqual([]);
});
