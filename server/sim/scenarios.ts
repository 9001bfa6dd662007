import type { Scenario } from '../model/scenario.js';
import { UserError } from '../text.js';
import { constantsOf } from './lower/constants.js';
import { shippedNames, shippedScenario, shippedScenarios } from './shipped.js';

/** A parameter with the default it has if no other parameter is set. */
export interface ParameterDescription {
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

export interface ScenarioDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly era: string;
  readonly parameters: readonly ParameterDescription[];
  /** The first is the default. */
  readonly strategies: readonly { readonly name: string; readonly about: string }[];
}

/** What a menu or `--list` shows of a scenario. */
export function describeScenario(scenario: Scenario): ScenarioDescription {
  const first = [...scenario.strategies.keys()][0] ?? '';
  const defaults = constantsOf(scenario, first, {}, undefined);
  return {
    name: scenario.name,
    title: scenario.title,
    description: scenario.about,
    era: scenario.era,
    parameters: [...scenario.parameters].map(([name, { min, max, about }]) => ({
      name,
      default: defaults.get(name) ?? 0,
      min,
      max,
      about,
    })),
    strategies: [...scenario.strategies].map(([name, { about }]) => ({ name, about })),
  };
}

/** All shipped scenarios. */
export function listScenarios(): ScenarioDescription[] {
  return shippedScenarios().map(describeScenario);
}

/** The shipped scenario of that name. Throws UserError that lists the known ones. */
export function findScenario(name: string): Scenario {
  const found = shippedScenario(name);
  if (found) return found;
  throw new UserError(`no scenario is called "${name}"; there are ${shippedNames.join(', ')}`);
}
