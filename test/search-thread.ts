import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const made = new Map<string, Promise<URL>>();

/** The bundle of the search thread. */
export function searchThread(): Promise<URL> {
  return threadOf('server/sim/worker.ts');
}

/** The bundle of a thread's program: Node cannot start one with TypeScript. Made once, and gone with the process. */
export function threadOf(program: string): Promise<URL> {
  const bundled = made.get(program) ?? bundle(program);
  made.set(program, bundled);
  return bundled;
}

async function bundle(program: string): Promise<URL> {
  // Beside the packages, so that a bundle finds their WebAssembly.
  const folder = mkdtempSync(join('node_modules', '.rescuer-thread-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'thread.mjs');
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { RESCUER_BUILD: '"test"' },
    loader: { '.yaml': 'text', '.md': 'text', '.html': 'text' },
    banner: {
      js: "import { createRequire as threadRequire } from 'node:module'; const require = threadRequire(import.meta.url);",
    },
  });
  return pathToFileURL(outfile);
}
