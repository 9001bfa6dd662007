import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeReply, type Remark, replyColumns, toMbox } from '../../server/review/reply.js';
import { readMails } from '../../server/series/mail.js';
import type { Mail } from '../../server/series/types.js';

const text = `From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
Message-Id: <2-ada@example.org>
In-Reply-To: <1-ada@example.org>
References: <0-ada@example.org> <1-ada@example.org>
From: Ada Example <ada@example.org>
To: dm-devel@example.org, "Bo, the Maintainer" <bo@example.org>
Cc: ada@example.org, =?UTF-8?Q?J=C3=B6rg?= <joerg@example.org>, Me <me@example.org>
Date: Mon, 20 Nov 2017 10:00:00 +0000
Subject: [PATCH 1/2] veil: do without the rescuer thread

Every veil device brings a thread.

Nobody has ever seen it
doing anything.

Signed-off-by: Ada Example <ada@example.org>
---
 veil.c | 2 +-

diff --git a/veil.c b/veil.c
index 8bec409..f3b3628 100644
--- a/veil.c
+++ b/veil.c
@@ -10,12 +10,12 @@ static int first(void)
 one
 two
 three
 four
 five
 six
 seven
 eight
-nine
+neun
 ten
 eleven
 twelve
@@ -90,3 +90,3 @@ static int second(void)
 alpha
-beta
+bravo
 gamma
--${' '}
2.39
`;

function read(source: string): Mail {
  const [mail] = readMails({ name: 'x.mbox', bytes: Buffer.from(source) });
  if (mail === undefined) throw new Error('no mail');
  return mail;
}

const lineOf = (wanted: string): number => text.split('\n').indexOf(wanted) + 1;
const on = (wanted: string, said: string): Remark => ({
  lines: { first: lineOf(wanted), last: lineOf(wanted) },
  text: said,
});
const bodyOf = (mail: string): string => mail.slice(mail.indexOf('\n\n') + 2);
const headerOf = (mail: string): string => mail.slice(0, mail.indexOf('\n\n'));

test('a reply goes to the author, the others in Cc, and continues the thread', () => {
  const mail = composeReply(read(text), [], { name: 'Me', email: 'me@example.org' });
  expect(headerOf(mail)).toBe(`From: Me <me@example.org>
To: Ada Example <ada@example.org>
Cc: dm-devel@example.org, "Bo, the Maintainer" <bo@example.org>,
 =?UTF-8?B?SsO2cmc=?= <joerg@example.org>
Subject: Re: [PATCH 1/2] veil: do without the rescuer thread
In-Reply-To: <2-ada@example.org>
References: <0-ada@example.org> <1-ada@example.org> <2-ada@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit`);
});

test('a remark stands below its line, under the hunk and some lines of context', () => {
  expect(bodyOf(composeReply(read(text), [on('-nine', 'Why in German?')], null))).toBe(
    `On Mon, Nov 20, 2017 at 10:00:00AM +0000, Ada Example wrote:
> diff --git a/veil.c b/veil.c
> --- a/veil.c
> +++ b/veil.c
> @@ -10,12 +10,12 @@ static int first(void)
>  three
>  four
>  five
>  six
>  seven
>  eight
> -nine

Why in German?
`,
  );
});

test('what lies between two remarks is left out and marked; the file is named once', () => {
  const mail = composeReply(read(text), [on('+bravo', 'And here?'), on('Nobody has ever seen it', 'I have.')], null);
  expect(bodyOf(mail)).toBe(
    `On Mon, Nov 20, 2017 at 10:00:00AM +0000, Ada Example wrote:
> Nobody has ever seen it

I have.

[...]
> diff --git a/veil.c b/veil.c
> --- a/veil.c
> +++ b/veil.c
> @@ -90,3 +90,3 @@ static int second(void)
>  alpha
> -beta
> +bravo

And here?
`,
  );
});

test('remarks on neighbouring lines share what is quoted', () => {
  const mail = composeReply(read(text), [on('-nine', 'First.'), on('+neun', 'Second.'), on('+neun', 'Third.')], null);
  expect(bodyOf(mail)).toMatch(/> -nine\n\nFirst\.\n\n> \+neun\n\nSecond\.\n\nThird\.\n$/);
});

test('a remark on the whole mail comes first', () => {
  const whole = { lines: null, text: 'Nice work.' };
  const mail = composeReply(read(text), [on('+neun', 'Why?'), whole], null);
  expect(bodyOf(mail)).toMatch(/wrote:\n\nNice work\.\n\n> diff/);
});

test('long lines of prose are broken, code and quotes are not', () => {
  const long = 'word '.repeat(30).trim();
  const said = `${long}\n\n- ${long}\n\n\t${long}\n> ${long}`;
  const lines = bodyOf(composeReply(read(text), [{ lines: null, text: said }], null)).split('\n');
  const kept = lines.filter((line) => line.length > replyColumns);
  expect(kept).toEqual([`\t${long}`, `> ${long}`]);
  expect(lines).toContain(`  ${'word '.repeat(14).trim()}`);
});

test('nothing is said that the reviewer did not say', () => {
  const mail = composeReply(read(text), [on('+neun', 'Why?')], { name: 'Me', email: 'me@example.org' });
  expect(mail).not.toMatch(/^(Reviewed|Acked|Tested|Signed-off)-by:/m);
});

test('nothing in a mail can begin a header field of the reply', () => {
  const hostile = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '\0', '"', '\\', '<', 'é', '\u2028', ':') });
  const known =
    /^(?:(?:From|To|Cc|Subject|In-Reply-To|References|MIME-Version|Content-Type|Content-Transfer-Encoding): | )/;
  fc.assert(
    fc.property(hostile, hostile, hostile, (name, email, subject) => {
      const mail = {
        ...read(text),
        subject,
        messageId: name,
        from: { name, email: `x${email}` },
        cc: [{ name, email }],
      };
      for (const line of headerOf(composeReply(mail, [], null)).split('\n')) expect(line).toMatch(known);
    }),
  );
});

test('names that are not ASCII come back as they were', () => {
  const name = 'Jörg Ærø, 作者 with a rather long name that takes more than one encoded word';
  const mail = { ...read(text), from: { name, email: 'j@example.org' }, subject: `[PATCH] ${name}` };
  const back = read(`${composeReply(mail, [], { name, email: 'j@example.org' })}`);
  expect(back.from).toEqual({ name, email: 'j@example.org' });
  expect(back.subject).toBe(`Re: [PATCH] ${name}`);
});

test('an mbox of replies is read as these mails', () => {
  const mail = composeReply(read(text), [{ lines: null, text: 'From here on it is wrong.\n>From there, too.' }], null);
  const back = readMails({ name: 'x.mbox', bytes: Buffer.from(toMbox([mail, mail])) });
  expect(back.map(({ inReplyTo }) => inReplyTo)).toEqual(['2-ada@example.org', '2-ada@example.org']);
  expect(toMbox([mail])).toContain('\n>From here on it is wrong.\n>>From there, too.\n');
});
