import { readScenario } from '../../model/read.js';
import type { ScenarioDescription } from '../../sim/scenarios.js';
import { UserError } from '../../text.js';

/** One scenario as a menu of an editor shows it; `src/simulation.ts` has the same shape. */
export interface ScenarioChoice {
  readonly name: string;
  readonly summary: string;
  readonly strategies: readonly { readonly name: string; readonly summary: string }[];
  readonly parameters: Readonly<Record<string, number>>;
  /** Why it cannot run; null if it can. */
  readonly problem: string | null;
}

/** The shipped scenarios: all that `rescuer.simulate` can be asked for by name. */
export async function shippedChoices(): Promise<readonly ScenarioChoice[]> {
  const { listScenarios } = await import('../../sim/scenarios.js');
  return listScenarios().map(choiceOf);
}

/** The scenario in a file, shown under the file's name. */
export async function fileChoice(file: string, text: string): Promise<ScenarioChoice> {
  const { describeScenario } = await import('../../sim/scenarios.js');
  try {
    return { ...choiceOf(describeScenario(readScenario(file, text))), name: file };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name: file, summary: error.message, strategies: [], parameters: {}, problem: error.message };
  }
}

function choiceOf({ name, title, strategies, parameters }: ScenarioDescription): ScenarioChoice {
  return {
    name,
    summary: title,
    strategies: strategies.map((strategy) => ({ name: strategy.name, summary: strategy.about })),
    parameters: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default])),
    problem: null,
  };
}
