import { build } from 'esbuild';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { browserOptions } from '../../scripts/bundle.mjs';

/** The modules that a program for VS Code in a browser leaves to whoever loads it; rejects when it imports one that is not there. */
async function leftOut(entry: string, external: string[] = []): Promise<readonly string[]> {
  const { metafile } = await build({
    ...browserOptions,
    entryPoints: [entry],
    external,
    write: false,
    metafile: true,
    outfile: 'bundle.js',
    logLevel: 'silent',
  });
  const paths = Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...new Set(paths)];
}

test('the server is a web worker that needs no module of Node', async () => {
  expect(await leftOut('server/lsp/browser.ts')).toEqual([]);
});

test('the client needs nothing but what the editor gives', async () => {
  expect(await leftOut('src/extension.ts', ['vscode'])).toEqual(['vscode']);
});

test('a module of Node would be noticed', async () => {
  await expect(leftOut('server/lsp/hosts/node.ts')).rejects.toThrow('Could not resolve "node:fs"');
});

test('the client is one that a web worker takes for CommonJS, whatever the type of the package', () => {
  expect(manifest.browser).toMatch(/\.cjs$/);
});
