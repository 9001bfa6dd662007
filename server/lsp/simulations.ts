import type { ScenarioLink } from '../review/types.js';
import type { Courtesy } from '../text.js';

/** An editor waits for the text; searches that take longer belong on the command line. */
const limits = { seconds: 60 };

/** Runs a simulation and describes its result: the sentence, the cycle, the trace. Throws UserError for a bad link. */
export async function simulationText(link: ScenarioLink, courtesy: Courtesy): Promise<string> {
  const { scenario, strategy, parameters } = link;
  // Most sessions never simulate, and reading the scenarios takes time.
  const [{ simulate }, { renderText }] = await Promise.all([import('../sim/simulate.js'), import('../sim/render.js')]);
  return renderText(await simulate(scenario, { strategy, parameters, limits }, courtesy));
}

/** One scenario as a menu of an editor shows it; `src/simulation.ts` has the same shape. */
export interface ScenarioChoice {
  readonly name: string;
  readonly summary: string;
  readonly strategies: readonly { readonly name: string; readonly summary: string }[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** All that `rescuer.simulate` can be asked for. */
export async function scenarioChoices(): Promise<readonly ScenarioChoice[]> {
  const { listScenarios } = await import('../sim/scenarios.js');
  return listScenarios().map(({ name, title, strategies, parameters }) => ({
    name,
    summary: title,
    strategies: strategies.map((strategy) => ({ name: strategy.name, summary: strategy.about })),
    parameters: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default])),
  }));
}

/** Reads a link that came over the wire; null when it is none. */
export function readLink(sent: unknown): ScenarioLink | null {
  if (typeof sent !== 'object' || sent === null) return null;
  const { scenario, strategy, parameters = {} } = sent as Partial<Record<keyof ScenarioLink, unknown>>;
  if (typeof scenario !== 'string' || typeof strategy !== 'string') return null;
  if (typeof parameters !== 'object' || parameters === null) return null;
  const values = Object.entries(parameters).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return { scenario, strategy, parameters: Object.fromEntries(values) };
}
