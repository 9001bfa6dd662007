#!/usr/bin/env node
import { version } from '../../package.json';
import type { Terminal } from './terminal.js';

async function readInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** https://no-color.org: any non-empty value switches colour off. */
const wantsColour = process.stdout.isTTY === true && !process.env.NO_COLOR;

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

// A reader that goes away early (`rescuer … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`rescuer: cannot write the output: ${error.message}\n`);
  process.exit(2);
});

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: readInput,
  colour: wantsColour,
  interactive: process.stderr.isTTY === true,
  signal: interrupted.signal,
};

const args = process.argv.slice(2);
if (args.join(' ') === '--version') {
  // Scripts ask for it to see whether the program is there; nothing else need be loaded.
  terminal.out(`${version}\n`);
} else {
  const { run } = await import('./run.js');
  process.exitCode = await run(args, terminal);
}
