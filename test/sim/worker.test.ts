import { expect, test } from 'vitest';
import { simulateInWorker } from '../../server/sim/worker-client.js';
import { searchThread } from '../search-thread.js';

const entry = await searchThread();

const large = {
  scenario: 'pool',
  options: {
    strategy: 'rescuer',
    parameters: { reserve: 4, pieces: 5, tasks: 3 },
    reductions: { symmetry: false, chaining: false },
  },
};

test('a search thread gives the same verdict', async () => {
  const result = await simulateInWorker(entry, { scenario: 'pool', options: { strategy: 'loop' } });
  expect([result.verdict, result.trace.length]).toEqual(['deadlock', 12]);
});

test('a scenario text with an error rejects with its place', async () => {
  await expect(simulateInWorker(entry, { scenario: 'mine.yaml', text: 'x: 1\n', options: {} })).rejects.toThrow(
    'mine.yaml:1:1: unknown key "x"',
  );
});

test('cancelling is answered within 100 ms', async () => {
  const controller = new AbortController();
  let reported = 0;
  const running = simulateInWorker(entry, large, {
    signal: controller.signal,
    progress: () => {
      if (reported++ === 0) setTimeout(() => controller.abort(new Error('enough')), 0);
    },
  });
  let aborted = 0;
  controller.signal.addEventListener('abort', () => {
    aborted = performance.now();
  });
  await expect(running).rejects.toThrow('enough');
  expect(performance.now() - aborted).toBeLessThan(100);
});
