import type { SimulationOptions } from './types.js';

/** A simulation to run somewhere else: in a thread, or a worker. */
export interface SimulationRequest {
  /** Name of a shipped scenario, or the file name if `text` is given. */
  readonly scenario: string;
  /** Text of a scenario file. */
  readonly text?: string;
  readonly options: SimulationOptions;
}
