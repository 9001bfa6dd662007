import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../server/sim/machine.js';
import { promela } from '../server/sim/promela.js';

export interface SpinAnswer {
  readonly verdict: 'clean' | 'deadlock' | 'crash' | 'livelock' | 'limit';
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

/** Writes the model, compiles pan in `folder` and runs it. `flags` go to gcc. */
export function spin(
  machine: Machine,
  folder: string,
  flags: readonly string[],
  options: readonly string[] = [],
): SpinAnswer {
  writeFileSync(join(folder, 'model.pml'), promela(machine));
  run(folder, 'spin', ['-a', 'model.pml']);
  const compiled = run(folder, 'gcc', ['-w', ...flags, '-o', 'pan', 'pan.c']);
  const text = run(folder, 'bash', ['-c', `TIMEFORMAT='cpu %U %S'; time ./pan -m2000000 ${options.join(' ')}`]);
  const seconds = number(text, /^cpu ([\d.]+)/m) + number(text, /^cpu [\d.]+ ([\d.]+)/m);
  const states = number(text, /(\d+) states, stored/);
  if (states === 0) throw new Error(`pan did not run: ${compiled}${text.slice(0, 500)}`);
  const full = !text.includes('Search not completed') || text.includes('errors: 1');
  const livelock = text.includes('non-progress cycle') && /pan:1: non-progress/.test(text);
  const found = livelock
    ? 'livelock'
    : text.includes('invalid end state (at')
      ? 'deadlock'
      : text.includes('assertion violated (')
        ? 'crash'
        : 'clean';
  return {
    verdict: full ? found : 'limit',
    states,
    seconds,
    megabytes: number(text, /([\d.]+)\s+total actual memory usage/),
  };
}
