import type { Scenario } from '../model/scenario.js';
import type { Courtesy } from '../text.js';
import { type Costs, defaultCosts, measure, type PerfOptions, type Performance } from './perf.js';

/** Strategies side by side, and how far the comparison depends on the assumed costs. */
export interface Comparison {
  readonly scenario: string;
  readonly costs: Costs;
  readonly seed: number;
  readonly rounds: number;
  readonly rows: readonly Performance[];
  /** What others are compared with: the first strategy whose run does not get stuck; null if all do. */
  readonly base: string | null;
  /** Per strategy: least and largest throughput relative to the base, with each cost halved and doubled; null if it gets stuck. */
  readonly sensitivity: readonly {
    readonly strategy: string;
    readonly least: number | null;
    readonly most: number | null;
  }[];
}

/** Timed runs of a scenario under all its strategies. The same options give the same figures. */
export async function compare(
  scenario: Scenario,
  options: Omit<PerfOptions, 'strategy'>,
  courtesy: Courtesy = {},
): Promise<Comparison> {
  const costs = { ...defaultCosts, ...options.costs };
  const strategies = [...scenario.strategies.keys()];
  const all = async (changed: Costs): Promise<Performance[]> => {
    const rows: Performance[] = [];
    for (const strategy of strategies)
      rows.push(await measure(scenario, { ...options, strategy, costs: changed }, courtesy));
    return rows;
  };
  const rows = await all(costs);
  const names = Object.keys(costs) as (keyof Costs)[];
  const base = rows.findIndex((row) => !row.stuck);
  const ratios = strategies.map((): number[] => []);
  for (const [index, name] of names.entries())
    for (const factor of [0.5, 2]) {
      const changed = await all({ ...costs, [name]: costs[name] * factor });
      const { throughput = 0, stuck = true } = changed[base] ?? {};
      changed.forEach((row, which) => {
        if (!stuck && !row.stuck && !rows[which]?.stuck) ratios[which]?.push(row.throughput / throughput);
      });
      courtesy.progress?.('costs', 2 * index + factor, 2 * names.length);
    }
  return {
    scenario: scenario.name,
    costs,
    seed: options.seed ?? 1,
    rounds: options.rounds ?? 100,
    rows,
    base: rows[base]?.strategy ?? null,
    sensitivity: strategies.map((strategy, which) => {
      const all = ratios[which] ?? [];
      const some = all.length > 0;
      return { strategy, least: some ? Math.min(...all) : null, most: some ? Math.max(...all) : null };
    }),
  };
}

/** The comparison as one table with the assumptions under it. */
export function renderComparison({ scenario, costs, seed, rounds, rows, base, sensitivity }: Comparison): string {
  const head = [
    'strategy',
    'req/s',
    'p50 us',
    'p99 us',
    'switches',
    'punts',
    'wakeups',
    'threads',
    'reserve B',
    'inversions',
    'relative',
  ];
  const body = rows.map((row, index) => {
    const range = sensitivity[index];
    const [least, most] = [range?.least?.toFixed(2), range?.most?.toFixed(2)];
    const relative = least === undefined ? '-' : `${least}..${most}`;
    const figures = [row.p50, row.p99].map((value) => value.toFixed(1));
    const counts = [row.switches, row.punts, row.wakeups].map((value) => value.toFixed(2));
    const rest = [String(row.threads), String(row.reservedBytes), row.inversions.toFixed(2), relative];
    return [row.strategy, row.stuck ? 'stuck' : String(Math.round(row.throughput)), ...figures, ...counts, ...rest];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((part, column) => (column === 0 ? part.padEnd(widths[column] ?? 0) : part.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const baseNote = base === null || base === rows[0]?.strategy ? '' : ', the first strategy that does not get stuck';
  const assumed = Object.entries(costs).map(([name, value]) => `${name} ${value}`);
  return [
    `${scenario}: ${rounds} requests per task, seed ${seed}`,
    line(head),
    ...body.map(line),
    '',
    `Assumed, in ns: ${assumed.join(', ')}. Every task has a processor of its own; memory beyond the reserves is never there.`,
    `switches, punts, wakeups and inversions are per request; "relative" is req/s against ${base ?? 'nothing: every run gets stuck'}${baseNote},`,
    'least and most with each cost halved and doubled. "stuck" means that the run ended in a deadlock or crash.',
    '',
  ].join('\n');
}
