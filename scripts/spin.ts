import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../server/sim/machine.js';
import { promela } from '../server/sim/promela.js';

export interface SpinAnswer {
  readonly verdict: 'clean' | 'deadlock' | 'crash';
  readonly states: number;
  /** Processor time of pan only, so that other work on the machine does not count. */
  readonly seconds: number;
  readonly megabytes: number;
}

function run(folder: string, command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.error) throw new Error(`${command}: ${result.error.message}; the packages spin and gcc are needed`);
  return `${result.stdout}${result.stderr}`;
}

const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

/** Writes the model, without its judgement of leaks, and compiles pan in `folder`. `flags` go to gcc. */
export function compilePan(machine: Machine, folder: string, flags: readonly string[]): void {
  writeFileSync(join(folder, 'model.pml'), promela(machine, { leaks: false }));
  run(folder, 'spin', ['-a', 'model.pml']);
  run(folder, 'gcc', ['-w', ...flags, '-o', 'pan', 'pan.c']);
}

/** Runs the pan that was compiled last in `folder`. */
export function runPan(folder: string, options: readonly string[] = []): SpinAnswer {
  const depth = options.some((option) => option.startsWith('-m')) ? '' : '-m2000000';
  const text = run(folder, 'bash', ['-c', `TIMEFORMAT='cpu %U %S'; time ./pan ${depth} ${options.join(' ')}`]);
  const seconds = number(text, /^cpu ([\d.]+)/m) + number(text, /^cpu [\d.]+ ([\d.]+)/m);
  const states = number(text, /(\d+) states, stored/);
  if (states === 0) throw new Error(`pan did not run: ${text.slice(0, 500)}`);
  if (text.includes('Search not completed') && !text.includes('errors: 1'))
    throw new Error(`pan did not finish: ${text.slice(0, 500)}`);
  const deadlock = text.includes('invalid end state (at');
  return {
    verdict: deadlock ? 'deadlock' : text.includes('assertion violated (') ? 'crash' : 'clean',
    states,
    seconds,
    megabytes: number(text, /([\d.]+)\s+total actual memory usage/),
  };
}
