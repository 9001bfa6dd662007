import type { ScenarioLink } from '../types.js';

/**
 * The smallest run of the scenario `pool` that shows a set being used up: one task that cuts its bio in one piece more than
 * the reserve. The real reserve only makes the trace longer, so it is at most 2 here.
 */
export function poolRun(strategy: string, reserve: number | null): ScenarioLink {
  const small = Math.max(1, Math.min(reserve ?? 2, 2));
  return { scenario: 'pool', strategy, parameters: { reserve: small, pieces: small + 1, tasks: 1 } };
}

/** The run that ends in a NULL workqueue: parked bios of a set without rescuer meet dm_offload without its test. */
export const nullWorkqueueRun: ScenarioLink = {
  scenario: 'snapshot',
  strategy: 'flag-and-guard-dropped',
  parameters: {},
};
