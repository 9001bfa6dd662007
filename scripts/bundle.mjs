// The bundler settings that every Node entry point shares.

/** CommonJS packages inside an ES module bundle still call require(). */
const requireBanner =
  "import { createRequire as rescuerCreateRequire } from 'node:module'; const require = rescuerCreateRequire(import.meta.url);";

/** @type {import('esbuild').BuildOptions} */
export const nodeOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: { js: requireBanner },
  loader: { '.yaml': 'text', '.md': 'text', '.html': 'text' },
  external: ['vscode'],
};
