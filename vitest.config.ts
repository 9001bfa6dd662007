import { defineConfig, type Plugin } from 'vitest/config';

/** Loads data files as text, as the bundle does (`scripts/build.mjs`). */
const textFiles: Plugin = {
  name: 'text-files',
  enforce: 'pre',
  transform(code, id) {
    return /\.(yaml|md)$/.test(id) ? `export default ${JSON.stringify(code)};` : null;
  },
};

export default defineConfig({
  plugins: [textFiles],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 20_000,
  },
});
