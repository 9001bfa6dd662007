import { parentPort, workerData } from 'node:worker_threads';
import { readScenario } from '../model/read.js';
import { UserError } from '../text.js';
import type { SimulationRequest } from './request.js';
import { simulate } from './simulate.js';
import type { FromWorker } from './worker-client.js';

/** The program of a search thread: one simulation, whose progress and result go back as messages. */
async function main({ scenario, text, options }: SimulationRequest): Promise<void> {
  const post = (message: FromWorker): void => parentPort?.postMessage(message);
  try {
    const result = await simulate(text === undefined ? scenario : readScenario(scenario, text), options, {
      progress: (what, done, total) => post({ kind: 'progress', what, done, total }),
    });
    post({ kind: 'result', result });
  } catch (error) {
    post({
      kind: 'error',
      user: error instanceof UserError,
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

await main(workerData as SimulationRequest);
