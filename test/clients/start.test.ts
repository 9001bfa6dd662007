import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { program } from './program.js';

/** Processor time of a run of node in milliseconds, the least of several: other programs only add to it. */
function cost(...args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; for i in 1 2 3 4 5 6 7; do time "$@" > /dev/null; done 2>&1';
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], { encoding: 'utf8' });
  const runs = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').reduce((sum, part) => sum + Number(part), 0));
  return Math.min(...runs);
}

test('the command line starts in at most one and a half times what node itself takes', () => {
  expect(cost(program, '--version') / cost('-e', '0')).toBeLessThanOrEqual(1.5);
});
