import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { program } from './program.js';

/** The example without its cover letter, which git am takes for an empty patch. */
const patches = readFileSync('examples/drop-rescuer.mbox', 'utf8').replace(/^From [\s\S]*?(?=^From )/m, '');

/** A repository with the example tree as its one commit, and a hook that runs `rescuer hook`. */
class Repository {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rescuer-hook-'));
  readonly work = join(this.#folder, 'work');
  readonly patches = join(this.#folder, 'patches.mbox');

  constructor(hook: string, ...options: readonly string[]) {
    onTestFinished(() => rmSync(this.#folder, { recursive: true }));
    cpSync('examples/tree', this.work, { recursive: true });
    writeFileSync(this.patches, patches);
    this.git('init', '-q', '-b', 'main');
    this.git('add', '.');
    this.git('commit', '-q', '-m', 'tree');
    const command = `'${process.execPath}' '${program}' hook ${hook} ${options.join(' ')} "$@"`;
    mkdirSync(join(this.work, '.git/hooks'), { recursive: true });
    writeFileSync(join(this.work, '.git/hooks', hook), `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
  }

  git(...args: string[]): { readonly status: number | null; readonly said: string } {
    const who = { GIT_AUTHOR_NAME: 'Bo', GIT_AUTHOR_EMAIL: 'bo@example.org' };
    const committer = { GIT_COMMITTER_NAME: 'Bo', GIT_COMMITTER_EMAIL: 'bo@example.org' };
    const env = { ...process.env, ...who, ...committer, GIT_CONFIG_GLOBAL: '/dev/null', RESCUER_CACHE: '' };
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: this.work, env, encoding: 'utf8' });
    return { status, said: stdout + stderr };
  }

  commits(): number {
    return Number(this.git('rev-list', '--count', 'HEAD').said);
  }
}

/** The rules that a text names, in its order. */
const rulesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\[(rescuer-[\w-]+)\]/g)].map((match) => match[1] ?? '');
const both = ['rescuer-flag-dropped', 'rescuer-unguarded'];

test.each(['applypatch-msg', 'pre-applypatch', 'post-applypatch'])(
  '%s prints what git am applies, and lets it pass',
  (hook) => {
    const repository = new Repository(hook);
    const { status, said } = repository.git('am', repository.patches);
    expect(rulesIn(said)).toEqual(both);
    expect({ status, commits: repository.commits() }).toEqual({ status: 0, commits: 3 });
  },
);

test.each(['applypatch-msg', 'pre-applypatch'])('%s --block stops git am at the first patch with an error', (hook) => {
  const repository = new Repository(hook, '--block');
  const { status, said } = repository.git('am', repository.patches);
  expect(rulesIn(said)).toEqual(['rescuer-flag-dropped']);
  expect(status).not.toBe(0);
  expect(repository.commits()).toBe(1);
});

test('a hook that cannot review says so in one line and lets git go on, unless it is to block', () => {
  const broken = 'suppressions: [{rule: rescuer-missing}]\n';
  for (const [options, commits] of [
    [[], 3],
    [['--block'], 1],
  ] as const) {
    const repository = new Repository('pre-applypatch', ...options);
    writeFileSync(join(repository.work, 'broken.yaml'), broken);
    const hook = join(repository.work, '.git/hooks/pre-applypatch');
    writeFileSync(
      hook,
      `#!/bin/sh\nexec '${process.execPath}' '${program}' hook pre-applypatch ${options.join(' ')} --config broken.yaml\n`,
    );
    const { said } = repository.git('am', repository.patches);
    expect(said).toMatch(/^rescuer: (?:not reviewed: )?broken\.yaml:1:16: reason is missing/m);
    expect(repository.commits()).toBe(commits);
  }
});

test('pre-push prints what the remote side lacks', () => {
  const repository = new Repository('pre-push');
  repository.git('init', '-q', '--bare', '../remote.git');
  repository.git('remote', 'add', 'origin', '../remote.git');
  repository.git('-c', 'core.hooksPath=/dev/null', 'push', '-q', 'origin', 'main');
  repository.git('am', '-q', repository.patches);
  expect(rulesIn(repository.git('push', 'origin', 'main').said)).toEqual(both);
  repository.git('commit', '-q', '--allow-empty', '-m', 'nothing');
  repository.git('checkout', '-q', '-b', 'other', 'HEAD~1');
  expect(repository.git('push', 'origin', 'other').said).toMatch(/\[new branch\]/);
});

test('sendemail-validate reviews the mail that it is given', () => {
  const repository = new Repository('sendemail-validate', '--block');
  repository.git('am', '-q', repository.patches);
  repository.git('format-patch', '-q', '-2', '-o', 'out');
  const hook = join(repository.work, '.git/hooks/sendemail-validate');
  const validate = (name: string) => spawnSync(hook, [join('out', name)], { cwd: repository.work, encoding: 'utf8' });
  const { status, stdout } = validate('0002-veil-simplify-the-test-for-parked-bios.patch');
  expect({ status, rules: rulesIn(stdout) }).toEqual({ status: 1, rules: ['rescuer-unguarded'] });
});
