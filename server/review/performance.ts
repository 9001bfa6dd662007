import { type Comparison, compare } from '../sim/perf-table.js';
import { findScenario } from '../sim/scenarios.js';
import type { Courtesy } from '../text.js';
import type { Report } from './types.js';

/** Timed runs, under all their strategies, of the scenarios that the findings of reports name. Takes seconds for each. */
export async function performanceFor(reports: readonly Report[], courtesy: Courtesy): Promise<readonly Comparison[]> {
  const names = new Set(
    reports.flatMap(({ findings }) => findings.flatMap(({ simulation }) => simulation?.scenario ?? [])),
  );
  const compared: Comparison[] = [];
  for (const name of names) compared.push(await compare(findScenario(name), {}, courtesy));
  return compared;
}
