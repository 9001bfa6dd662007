import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { TestClient } from '../lsp/client.js';

/** Is written by what stands in for git: whoever runs git springs the trap. */
let trap: string;

beforeEach(() => {
  const top = mkdtempSync(join(tmpdir(), 'rescuer-trust-'));
  const path = process.env.PATH ?? '';
  onTestFinished(() => {
    process.env.PATH = path;
    rmSync(top, { recursive: true, force: true });
  });
  trap = join(top, 'sprung');
  mkdirSync(join(top, 'bin'));
  const git = join(top, 'bin', 'git');
  writeFileSync(git, `#!/bin/sh\necho "$@" >> '${trap}'\nexit 1\n`);
  chmodSync(git, 0o755);
  process.env.PATH = `${join(top, 'bin')}:${path}`;
});

const sprung = (): string => (existsSync(trap) ? readFileSync(trap, 'utf8') : '');

const patch = readFileSync('examples/drop-rescuer.mbox', 'utf8');
const files = {
  'include/linux/bio.h': 'struct bio_set { int a; };\n',
  '.git/config': '[core]\n\tfsmonitor = /bin/false\n',
  '.git/HEAD': 'ref: refs/heads/main\n',
  'drivers/md/veil.c': readFileSync('examples/tree/drivers/md/veil.c', 'utf8'),
  'x.mbox': patch,
};

/** All that a client can ask of a server that has to do with a tree. */
async function askAll(client: TestClient): Promise<void> {
  const document = client.open('x.mbox', patch);
  await document.diagnostics();
  await document.hover({ line: 46, character: 40 });
  const input = { files: [document.uri] };
  const requests: readonly (readonly [string, object])[] = [
    ['rescuer/openReview', input],
    ['rescuer/reviewTree', { input, series: 0 }],
    ['rescuer/openReview', { folder: client.uri('.'), range: 'HEAD~1..HEAD' }],
    ['rescuer/revisions', { folder: client.uri('.'), text: '' }],
    ['workspace/executeCommand', { command: 'rescuer.review', arguments: [document.uri] }],
    ['workspace/executeCommand', { command: 'rescuer.range', arguments: [client.uri('.'), 'HEAD~1..HEAD'] }],
    ['workspace/executeCommand', { command: 'rescuer.sets', arguments: [client.uri('.')] }],
    [
      'workspace/executeCommand',
      { command: 'rescuer.paths', arguments: [client.uri('drivers/md/veil.c'), 'veil_map'] },
    ],
  ];
  for (const [method, sent] of requests) await client.request(method, sent).catch(() => null);
  await client.open('drivers/md/veil.c', files['drivers/md/veil.c']).diagnostics();
}

test('in a workspace that is not trusted no request runs git, whatever its settings say', async () => {
  const client = await TestClient.start({ files, trusted: false, settings: { base: 'HEAD', tree: '.' } });
  await askAll(client);
  expect(sprung()).toBe('');
});

test('in one that is, git is run: the trap is a good one', async () => {
  const client = await TestClient.start({ files, settings: { tree: '.' } });
  const range = client.request('rescuer/openReview', { folder: client.uri('.'), range: 'HEAD~1..HEAD' });
  await expect(range).rejects.toThrow(/no commit 'HEAD~1'/);
  expect(sprung()).toMatch(/rev-parse/);
});

test('the manifest restricts what could make a workspace dangerous', () => {
  const { capabilities, contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(capabilities.untrustedWorkspaces.supported).toBe('limited');
  const settings: string[] = [contributes.configuration].flat().flatMap(({ properties }) => Object.keys(properties));
  const restricted: string[] = capabilities.untrustedWorkspaces.restrictedConfigurations;
  // Whatever names a place, a revision or a program.
  for (const setting of settings.filter((name) => /tree|base|path|folder|file|command|program/i.test(name)))
    expect(restricted, setting).toContain(setting);
  expect(settings).toEqual(expect.arrayContaining(restricted));
});
