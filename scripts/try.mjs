// npm run try [-- FOLDER]: the extension in a real VS Code for the browser, on the bundled example or on FOLDER, until Ctrl-C.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, , wanted] = process.argv;
const install = fileURLToPath(new URL('../test/e2e/install.sh', import.meta.url));
process.stdout.write('Making VS Code ready (the first time it is fetched from npm, some minutes)…\n');
const installed = spawnSync('sh', [install, '--no-browser'], { stdio: ['ignore', 'ignore', 'inherit'] });
if (installed.status !== 0) process.exit(1);

const folder = mkdtempSync(join(tmpdir(), 'rescuer-try-'));
process.env.RESCUER_E2E_OUT = folder;
const { exampleWorkspace, packageExtension, startServer } = await import('../test/e2e/workbench.mjs');
const server = await startServer({ trusted: true, vsix: packageExtension() });
const workspace = wanted === undefined ? exampleWorkspace('examples') : resolve(wanted);
const host = new URL(server.url).host;
// The first finding of the example is in view at once.
const file = `vscode-remote://${host}${join(workspace, 'drop-rescuer.mbox')}:47:1`;
const opened = JSON.stringify([
  ['gotoLineMode', 'true'],
  ['openFile', file],
]);
const payload = wanted === undefined ? `&payload=${encodeURIComponent(opened)}` : '';
process.stdout.write(`Open ${server.url}/?folder=${encodeURIComponent(workspace)}${payload}
Then: F1, "Rescuer: Open Series in Patch Review". Ctrl-C ends it.
`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  });
}
