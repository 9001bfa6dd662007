import { eraOf } from '../../model/era.js';
import { constantValue, type Expression } from '../../model/expression.js';
import type { Scenario } from '../../model/scenario.js';
import { UserError } from '../../text.js';

/**
 * Values of parameters and options under a strategy, and of `lists` and `percpu`, which say what the era does. `chosen`
 * are the caller's parameters, which must be in range.
 */
export function constantsOf(
  scenario: Scenario,
  strategyName: string,
  chosen: Readonly<Record<string, number>>,
  eraName: string | undefined,
): Map<string, number> {
  const strategy = scenario.strategies.get(strategyName);
  if (!strategy)
    throw new UserError(
      `${scenario.name}: no strategy is called "${strategyName}"; it has ${[...scenario.strategies.keys()].join(', ')}`,
    );
  for (const name of Object.keys(chosen))
    if (!scenario.parameters.has(name))
      throw new UserError(
        `${scenario.name}: no parameter is called "${name}"; it has ${[...scenario.parameters.keys()].join(', ')}`,
      );
  const era = eraOf(scenario, strategy, eraName);
  const constants = new Map([
    ['lists', era.order === 'fifo' ? 1 : 2],
    ['percpu', Number(era.perCpuCache)],
  ]);
  for (const [name, parameter] of scenario.parameters) {
    const value = chosen[name] ?? known(scenario, constants, name, parameter.default);
    if (!Number.isInteger(value) || value < parameter.min || value > parameter.max)
      throw new UserError(`${scenario.name}: ${name}=${value} is out of range ${parameter.min}..${parameter.max}`);
    constants.set(name, value);
  }
  for (const [name, value] of scenario.options)
    constants.set(name, known(scenario, constants, name, strategy.options.get(name) ?? value));
  return constants;
}

/** The value of an expression that must be known when the scenario is built. */
export function known(
  scenario: Scenario,
  constants: ReadonlyMap<string, number>,
  what: string,
  expression: Expression,
): number {
  const value = constantValue(expression, constants);
  if (value === null) throw new UserError(`${scenario.name}: ${what} must be made of parameters and options only`);
  return value;
}
