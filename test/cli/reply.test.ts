import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readMails } from '../../server/series/mail.js';
import { rescuer } from './capture.js';

const example = 'examples/drop-rescuer.mbox';
const tree = ['--tree', 'examples/tree'];
const mailsOf = (text: string) => readMails({ name: 'out', bytes: Buffer.from(text) });

test('each patch with a finding and the cover letter get a reply in their thread', async () => {
  const { code, out } = await rescuer(['reply', example, ...tree]);
  expect(code).toBe(0);
  const originals = readMails({ name: example, bytes: readFileSync(example) });
  const replies = mailsOf(out);
  expect(replies.map(({ subject }) => subject)).toEqual(originals.map(({ subject }) => `Re: ${subject}`));
  expect(replies.map(({ inReplyTo }) => inReplyTo)).toEqual(originals.map(({ messageId }) => messageId));
});

test('a finding stands below the quoted line that it is about', async () => {
  const { out } = await rescuer(['reply', example, ...tree]);
  const body = mailsOf(out)[1]?.body.map(({ text }) => text) ?? [];
  const at = body.findLastIndex((line) => line.startsWith('> '));
  expect(body[at]).toBe('> -\t\t\t\t BIOSET_NEED_RESCUER);');
  expect(body.slice(at + 1).join(' ')).toContain('[rescuer-flag-dropped]');
});

test('the cover letter gets the findings by patch and what was not covered', async () => {
  const { out } = await rescuer(['reply', example]);
  const text = mailsOf(out)[0]
    ?.body.map((line) => line.text)
    .join('\n');
  expect(text).toMatch(/^This series was reviewed by a program, Rescuer, from its hunks alone/m);
  expect(text).toMatch(/^ {2}1\/2 .*: 1 warning$/m);
  expect(text).toMatch(/^Not covered:$/m);
});

test('no reply carries a tag or is signed, and it has a sender only if one is given', async () => {
  const { out } = await rescuer(['reply', example, ...tree]);
  expect(out).not.toMatch(/^(?:\w+-by|From): /m);
  const { out: named } = await rescuer(['reply', example, ...tree, '--from', 'Bo Example <bo@example.org>']);
  expect(mailsOf(named).map(({ from }) => from.email)).toEqual(Array(3).fill('bo@example.org'));
});

test('--out writes a file for each mail and prints their names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-reply-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { out } = await rescuer(['reply', example, ...tree, '--out', join(folder, 'mails')]);
  const names = readdirSync(join(folder, 'mails')).sort();
  expect(out.trim().split('\n')).toEqual(names.map((name) => join(folder, 'mails', name)));
  expect(names.map((name) => name.slice(0, 8))).toEqual(['0000-re-', '0001-re-', '0002-re-']);
});

test('without findings there is no mail', async () => {
  const clean = readFileSync(example, 'utf8').replace(/^[-+]\t.*rescue.*$/gim, ' ');
  const { code, out, err } = await rescuer(['reply', '-', '--no-config'], clean);
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err).toContain('no findings, so there is nothing to reply');
});

test('a sender without an address is bad usage', async () => {
  const { code, err } = await rescuer(['reply', example, '--from', 'Bo']);
  expect({ code, err }).toEqual({ code: 2, err: 'rescuer: --from Bo: expected Name <address>\n' });
});
