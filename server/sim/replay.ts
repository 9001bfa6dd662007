import type { Scenario } from '../model/scenario.js';
import { UserError } from '../text.js';
import type { Move, Vector } from './interpret.js';
import type { Machine } from './machine.js';
import { type Prepared, prepare } from './prepare.js';
import { findScenario } from './scenarios.js';
import type { SimulationOptions } from './types.js';

/** Digits that one number of a move takes in base 36. */
function width({ processes }: Machine): number {
  let most = processes.length;
  for (const { instructions } of processes)
    for (const { alternatives } of instructions) most = Math.max(most, alternatives.length);
  return (most - 1).toString(36).length;
}

/** Part of a path that comes back to where it begins, from step `from` on. */
export interface Lap {
  readonly from: number;
  /** As the search has found, no way leads out of its cycle. */
  readonly closed: boolean;
}

/**
 * `pool/loop@4.14?reserve=2&pieces=3#0a0b…`: the choices made, then process and alternative of each step in base 36. A lap
 * follows `-`, or `--` if it is closed.
 */
export function replayString(
  { scenario, strategy, era, parameters, model }: Omit<Prepared, 'interpreter'>,
  path: readonly Move[],
  lap: Lap | null,
): string {
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const places = width(model.machine);
  const digits = (value: number): string => value.toString(36).padStart(places, '0');
  const text = (moves: readonly Move[]): string =>
    moves.map(({ process, alternative }) => digits(process) + digits(alternative)).join('');
  return `${scenario.name}/${strategy}@${era}?${query}#${text(path.slice(0, lap?.from))}${lap ? (lap.closed ? '--' : '-') + text(path.slice(lap.from)) : ''}`;
}

interface ReplayRequest {
  readonly scenario: Scenario;
  readonly options: SimulationOptions;
  readonly moves: string;
  readonly dashes: string;
  readonly lap: string;
}

/** Takes a replay string apart. `scenario` overrides the shipped one of that name. Throws UserError. */
function parseReplay(text: string, scenario?: Scenario): ReplayRequest {
  const match = /^([^/]+)\/([^@]+)@([^?]+)\?([^#]*)#([0-9a-z]*)(?:(--?)([0-9a-z]+))?$/.exec(text.trim());
  if (!match) throw new UserError(`"${text}" is no replay string: expected SCENARIO/STRATEGY@ERA?NAME=VALUE&…#STEPS`);
  const [, name = '', strategy = '', era = '', query = '', moves = '', dashes = '', lap = ''] = match;
  const parameters = Object.fromEntries(
    query
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const [key = '', value = ''] = part.split('=');
        return [key, Number(value)];
      }),
  );
  return { scenario: scenario ?? findScenario(name), options: { strategy, era, parameters }, moves, dashes, lap };
}

/** The moves that a replay string lists, for the machine it was made for. */
function parseMoves(machine: Machine, text: string): Move[] {
  const digits = width(machine);
  const count = text.length / (2 * digits);
  if (!Number.isInteger(count)) throw new UserError('the replay string is cut off');
  const number = (at: number): number => Number.parseInt(text.slice(at * digits, (at + 1) * digits), 36);
  return Array.from({ length: count }, (_, step) => ({ process: number(2 * step), alternative: number(2 * step + 1) }));
}

/** A replay string carried out: the moves, and the states before and after each. */
export interface Followed {
  readonly prepared: Prepared;
  readonly path: readonly Move[];
  readonly states: readonly Vector[];
  readonly lap: Lap | null;
}

/** Carries out a replay string. Throws UserError that names the first step that cannot happen. */
export function follow(text: string, scenario?: Scenario): Followed {
  const request = parseReplay(text, scenario);
  const prepared = prepare(request.scenario, request.options);
  const { interpreter, model } = prepared;
  const way = parseMoves(model.machine, request.moves);
  const path = [...way, ...parseMoves(model.machine, request.lap)];
  const lap = request.lap === '' ? null : { from: way.length, closed: request.dashes === '--' };
  const states = [interpreter.initial()];
  path.forEach((move, index) => {
    const state = states.at(-1) ?? interpreter.initial();
    const possible = interpreter
      .moves(state)
      .some(({ process, alternative }) => process === move.process && alternative === move.alternative);
    if (!possible) throw new UserError(`the replay string does not fit: step ${index + 1} cannot happen`);
    states.push(interpreter.fire(state, move));
  });
  return { prepared, path, states, lap };
}
