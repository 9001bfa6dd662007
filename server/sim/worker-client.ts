import { Worker } from 'node:worker_threads';
import type { Courtesy } from '../text.js';
import { type SimulationRequest, searchElsewhere } from './request.js';
import type { Simulation } from './types.js';

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
  return searchElsewhere(
    (workerData, receive, fail) => {
      const worker = new Worker(entry, { workerData });
      worker.on('message', receive);
      worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
      worker.on('exit', () => fail('its thread ended'));
      return () => void worker.terminate();
    },
    request,
    courtesy,
  );
}
