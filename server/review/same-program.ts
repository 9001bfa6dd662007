import type { Scenario } from '../model/scenario.js';
import { simulate } from '../sim/simulate.js';
import type { Simulation, SimulationOptions } from '../sim/types.js';
import type { Courtesy } from '../text.js';

/** A scenario without the lines of its steps, and the places of these in order. */
interface Shape {
  readonly text: string;
  readonly places: readonly string[];
}

interface Known {
  readonly places: readonly string[];
  readonly result: Simulation;
}

const known = new Map<string, Known>();
const mostKnown = 300;

/**
 * As `simulate`. A program that differs from an earlier one only in its lines, as most do that a patch shifts, is not run
 * again: the answer is the same but for the places.
 */
export async function simulateOnce(
  scenario: Scenario,
  options: SimulationOptions,
  courtesy: Courtesy,
): Promise<Simulation> {
  const { text, places } = shapeOf(scenario);
  const key = `${JSON.stringify(options)}${text}`;
  const earlier = known.get(key);
  const moved = earlier ? relocate(earlier, places) : null;
  if (moved) return moved;
  const result = await simulate(scenario, options, courtesy);
  known.delete(key);
  known.set(key, { places, result });
  for (const oldest of known.keys()) {
    if (known.size <= mostKnown) break;
    known.delete(oldest);
  }
  return result;
}

/** `alloc_tio() drivers/md/dm.c:1285` is named by its function alone. */
function shapeOf(scenario: Scenario): Shape {
  const places: string[] = [];
  const text = JSON.stringify(scenario, (key, value: unknown) => {
    if (value instanceof Map) return [...(value as ReadonlyMap<string, unknown>)];
    if (key !== 'at' || typeof value !== 'string') return value;
    places.push(value);
    return value.replace(/ \S+:\d+$/, '');
  });
  return { text, places };
}

/** The result with its places as they are now; null where two places that were one are two now. */
function relocate({ places, result }: Known, now: readonly string[]): Simulation | null {
  const moves = new Map<string, string>();
  for (const [index, was] of places.entries()) {
    const is = now[index] ?? was;
    if ((moves.get(was) ?? is) !== is) return null;
    moves.set(was, is);
  }
  const move = <Step extends { readonly source: string }>(step: Step): Step => ({
    ...step,
    source: moves.get(step.source) ?? step.source,
  });
  return {
    ...result,
    sentence: result.sentence.replace(/\w+\(\) \S+:\d+/g, (place) => moves.get(place) ?? place),
    trace: result.trace.map(move),
    cycle: result.cycle.map((node) => ('task' in node ? move(node) : node)),
  };
}
