import { resolve } from 'node:path';

/** The built command line; `npm run test:clients` builds it. */
export const program = resolve('dist/cli.mjs');
