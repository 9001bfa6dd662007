import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { program } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'rescuer-mail-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: string, ...args: string[]) =>
  spawnSync(command, args, {
    cwd: folder,
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: 'Bo',
      GIT_AUTHOR_EMAIL: 'bo@example.org',
      GIT_COMMITTER_NAME: 'Bo',
      GIT_COMMITTER_EMAIL: 'bo@example.org',
      GIT_CONFIG_GLOBAL: '/dev/null',
      HOME: folder,
      RESCUER_CACHE: '',
    },
  });
test('git send-email takes the mails and keeps their thread', () => {
  const series = [resolve('examples/drop-rescuer.mbox'), '--tree', resolve('examples/tree')];
  expect(run(process.execPath, program, 'reply', ...series, '--out', 'mails').status).toBe(0);
  const files = readdirSync(join(folder, 'mails')).map((name) => join('mails', name));
  const options = [
    '--dry-run',
    '--confirm=never',
    '--suppress-cc=all',
    '--from=bo@example.org',
    '--to=list@example.org',
  ];
  const { status, stdout } = run('git', 'send-email', ...options, ...files);
  expect(status).toBe(0);
  expect(stdout.match(/^Subject: .*/gm)).toEqual([
    'Subject: Re: [PATCH 0/2] veil: get rid of the rescuer thread',
    'Subject: Re: [PATCH 1/2] veil: do without the rescuer thread',
    'Subject: Re: [PATCH 2/2] veil: simplify the test for parked bios',
  ]);
  expect(stdout.match(/^In-Reply-To: .*/gm)).toEqual(
    [1, 2, 3].map((n) => `In-Reply-To: <20171120100600.1-${n}-ada@example.org>`),
  );
});
