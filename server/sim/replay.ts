import type { Scenario } from '../model/scenario.js';
import { UserError } from '../text.js';
import type { Move } from './interpret.js';
import type { Machine } from './machine.js';
import type { Prepared } from './prepare.js';
import { findScenario } from './scenarios.js';
import type { SimulationOptions } from './types.js';

/** Digits that one number of a move takes in base 36. */
function width({ processes }: Machine): number {
  const largest = Math.max(
    processes.length,
    ...processes.flatMap((process) => process.instructions.map((instruction) => instruction.alternatives.length)),
  );
  return largest > 36 ? 2 : 1;
}

/** `pool/loop@4.14?reserve=2&pieces=3#0a0b…`: the choices made, then process and alternative of each step in base 36. */
export function replayString(
  { scenario, strategy, era, parameters, model }: Omit<Prepared, 'interpreter'>,
  path: readonly Move[],
): string {
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const digits = (value: number): string => value.toString(36).padStart(width(model.machine), '0');
  return `${scenario.name}/${strategy}@${era}?${query}#${path.map(({ process, alternative }) => digits(process) + digits(alternative)).join('')}`;
}

export interface ReplayRequest {
  readonly scenario: Scenario;
  readonly options: SimulationOptions;
  readonly moves: string;
}

/** Takes a replay string apart. `scenario` overrides the shipped one of that name. Throws UserError. */
export function parseReplay(text: string, scenario?: Scenario): ReplayRequest {
  const match = /^([^/]+)\/([^@]+)@([^?]+)\?([^#]*)#([0-9a-z]*)$/.exec(text.trim());
  if (!match) throw new UserError(`"${text}" is no replay string: expected SCENARIO/STRATEGY@ERA?NAME=VALUE&…#STEPS`);
  const [, name = '', strategy = '', era = '', query = '', moves = ''] = match;
  const parameters = Object.fromEntries(
    query
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const [key = '', value = ''] = part.split('=');
        return [key, Number(value)];
      }),
  );
  return { scenario: scenario ?? findScenario(name), options: { strategy, era, parameters }, moves };
}

/** The moves that a replay string lists, for the machine it was made for. */
export function parseMoves(machine: Machine, text: string): Move[] {
  const digits = width(machine);
  const count = text.length / (2 * digits);
  if (!Number.isInteger(count)) throw new UserError('the replay string is cut off');
  const number = (at: number): number => Number.parseInt(text.slice(at * digits, (at + 1) * digits), 36);
  return Array.from({ length: count }, (_, step) => ({ process: number(2 * step), alternative: number(2 * step + 1) }));
}
