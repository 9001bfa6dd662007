import { type Courtesy, UserError } from '../text.js';
import type { Simulation, SimulationOptions } from './types.js';

/** A simulation to run somewhere else: in a thread, or a worker. */
export interface SimulationRequest {
  /** Name of a shipped scenario, or the file name if `text` is given. */
  readonly scenario: string;
  /** Text of a scenario file. */
  readonly text?: string;
  readonly options: SimulationOptions;
}

/** What the search thread sends. */
export type FromWorker =
  | { readonly kind: 'progress'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: 'result'; readonly result: Simulation }
  | { readonly kind: 'error'; readonly user: boolean; readonly message: string };

/** Starts a thread that answers the request. `fail` may be called at any time, and more than once. The result ends the thread. */
export type StartThread = (
  request: SimulationRequest,
  receive: (message: FromWorker) => void,
  fail: (reason: string) => void,
) => () => void;

/**
 * Runs a simulation in a thread of its own. Rejects with `signal.reason` as soon as the signal is aborted, and ends the
 * thread then; a thread that fails rejects with UserError.
 */
export function searchElsewhere(
  start: StartThread,
  request: SimulationRequest,
  { signal, progress }: Courtesy,
): Promise<Simulation> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const finish = (settle: () => void): void => {
      signal?.removeEventListener('abort', abort);
      end();
      settle();
    };
    const abort = (): void => finish(() => reject(signal?.reason));
    const receive = (message: FromWorker): void => {
      if (message.kind === 'progress') progress?.(message.what, message.done, message.total);
      else if (message.kind === 'result') finish(() => resolve(message.result));
      else finish(() => reject(message.user ? new UserError(message.message) : new Error(message.message)));
    };
    const fail = (reason: string): void =>
      finish(() => reject(new UserError(`the simulation of ${request.scenario} failed: ${reason}`)));
    const end = start(request, receive, fail);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
