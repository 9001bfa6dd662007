import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { reviewSeries } from '../../server/review/session.js';
import { seriesFromRange } from '../../server/series/range.js';
import { readSeries } from '../../server/series/read.js';
import { listRevisions } from '../../server/series/revisions.js';
import { openSource } from '../../server/series/sources.js';
import type { Series } from '../../server/series/types.js';
import { diffOf, documentOf, mailOf } from '../series/mails.js';

/** A repository that was made to attack whoever reads it, and beside it what is not to be reached. */
interface Attack {
  readonly top: string;
  readonly repository: string;
  /** Is written by every program that the repository names: it must stay away. */
  readonly trap: string;
  /** A command that springs the trap. */
  readonly program: string;
}

let attack: Attack;

const git = (root: string, ...args: string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

beforeEach(() => {
  const top = mkdtempSync(join(tmpdir(), 'rescuer-attack-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const repository = join(top, 'repository');
  const trap = join(top, 'sprung');
  const program = join(top, 'program');
  write(program, `#!/bin/sh\necho "$0 $@" >> '${trap}'\nexit 1\n`, 0o755);
  mkdirSync(repository);
  git(repository, 'init', '-q', '-b', 'main');
  write(join(repository, 'block/bio.c'), 'old\n');
  write(join(repository, 'drivers/md/dm.c'), 'struct bio_set a;\n');
  git(repository, 'add', '.');
  git(repository, 'commit', '-q', '-m', 'base');
  write(join(repository, 'block/bio.c'), 'new\n');
  git(repository, 'commit', '-q', '-a', '-m', 'change');
  attack = { top, repository, trap, program };
});

async function seriesIn(mail: string): Promise<Series> {
  const [series] = (await readSeries([documentOf(mail)])).series;
  if (!series) throw new Error('no series');
  return series;
}

/** Does with the repository all that Rescuer does with one. */
async function useAll({ repository }: Attack): Promise<void> {
  const mail = mailOf({ subject: '[PATCH] x', body: ['why', '---', ...diffOf('block/bio.c')] });
  const bare = await seriesIn(mail);
  const indexed = await seriesIn(mail.replace('--- a/block', 'index 0123456789ab..abcdef012345 100644\n--- a/block'));
  for (const series of [bare, indexed, { ...bare, baseCommit: '0123456789012345678901234567890123456789' }]) {
    const source = await openSource({ tree: repository, series, trusted: true });
    await reviewSeries({ series, source });
    await source.grep(['bio_set'], ['drivers', 'block']);
    await source.read('drivers/md/dm.c');
  }
  const { series } = await seriesFromRange(repository, 'HEAD~1..HEAD', {});
  expect(series[0]?.patches).toHaveLength(1);
  await listRevisions(repository, '');
  await listRevisions(repository, 'change');
}

/** Settings of a repository that name a program to run, with one that springs the trap and says for which of them. */
const settings = [
  'core.fsmonitor',
  'core.pager',
  'core.editor',
  'core.askPass',
  'core.sshCommand',
  'core.gitProxy',
  'core.alternateRefsCommand',
  'pager.grep',
  'sequence.editor',
  'diff.external',
  'diff.evil.command',
  'diff.evil.textconv',
  'filter.evil.smudge',
  'filter.evil.clean',
  'filter.evil.process',
  'merge.evil.driver',
  'gpg.program',
  'credential.helper',
  'uploadpack.packObjectsHook',
  ...['grep', 'rev-list', 'rev-parse', 'diff-tree', 'ls-tree', 'cat-file', 'for-each-ref'].map(
    (name) => `alias.${name}`,
  ),
];

const hooks = ['post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman', 'pre-auto-gc'];

test('nothing that the repository names is run', async () => {
  const { top, repository, program, trap } = attack;
  for (const setting of settings) {
    git(repository, 'config', setting, `${setting.startsWith('alias.') ? '!' : ''}${program} ${setting}`);
  }
  for (const hook of hooks) {
    for (const folder of [join(top, 'hooks'), join(repository, '.git/hooks')]) {
      write(join(folder, hook), `#!/bin/sh\nexec '${program}' ${hook}\n`, 0o755);
    }
  }
  write(join(repository, '.git/info/attributes'), '*.c diff=evil filter=evil merge=evil\n');
  write(join(top, 'included'), `[core]\n\tfsmonitor = ${program} included\n[diff]\n\texternal = ${program} included\n`);
  git(repository, 'config', 'include.path', join(top, 'included'));
  git(repository, 'config', 'core.hooksPath', join(top, 'hooks'));
  git(repository, 'config', 'log.showSignature', 'true');
  git(repository, 'config', 'gc.auto', '1');
  await useAll(attack);
  expect(sprung(trap)).toBe('');
  // The trap is a good one: who does not take care falls into it.
  await plainGit(repository, 'status');
  await plainGit(repository, 'diff', 'HEAD~1');
  expect(sprung(trap)).toMatch(/included/);
});

const sprung = (trap: string): string => (existsSync(trap) ? readFileSync(trap, 'utf8') : '');

/** git as a user would run it, who does not look at what it says. */
const plainGit = (root: string, ...args: string[]): Promise<unknown> =>
  promisify(execFile)('git', ['-C', root, ...args]).catch(() => null);

type Setting = readonly [key: string, value: string];

/** Where a repository that lacks objects has git fetch them, and what else it says about that. */
const remotes: readonly (readonly [string, (made: Attack) => readonly [string, ...Setting[]]])[] = [
  ['a program as upload-pack', (made) => [made.repository, ['remote.origin.uploadpack', made.program]]],
  ['a program as transport', (made) => [`ext::${made.program} %S`, ['protocol.ext.allow', 'always']]],
  [
    'another repository',
    (made) => [
      `file://${made.repository}`,
      ['protocol.file.allow', 'always'],
      ['remote.origin.uploadpack', made.program],
    ],
  ],
  [
    'a host',
    (made) => ['ssh://example.invalid/x', ['protocol.ssh.allow', 'always'], ['core.sshCommand', made.program]],
  ],
];

test.each(remotes)('what is missing is not fetched: %s', async (_, remote) => {
  const [url, ...config] = remote(attack);
  const { repository, trap } = attack;
  const blob = git(repository, 'rev-parse', 'HEAD:block/bio.c');
  for (const [key, value] of [
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.url', url],
    ['remote.origin.promisor', 'true'],
    ['protocol.allow', 'always'],
    ...config,
  ] as const) {
    git(repository, 'config', key, value);
  }
  rmSync(join(repository, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  const mail = mailOf({ subject: '[PATCH] x', body: ['why', '---', ...diffOf('block/bio.c')] });
  const series = await seriesIn(mail.replace('--- a/block', `index ${blob}..abcdef012345 100644\n--- a/block`));
  const source = await openSource({ tree: repository, series, trusted: true });
  await source.read('block/bio.c').catch(() => null);
  await source.grep(['bio_set'], ['drivers', 'block']).catch(() => null);
  await seriesFromRange(repository, 'HEAD~1..HEAD', {}).catch(() => null);
  expect(sprung(trap)).toBe('');
  await plainGit(repository, 'cat-file', 'blob', blob);
  expect(sprung(trap)).not.toBe('');
});

test('in a workspace that is not trusted git is not run at all', async () => {
  const { repository } = attack;
  // A repository that git would refuse outright.
  write(join(repository, '.git/config'), '[broken');
  const series = await seriesIn(mailOf({ subject: '[PATCH] x' }));
  const source = await openSource({ tree: repository, series, trusted: false });
  expect(source.kind).toBe('directory');
  expect(await source.read('block/bio.c')).toBe('new\n');
  expect(await source.read('.git/config')).toBeNull();
});

test.each([
  '--upload-pack=/bin/true',
  '--output=stolen',
  '-p',
  '--exec=/bin/true',
  'HEAD --output=x',
  'HEAD\n--output=x',
  '..',
])('%j is no revision', async (name) => {
  const series = await seriesIn(mailOf({ subject: '[PATCH] x' }));
  await expect(openSource({ tree: attack.repository, base: name, series, trusted: true })).rejects.toThrow(
    /is no revision|no commit '/,
  );
  await expect(seriesFromRange(attack.repository, `${name}..HEAD`, {})).rejects.toThrow(/./);
  await expect(seriesFromRange(attack.repository, `HEAD..${name}`, {})).rejects.toThrow(/./);
  expect(git(attack.repository, 'status', '--porcelain')).toBe('');
});

test('refs and files whose names look like options are only names', async () => {
  const { repository } = attack;
  write(join(repository, '--output=stolen'), 'struct bio_set b;\n');
  write(join(repository, '-O./program.c'), 'struct bio_set c;\n');
  git(repository, 'add', '-A');
  git(repository, 'commit', '-q', '-m', '--output=stolen');
  git(repository, 'update-ref', 'refs/heads/--upload-pack=x', 'HEAD');
  git(repository, 'update-ref', 'refs/tags/-n', 'HEAD');
  const body = ['why', '---', ...diffOf('-O./program.c'), ...diffOf('--output=stolen')];
  const series = await seriesIn(mailOf({ subject: '[PATCH] x', body }));
  const source = await openSource({ tree: repository, series, trusted: true });
  expect(await source.read('-O./program.c')).toBe('struct bio_set c;\n');
  expect(await source.read('--output=stolen')).toBe('struct bio_set b;\n');
  expect(await source.grep(['bio_set'], ['--output=stolen', '-O.'])).toEqual(['-O./program.c']);
  expect(await source.grep(['--output=stolen', '-e'], ['.'])).toEqual([]);
  const names = (await listRevisions(repository, 'upload-pack')).map(({ name }) => name);
  expect(names).toContain('--upload-pack=x');
  await expect(seriesFromRange(repository, '--upload-pack=x..HEAD', {})).rejects.toThrow('is no revision');
  expect(git(repository, 'status', '--porcelain')).toBe('');
});

test('links in the work tree and in commits lead nowhere', async () => {
  const { repository, top } = attack;
  write(join(top, 'secret.c'), 'SECRET bio_set\n');
  symlinkSync('../secret.c', join(repository, 'drivers/link.c'));
  symlinkSync(top, join(repository, 'drivers/up'));
  git(repository, 'add', '-A');
  git(repository, 'commit', '-q', '-m', 'links');
  const series = await seriesIn(mailOf({ subject: '[PATCH] x' }));
  for (const trusted of [true, false]) {
    const source = await openSource({ tree: repository, series, trusted });
    expect(await source.read('drivers/up/secret.c')).toBeNull();
    expect(await source.read('../secret.c')).toBeNull();
    expect((await source.read('drivers/link.c')) ?? '').not.toContain('SECRET');
    expect(await source.grep(['SECRET'], ['.', 'drivers', 'drivers/up', '../', '..'])).toEqual([]);
  }
});

test('a .git file that leads elsewhere is git’s affair, and what git says is one line', async () => {
  const { top } = attack;
  const odd = join(top, 'odd');
  write(join(odd, '.git'), 'gitdir: /nonexistent\n');
  const series = await seriesIn(mailOf({ subject: '[PATCH] x' }));
  const failure = await openSource({ tree: odd, series, trusted: true }).catch((error: Error) => error);
  expect(failure).toMatchObject({ name: 'UserError', message: expect.stringMatching(/^git rev-parse [^\n]*$/) });
});
