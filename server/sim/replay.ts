import type { Move } from './interpret.js';
import type { Prepared } from './simulate.js';

/** `pool/loop@4.14?reserve=2&pieces=3#0a0b…`: the choices made, then one pair of base-36 digits per step. */
export function replayString(
  { scenario, strategy, era, parameters }: Pick<Prepared, 'scenario' | 'strategy' | 'era' | 'parameters'>,
  path: readonly Move[],
): string {
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const moves = path.map(({ process, alternative }) => `${process.toString(36)}${alternative.toString(36)}`).join('');
  return `${scenario.name}/${strategy}@${era}?${query}#${moves}`;
}
