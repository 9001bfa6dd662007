import { defineConfig } from 'vitest/config';
import unit from '../../vitest.config.js';

/** The built program (`npm run build`) under Neovim, git and its hooks, which `npm test` leaves out. */
export default defineConfig({
  ...unit,
  test: { ...unit.test, include: ['test/clients/*.test.ts'], exclude: [], testTimeout: 60_000, hookTimeout: 60_000 },
});
