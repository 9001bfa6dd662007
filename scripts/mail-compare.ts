/**
 * node scripts/run.mjs scripts/mail-compare.ts [--limit N] [--list N] DIR-OF-EML|MBOX…
 *
 * Compares how we read each mail with what `git mailinfo` makes of it: subject, author, date, message and patch text; and
 * whether we call it a patch when `git apply` finds a diff in it. Prints totals, and the first N (default 20)
 * differences of each kind.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Classified, classify } from '../server/series/classify.js';
import { readMails } from '../server/series/mail.js';

interface GitMail {
  readonly subject: string;
  readonly author: string;
  readonly date: string;
  readonly message: string;
  readonly patch: string;
  readonly hasDiff: boolean;
}

const { values, positionals } = parseArgs({
  options: { limit: { type: 'string', default: '100000' }, list: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const scratch = mkdtempSync(join(tmpdir(), 'mail-compare-'));
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** The mails of an mbox, split by git, or the files of a directory. */
function mailFiles(path: string): string[] {
  if (statSync(path).isDirectory()) {
    const names = readdirSync(path).sort();
    return names.map((name) => join(path, name));
  }
  const folder = mkdtempSync(join(scratch, 'split-'));
  execFileSync('git', ['mailsplit', '--mboxrd', `-o${folder}`, path], { stdio: 'ignore' });
  const files = readdirSync(folder).sort();
  const ours = readMails({ name: path, bytes: readFileSync(path) }).length;
  print(`${path}: git mailsplit finds ${files.length} mails, we find ${ours} with attached ones`);
  return files.map((name) => join(folder, name));
}

function readWithGit(bytes: Uint8Array): GitMail | null {
  const [messageFile, patchFile] = [join(scratch, 'message'), join(scratch, 'patch')];
  const info = spawnSync('git', ['mailinfo', '--encoding=UTF-8', messageFile, patchFile], { input: bytes });
  if (info.status !== 0) return null;
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(info.stdout.toString('utf8'))?.[1] ?? '';
  const patch = readFileSync(patchFile);
  return {
    subject: field('Subject'),
    author: `${field('Author')} <${field('Email')}>`,
    date: field('Date'),
    message: readFileSync(messageFile, 'utf8'),
    patch: patch.toString('utf8'),
    hasDiff: patch.length > 0 && spawnSync('git', ['apply', '--numstat', patchFile]).stdout.length > 0,
  };
}

/** Blanks at line ends and around the text do not count as differences. */
function lines(text: string): string {
  const trimmed = text.split('\n').map((line) => line.trimEnd());
  return trimmed.join('\n').trim();
}
const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

function firstDifference(ours: string, theirs: string): string {
  const [a, b] = [ours.split('\n'), theirs.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  const line = at < 0 ? a.length : at;
  return `line ${line + 1}: ours ${JSON.stringify(a[line])}, git ${JSON.stringify(b[line])}`;
}

function compare(ours: Classified, git: GitMail): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const check = (what: string, mine: string, theirs: string) => {
    if (mine !== theirs) found.set(what, firstDifference(mine, theirs));
  };
  const { message, subject } = ours;
  check('subject', words(subject.text), words(git.subject));
  check('author', words(message.author), words(git.author));
  check('date', String(Date.parse(message.date ?? '')), String(Date.parse(git.date)));
  check('message', lines(message.message), lines(git.message));
  check('patch text', lines(message.rest.map((line) => line.text).join('\n')), lines(git.patch));
  if (git.hasDiff && ours.kind !== 'patch') found.set(`diff, but we say ${ours.kind}`, ours.mail.subject);
  if (!git.hasDiff && ours.kind === 'patch') found.set('patch, but git finds no diff', ours.mail.subject);
  return found;
}

const files = positionals.flatMap(mailFiles).slice(0, Number(values.limit));
const differences = new Map<string, string[]>();
const kinds = new Map<string, number>();
let refused = 0;
let milliseconds = 0;
for (const name of files) {
  const bytes = readFileSync(name);
  const started = performance.now();
  const [mail] = readMails({ name, bytes });
  const ours = mail && classify(mail);
  milliseconds += performance.now() - started;
  const git = readWithGit(bytes);
  if (!ours || !git) {
    refused++;
    continue;
  }
  const row = `${ours.kind.padEnd(14)} ${git.hasDiff ? 'with' : 'no'} diff`;
  kinds.set(row, (kinds.get(row) ?? 0) + 1);
  for (const [what, detail] of compare(ours, git)) {
    differences.set(what, [...(differences.get(what) ?? []), `${name} [${ours.kind}] ${detail}`]);
  }
}
rmSync(scratch, { recursive: true });

print(`read      ${files.length} mails in ${Math.round(milliseconds)} ms; ${refused} that git mailinfo refuses`);
for (const [row, count] of [...kinds].sort()) print(`${String(count).padStart(8)}  ${row}`);
for (const [what, list] of [...differences].sort()) {
  const patches = list.filter((entry) => entry.includes('[patch]')).length;
  print(`\n${what}: ${list.length} differences, ${patches} of them in patches`);
  for (const entry of list.slice(0, Number(values.list))) print(`  ${entry}`);
}
