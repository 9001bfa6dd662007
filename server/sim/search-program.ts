import { readScenario } from '../model/read.js';
import { UserError } from '../text.js';
import type { FromWorker, SimulationRequest } from './request.js';
import { simulate } from './simulate.js';

/** What a search thread does: one simulation, whose progress and result it posts. */
export async function answerRequest(
  { scenario, text, options }: SimulationRequest,
  post: (message: FromWorker) => void,
): Promise<void> {
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
