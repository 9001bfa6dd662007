// Bundles the command line, the language server and the VS Code extension into dist/. With --production: minified.
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { browserOptions, nodeOptions } from './bundle.mjs';

/** Names what a result depends on besides its input: all of the sources, and the packages. */
function buildName() {
  const hash = createHash('sha256');
  const sources = readdirSync('server', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = sources.map(({ parentPath, name }) => join(parentPath, name)).sort();
  for (const path of [...paths, 'package-lock.json']) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

const production = process.argv.includes('--production');
const shared = { ...nodeOptions, outdir: 'dist', minify: production, sourcemap: !production, logLevel: 'warning' };

rmSync('dist', { recursive: true, force: true });

await build({
  ...shared,
  entryPoints: {
    cli: 'server/cli/main.ts',
    server: 'server/lsp/main.ts',
    simulator: 'server/sim/worker.ts',
    sweep: 'server/sweep/worker.ts',
  },
  outExtension: { '.js': '.mjs' },
  splitting: true,
  define: { RESCUER_BUILD: JSON.stringify(buildName()) },
});

// The extension host loads CommonJS; the client library and the debugger are chunks of their own so that activation stays cheap.
await build({
  ...shared,
  banner: {},
  format: 'cjs',
  entryPoints: { extension: 'src/extension.ts', client: 'src/client.ts', replay: 'src/replay/session.ts' },
  outExtension: { '.js': '.cjs' },
  external: ['vscode', '#client', '#replay'],
});

// The same for VS Code in a browser, where each is one file: its extension host, which takes no ES modules, and the language
// server as a web worker.
const web = { ...browserOptions, minify: production, sourcemap: !production, logLevel: 'warning' };
await build({
  ...web,
  format: 'cjs',
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/browser/extension.cjs',
  external: ['vscode'],
});
await build({ ...web, format: 'iife', entryPoints: ['server/lsp/browser.ts'], outfile: 'dist/browser/server.js' });

// What runs in webviews, which are browsers.
await build({
  ...shared,
  banner: {},
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  entryPoints: [
    { in: 'media/trace/main.ts', out: 'trace' },
    { in: 'media/trace/trace.css', out: 'trace' },
    { in: 'media/performance/main.ts', out: 'performance' },
    { in: 'media/performance/performance.css', out: 'performance' },
  ],
});

const require = createRequire(import.meta.url);
for (const wasm of ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm']) {
  copyFileSync(require.resolve(wasm), `dist/${wasm.split('/')[1]}`);
}
