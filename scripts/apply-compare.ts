/**
 * node scripts/run.mjs scripts/apply-compare.ts [--queue] [--list N] TREE PATCH|MBOX|FOLDER…
 *
 * Applies each patch in memory and with `git apply` to the files of TREE (a git repository, at HEAD) and compares the
 * results byte for byte; where git refuses, with GNU patch. With --queue each patch that git applies changes the files
 * for the next one. Prints totals, and the first N (default 20) differences. The repository is only read.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { applyFile } from '../server/series/apply.js';
import { classify } from '../server/series/classify.js';
import { readMails } from '../server/series/mail.js';
import { isInsideTree } from '../server/series/paths.js';
import { decodeSource } from '../server/series/tree-text.js';
import type { FileDiff } from '../server/series/types.js';

/** Contents by path; null for a file that is not there. */
type Files = Map<string, Buffer | null>;

const { values, positionals } = parseArgs({
  options: { queue: { type: 'boolean', default: false }, list: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const [tree = '.', ...inputs] = positionals;
const scratch = mkdtempSync(join(tmpdir(), 'apply-compare-'));
const print = (line: string) => void process.stdout.write(`${line}\n`);
const totals = new Map<string, number>();
const listed: string[] = [];
const queued: Files = new Map();

function count(what: string, example?: string): void {
  totals.set(what, (totals.get(what) ?? 0) + 1);
  if (example !== undefined && listed.length < Number(values.list)) {
    listed.push(`${what}: ${example}`);
  }
}

/** Patch files below a folder (in the order of a `series` file), the mails of an mbox, or the file itself. */
function patchFiles(path: string): string[] {
  if (statSync(path).isDirectory()) {
    const series = join(path, 'series');
    const names = existsSync(series)
      ? readFileSync(series, 'utf8')
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '' && !line.startsWith('#'))
      : readdirSync(path).sort();
    return names.map((name) => join(path, name)).filter((file) => existsSync(file) && statSync(file).isFile());
  }
  if (!/^From /.test(readFileSync(path).subarray(0, 5).toString('latin1'))) {
    return [path];
  }
  const folder = mkdtempSync(join(scratch, 'split-'));
  execFileSync('git', ['mailsplit', '--mboxrd', `-o${folder}`, path], { stdio: 'ignore' });
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

function before(path: string): Buffer | null {
  const changed = queued.get(path);
  if (changed !== undefined) {
    return changed;
  }
  const shown = spawnSync('git', ['-C', tree, 'cat-file', 'blob', `HEAD:${path}`], { maxBuffer: 1 << 28 });
  return shown.status === 0 ? shown.stdout : null;
}

/** A fresh folder with the files in it; git and patch run there, away from any repository. */
function layFiles(files: Files): string {
  const folder = join(scratch, 'work');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [path, bytes] of files) {
    if (bytes !== null) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
  }
  return folder;
}

/** Runs a program that applies `patch` there; the files afterwards, or null when it refuses. */
function applyWith(program: string, args: readonly string[], files: Files, patch: Buffer): Files | null {
  const cwd = layFiles(files);
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: scratch };
  const { status } = spawnSync(program, args, { cwd, env, input: patch });
  const read = (path: string) => (existsSync(join(cwd, path)) ? readFileSync(join(cwd, path)) : null);
  return status === 0 ? new Map([...files.keys()].map((path) => [path, read(path)])) : null;
}

/** Our result, and whether a hunk needed fuzz; null when a file's part does not apply. */
function applyOurs(
  parts: readonly FileDiff[],
  files: Files,
): { texts: Map<string, string | null>; fuzz: boolean } | null {
  const texts = new Map<string, string | null>();
  for (const [path, bytes] of files) {
    texts.set(path, bytes === null ? null : decodeSource(bytes));
  }
  const originals = new Map(texts);
  let fuzz = false;
  for (const part of parts) {
    const from = part.oldPath ?? part.newPath ?? '';
    const moves = part.change === 'rename' || part.change === 'copy';
    const applied = applyFile((moves ? originals : texts).get(from) ?? null, part);
    if (!applied.ok) {
      return null;
    }
    fuzz ||= applied.hunks.some((hunk) => hunk.fuzz > 0);
    if (part.change === 'rename') {
      texts.set(from, null);
    }
    texts.set(part.newPath ?? from, applied.text);
  }
  return { texts, fuzz };
}

function difference(ours: ReadonlyMap<string, string | null>, theirs: Files): string | null {
  for (const [path, bytes] of theirs) {
    const text = ours.get(path) ?? null;
    if (bytes === null || text === null) {
      if (bytes !== null || text !== null) {
        return path;
      }
    } else if (!Buffer.from(text, 'utf8').equals(bytes)) {
      if (decodeSource(bytes) !== text) {
        return path;
      }
      count('files equal as text, not UTF-8 throughout');
    }
  }
  return null;
}

/** What git apply is given: the patch text of a mail in its transfer encoding undone, else the file as it is. */
function patchText(bytes: Buffer): Buffer {
  if (!/^Content-Transfer-Encoding:\s*(base64|quoted-printable)/im.test(bytes.toString('latin1'))) {
    return bytes;
  }
  const patch = join(scratch, 'patch');
  spawnSync('git', ['mailinfo', join(scratch, 'message'), patch], { input: bytes });
  return readFileSync(patch);
}

/** The paths that git sees in a patch, old and new. */
function pathsOfGit(patch: Buffer): Set<string> | null {
  const { status, stdout } = spawnSync('git', ['apply', '--numstat', '-z', '-'], { cwd: scratch, input: patch });
  return status === 0
    ? new Set(
        stdout
          .toString('utf8')
          .split('\0')
          .filter(Boolean)
          .map((entry) => entry.split('\t')[2] ?? entry),
      )
    : null;
}

function compare(file: string): void {
  const bytes = readFileSync(file);
  const patch = patchText(bytes);
  const seen = pathsOfGit(patch);
  const parts = readMails({ name: file, bytes }).flatMap((mail) => classify(mail).files);
  if (parts.length === 0) {
    const missed = seen !== null && seen.size > 0 && !/^Subject:\s*(re|aw|antw|fwd?):/im.test(bytes.toString('latin1'));
    count(missed ? 'a diff for git, none for us (no reply)' : 'no patch', missed ? file : undefined);
    return;
  }
  count('patches');
  const paths = new Set(parts.flatMap(({ oldPath, newPath }) => [oldPath, newPath].filter((path) => path !== null)));
  const unseen = [...(seen ?? [])].find((path) => !paths.has(path));
  if (unseen !== undefined) {
    count('a file for git, not for us', `${file}: ${unseen}`);
  }
  if (parts.some((part) => part.binary) || ![...paths].every(isInsideTree)) {
    count('binary or with unsafe paths: left out');
    return;
  }
  const files: Files = new Map([...paths].map((path) => [path, before(path)]));
  const ours = applyOurs(parts, files);
  const git = applyWith('git', ['apply', '--whitespace=nowarn', '-'], files, patch);
  if (git !== null) {
    judge('git apply', file, ours?.texts ?? null, git);
    for (const [path, content] of values.queue ? git : []) {
      queued.set(path, content);
    }
    return;
  }
  const options = ['-p1', '--batch', '--forward', '--fuzz=2', '--no-backup-if-mismatch', '--reject-file=-', '--silent'];
  const gnu = applyWith('patch', options, files, patch);
  if (gnu !== null) {
    judge('patch (git refuses)', file, ours?.texts ?? null, gnu);
  } else {
    count(
      ours === null ? 'refused by git, patch and us' : 'refused by git and patch, applied by us',
      ours === null ? undefined : file,
    );
  }
}

function judge(program: string, file: string, ours: ReadonlyMap<string, string | null> | null, theirs: Files): void {
  count(`applied by ${program}`);
  const different = ours === null ? 'we refuse' : difference(ours, theirs);
  if (different === null) {
    count(`applied by ${program}, ours is equal`);
  } else {
    count(`applied by ${program}, ours is NOT equal`, `${file}: ${different}`);
  }
}

for (const input of inputs) {
  for (const file of patchFiles(input)) {
    compare(file);
  }
}
rmSync(scratch, { recursive: true });
for (const [what, number] of [...totals].sort()) {
  print(`${String(number).padStart(7)}  ${what}`);
}
for (const line of listed) {
  print(line);
}
