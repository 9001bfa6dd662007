// The bundler settings that every Node entry point shares.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** CommonJS packages inside an ES module bundle still call require(). */
const requireBanner =
  "import { createRequire as rescuerCreateRequire } from 'node:module'; const require = rescuerCreateRequire(import.meta.url);";

/**
 * Makes JSON of tables, which are YAML. Scenarios and annotations stay as they are, since what is said of them names lines.
 * @type {import('esbuild').Plugin}
 */
export const tables = {
  name: 'tables',
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/](c|kernel|kernel[\\/]glossary|model[\\/]core|review[\\/]rules)[\\/][\w-]+\.yaml$/ },
      async ({ path }) => {
        return { contents: JSON.stringify(parse(await readFile(path, 'utf8'))), loader: 'text' };
      },
    );
  },
};

/** @type {import('esbuild').BuildOptions} */
export const nodeOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: { js: requireBanner },
  loader: { '.yaml': 'text', '.md': 'text', '.html': 'text' },
  plugins: [tables],
  external: ['vscode'],
};

/**
 * What runs where there is no Node: VS Code for the web. An import of a Node module fails there, and here already.
 * @type {import('esbuild').BuildOptions}
 */
export const browserOptions = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  loader: nodeOptions.loader,
  plugins: [tables],
  // For the debugger's library.
  alias: { url: './src/replay/node.browser.ts', events: './src/replay/node.browser.ts' },
};
