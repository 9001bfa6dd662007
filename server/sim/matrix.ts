import type { Courtesy } from '../text.js';
import { shippedScenarios } from './shipped.js';
import { expectedVerdict, simulate } from './simulate.js';
import type { SimulationOptions, Verdict } from './types.js';

export interface MatrixCell {
  readonly scenario: string;
  readonly strategy: string;
  readonly verdict: Verdict;
  /** What the scenario file says; null if it says nothing. */
  readonly expected: string | null;
  readonly states: number;
  readonly seconds: number;
}

/** Every shipped scenario under each of its strategies, with default parameters. */
export async function runMatrix(
  options: Pick<SimulationOptions, 'era' | 'limits' | 'reductions'> = {},
  courtesy: Courtesy = {},
): Promise<MatrixCell[]> {
  const cells: MatrixCell[] = [];
  for (const scenario of shippedScenarios())
    for (const strategy of scenario.strategies.keys()) {
      const { verdict, states, seconds } = await simulate(scenario, { ...options, strategy }, courtesy);
      cells.push({
        scenario: scenario.name,
        strategy,
        verdict,
        expected: expectedVerdict(scenario, strategy, {}, options.era),
        states,
        seconds,
      });
    }
  return cells;
}

/** Scenarios × strategies as a table; `!` marks a verdict other than the expected one. */
export function renderMatrix(cells: readonly MatrixCell[], format: 'text' | 'markdown' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(cells, null, 2)}\n`;
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const strategies = [...new Set(cells.map(({ strategy }) => strategy))];
  const shown = (scenario: string, strategy: string): string => {
    const cell = cells.find((candidate) => candidate.scenario === scenario && candidate.strategy === strategy);
    return cell ? `${cell.verdict}${cell.expected !== null && cell.expected !== cell.verdict ? ' !' : ''}` : '';
  };
  if (format === 'markdown') {
    const row = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`;
    const rows = strategies.map((strategy) =>
      row([strategy, ...scenarios.map((scenario) => shown(scenario, strategy))]),
    );
    return `${[row(['strategy', ...scenarios]), row(['---', ...scenarios.map(() => '---')]), ...rows].join('\n')}\n`;
  }
  // One block per scenario: seventeen columns would not fit a terminal.
  const width = Math.max(...strategies.map((strategy) => strategy.length));
  return scenarios
    .map((scenario) => {
      const rows = cells.filter((cell) => cell.scenario === scenario);
      return `${scenario}\n${rows.map(({ strategy }) => `  ${strategy.padEnd(width)}  ${shown(scenario, strategy)}\n`).join('')}`;
    })
    .join('\n');
}
