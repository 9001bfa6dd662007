import type { Comparison } from '../../server/lsp/performance.js';
import { make } from '../trace/dom.js';
import { t } from '../words.js';

type Row = Comparison['rows'][number];

/** Figures that are worth a chart, and what is better. */
const charts: readonly { readonly title: string; readonly unit: string; readonly of: (row: Row) => number }[] = [
  { title: t('Requests per second (more is better)'), unit: '', of: ({ throughput }) => Math.round(throughput) },
  { title: t('99th percentile of latency (less is better)'), unit: ' µs', of: ({ p99 }) => p99 },
  { title: t('Context switches per request (fewer is better)'), unit: '', of: ({ switches }) => switches },
];

const columns: readonly (readonly [string, (row: Row) => string])[] = [
  [t('req/s'), ({ throughput }) => String(Math.round(throughput))],
  ['p50 µs', ({ p50 }) => p50.toFixed(1)],
  ['p99 µs', ({ p99 }) => p99.toFixed(1)],
  [t('switches'), ({ switches }) => switches.toFixed(2)],
  [t('punts'), ({ punts }) => punts.toFixed(2)],
  [t('wakeups'), ({ wakeups }) => wakeups.toFixed(2)],
  [t('threads'), ({ threads }) => String(threads)],
  [t('reserve B'), ({ reservedBytes }) => String(reservedBytes)],
  [t('inversions'), ({ inversions }) => inversions.toFixed(2)],
];

function chart(rows: readonly Row[], { title, unit, of }: (typeof charts)[number]): HTMLElement {
  const most = Math.max(...rows.filter(({ stuck }) => !stuck).map(of), Number.MIN_VALUE);
  return make(
    'figure',
    { class: 'chart' },
    make('figcaption', {}, title),
    ...rows.map((row) => {
      const bar = make('span', { class: 'bar' });
      bar.style.width = row.stuck ? '0' : `${(100 * of(row)) / most}%`;
      const figure = Number.isInteger(of(row)) ? String(of(row)) : of(row).toFixed(2);
      return make(
        'div',
        { class: 'bar-row' },
        make('span', { class: 'name' }, row.strategy),
        make('span', { class: 'track' }, bar),
        make(
          'span',
          { class: row.stuck ? 'figure stuck' : 'figure' },
          row.stuck ? t('gets stuck') : `${figure}${unit}`,
        ),
      );
    }),
  );
}

function table({ rows, sensitivity, base }: Comparison): HTMLElement {
  const heads = [t('strategy'), ...columns.map(([title]) => title), t('relative to {0}', base ?? t('nothing'))];
  return make(
    'div',
    // Wider than a narrow panel: it scrolls, also with keys.
    { class: 'table', tabindex: 0, role: 'region', 'aria-label': t('All figures') },
    make(
      'table',
      {},
      make('thead', {}, make('tr', {}, ...heads.map((title) => make('th', { scope: 'col' }, title)))),
      make(
        'tbody',
        {},
        ...rows.map((row, index) => {
          const { least = null, most = null } = sensitivity[index] ?? {};
          const relative = least === null || most === null ? '–' : `${least.toFixed(2)} … ${most.toFixed(2)}`;
          const figures = columns.map(([, of], column) => (row.stuck && column === 0 ? t('stuck') : of(row)));
          const cells = [...figures, relative].map((text) => make('td', {}, text));
          return make('tr', {}, make('th', { scope: 'row' }, row.strategy), ...cells);
        }),
      ),
    ),
  );
}

function show(comparison: Comparison): void {
  const { scenario, costs, rounds, seed, rows } = comparison;
  const assumed = Object.entries(costs).map(([name, value]) => `${name} ${value}`);
  document.body.replaceChildren(
    make(
      'main',
      {},
      make('h1', {}, t('Strategies of {0}', scenario)),
      make(
        'p',
        { class: 'quiet' },
        t('{0} requests per task, seed {1}; a timed run, not a measurement.', rounds, seed),
      ),
      ...charts.map((one) => chart(rows, one)),
      table(comparison),
      make(
        'p',
        { class: 'quiet' },
        t(
          'Assumed, in ns: {0}. Every task has a processor of its own; memory beyond the reserves is never there. The last column is req/s, least and most with each cost halved and doubled.',
          assumed.join(', '),
        ),
      ),
    ),
  );
}

/** Whether a message holds a comparison; its contents the server made. */
function isComparison(sent: unknown): sent is Comparison {
  const fields = (typeof sent === 'object' && sent !== null ? sent : {}) as Partial<Record<keyof Comparison, unknown>>;
  return (
    typeof fields.scenario === 'string' &&
    Array.isArray(fields.rows) &&
    Array.isArray(fields.sensitivity) &&
    typeof fields.costs === 'object' &&
    fields.costs !== null
  );
}

declare function acquireVsCodeApi(): { postMessage(message: 'ready'): void };

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isComparison(data)) show(data);
});
acquireVsCodeApi().postMessage('ready');
