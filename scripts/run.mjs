// Runs a TypeScript script of this repository: node scripts/run.mjs scripts/NAME.ts [ARG...]
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { nodeOptions } from './bundle.mjs';

const [entry, ...args] = process.argv.slice(2);
const folder = join('node_modules', '.cache', 'rescuer');
mkdirSync(folder, { recursive: true });
const outfile = join(folder, `${basename(entry, '.ts')}.mjs`);
await build({ ...nodeOptions, entryPoints: [entry], outfile, logLevel: 'warning' });
process.exitCode =
  spawnSync(process.execPath, ['--enable-source-maps', outfile, ...args], { stdio: 'inherit' }).status ?? 1;
