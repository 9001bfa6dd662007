import { defineConfig } from 'vitest/config';
import unit from '../../vitest.config.js';

/** The comparison with SPIN, which `npm test` leaves out because SPIN may not be there. */
export default defineConfig({
  ...unit,
  test: { ...unit.test, include: ['test/spin/*.test.ts'], exclude: [], maxConcurrency: 2, testTimeout: 120_000 },
});
