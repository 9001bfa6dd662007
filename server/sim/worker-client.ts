import { Worker } from 'node:worker_threads';
import { type Courtesy, UserError } from '../text.js';
import type { SimulationRequest } from './request.js';
import type { Simulation } from './types.js';

/** What the search thread sends. */
export type FromWorker =
  | { readonly kind: 'progress'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: 'result'; readonly result: Simulation }
  | { readonly kind: 'error'; readonly user: boolean; readonly message: string };

/**
 * Runs a simulation in a thread of its own, so that the caller stays responsive. `entry` is the bundle of `worker.ts`.
 * Rejects with `signal.reason` as soon as the signal is aborted, and ends the thread then; a thread that runs out of
 * memory, or ends without a word, rejects with UserError.
 */
export function simulateInWorker(
  entry: string | URL,
  request: SimulationRequest,
  courtesy: Courtesy = {},
): Promise<Simulation> {
  const { signal, progress } = courtesy;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const worker = new Worker(entry, { workerData: request });
    const finish = (settle: () => void): void => {
      signal?.removeEventListener('abort', abort);
      void worker.terminate();
      settle();
    };
    const abort = (): void => finish(() => reject(signal?.reason));
    signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') progress?.(message.what, message.done, message.total);
      else if (message.kind === 'result') finish(() => resolve(message.result));
      else finish(() => reject(message.user ? new UserError(message.message) : new Error(message.message)));
    });
    const fail = (reason: string): void =>
      finish(() => reject(new UserError(`the simulation of ${request.scenario} failed: ${reason}`)));
    worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => fail('its thread ended'));
  });
}
