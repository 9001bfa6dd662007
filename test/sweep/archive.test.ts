import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Archive, ArchiveReader, mailPlaces, openArchives } from '../../server/series/archive.js';
import { readMails } from '../../server/series/mail.js';
import { listMails, mbox } from './mails.js';

const folder = mkdtempSync(join(tmpdir(), 'rescuer-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A repository with a commit for each mail in a file `m`, then one that deletes a mail, as public-inbox does it. */
function inbox(path: string): string {
  mkdirSync(path, { recursive: true });
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: path });
  git('init', '-q');
  for (const { text } of listMails) {
    writeFileSync(join(path, 'm'), text);
    git('add', 'm');
    git('commit', '-q', '-m', 'mail');
  }
  git('mv', 'm', 'd');
  git('commit', '-q', '-m', 'rm');
  return path;
}

async function idsIn(paths: readonly string[]): Promise<(string | null)[]> {
  const reader = new ArchiveReader();
  const ids: (string | null)[] = [];
  for (const archive of await openArchives(paths)) {
    for await (const places of mailPlaces(archive, 2)) {
      for await (const found of reader.read(archive, places)) {
        if (found.bytes) ids.push(...readMails({ name: '', bytes: found.bytes }).map(({ messageId }) => messageId));
      }
    }
  }
  await reader.close();
  return ids;
}

const all = listMails.map(({ id }) => id);

test('a repository with one mail in each commit is read in order; a deletion is no mail', async () => {
  expect(await idsIn([inbox(join(folder, 'repository'))])).toEqual(all);
});

test('the repositories of a public-inbox are read in the order of their numbers', async () => {
  inbox(join(folder, 'inbox/git/10.git'));
  inbox(join(folder, 'inbox/git/9.git'));
  expect((await openArchives([join(folder, 'inbox')])).map(({ path }) => path.slice(-6))).toEqual(['/9.git', '10.git']);
});

test('a mail is found again at the place that was given for it', async () => {
  const [archive] = await openArchives([join(folder, 'repository')]);
  const reader = new ArchiveReader();
  const text = async (one: Archive): Promise<string> => {
    for await (const first of reader.read(one, [`${one.state}~2:m`])) {
      for await (const again of reader.read(one, [first.place]))
        return new TextDecoder().decode(again.bytes ?? undefined);
    }
    return '';
  };
  expect(archive && (await text(archive))).toBe(listMails.at(-2)?.text);
  await reader.close();
});

test('an mbox that is larger than what is read at a time loses no mail', async () => {
  const path = join(folder, 'large.mbox');
  const long = {
    id: 'long@x',
    text: `From: a@example.org\nSubject: long\nMessage-Id: <long@x>\n\n${`${'x'.repeat(999)}\n`.repeat(6000)}`,
  };
  const mails = [...listMails, long, ...Array.from({ length: 300 }, () => listMails).flat()];
  writeFileSync(path, mbox(mails));
  const [archive] = await openArchives([path]);
  const lengths: number[] = [];
  for await (const places of archive ? mailPlaces(archive, 1000) : []) {
    for (const place of places) lengths.push(typeof place === 'string' ? 0 : place[1]);
  }
  expect(lengths).toEqual(mails.map((one) => mbox([one]).length));
});

test('a file that is no mbox is one mail', async () => {
  writeFileSync(join(folder, 'one.patch'), listMails[1]?.text ?? '');
  expect(await idsIn([join(folder, 'one.patch')])).toEqual(['1@x']);
});

test('what is missing or holds no mail is said in one line', async () => {
  mkdirSync(join(folder, 'empty'));
  await expect(openArchives([join(folder, 'nowhere')])).rejects.toThrow(/no such file/);
  await expect(openArchives([join(folder, 'empty')])).rejects.toThrow(/no mail archive/);
});
