import { readScenario } from '../model/read.js';
import type { Comparison } from '../sim/perf-table.js';
import type { Courtesy } from '../text.js';
import type { SimulationLink, Simulations } from './simulations.js';

export type { Comparison } from '../sim/perf-table.js';

/** Timed runs of a scenario under all its strategies; the strategy of the link does not matter. Rejects with UserError. */
export async function performanceOf(
  simulations: Simulations,
  link: SimulationLink,
  courtesy: Courtesy,
): Promise<Comparison> {
  const [{ compare }, { findScenario }] = await Promise.all([
    import('../sim/perf-table.js'),
    import('../sim/scenarios.js'),
  ]);
  const scenario =
    'uri' in link
      ? readScenario(link.uri.split('/').at(-1) ?? link.uri, await simulations.textOf(link.uri))
      : findScenario(link.scenario);
  return compare(scenario, { parameters: link.parameters }, courtesy);
}
