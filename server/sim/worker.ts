import { parentPort, workerData } from 'node:worker_threads';
import type { SimulationRequest } from './request.js';
import { answerRequest } from './search-program.js';

await answerRequest(workerData as SimulationRequest, (message) => parentPort?.postMessage(message));
