// Bundles the command line, the language server and the VS Code extension into dist/. With --production: minified.
import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { nodeOptions } from './bundle.mjs';

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
