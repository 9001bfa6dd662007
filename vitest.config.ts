import { defineConfig, type Plugin } from 'vitest/config';

/** Loads data files as text, as the bundle does (`scripts/build.mjs`). */
const textFiles: Plugin = {
  name: 'text-files',
  enforce: 'pre',
  transform(code, id) {
    return /\.(yaml|md|html)$/.test(id) ? `export default ${JSON.stringify(code)};` : null;
  },
};

const totals = process.env.RESCUER_TEST_TOTALS;

export default defineConfig({
  plugins: [textFiles],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/clients/**', 'test/e2e/**', 'test/spin/**'],
    testTimeout: 20_000,
    // Nothing here has global state to isolate, and starting WebAssembly and YAML afresh for each file took most of the time.
    isolate: false,
    // .ci/run adds the totals of all suites up.
    reporters: totals ? ['default', ['json', { outputFile: totals }]] : ['default'],
  },
});
