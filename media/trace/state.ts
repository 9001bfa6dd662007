import type { Cell, CellValue, Playback } from '../../server/lsp/traces.js';
import { t } from '../words.js';
import { make } from './dom.js';
import type { Run } from './run.js';

/** More elements than these are counted instead of drawn. */
const mostSlots = 24;

const titles: Readonly<Record<Cell['group'], string>> = {
  task: t('Tasks'),
  set: 'bio_sets',
  pool: t('Mempools'),
  lock: t('Locks'),
  device: t('Devices'),
  queue: t('Workqueues'),
  list: t('Shared lists'),
  variable: t('Variables'),
};

/** The state after a step: all of it, or what the step changed with the value before. */
export function stateOf(run: Run, step: number, all: boolean): HTMLElement {
  const { cells, steps } = run.playback;
  const changed = new Set(steps[step - 1]?.changes.map(([cell]) => cell));
  const values = run.at(step);
  const before = step > 0 ? run.at(step - 1) : values;
  const shown = cells.flatMap((cell, index) => (all || changed.has(index) ? [{ cell, index }] : []));
  const state = make('div', { class: 'state' });
  if (shown.length === 0) {
    const text = step === 0 ? t('Nothing has happened yet.') : t('This step changes nothing that others can see.');
    state.append(make('p', { class: 'quiet' }, text));
  }
  for (const [group, title] of Object.entries(titles)) {
    const own = shown.filter(({ cell }) => cell.group === group);
    if (own.length === 0) continue;
    state.append(make('h3', {}, title));
    for (const owner of new Set(own.map(({ cell }) => cell.owner))) {
      const table = make('dl', {});
      for (const { cell, index } of own) {
        if (cell.owner !== owner) continue;
        const name = make('dt', {}, cell.label);
        const value = make('dd', {}, show(cell, values[index] ?? ''));
        if (changed.has(index)) {
          name.classList.add('changed');
          value.append(' ', make('small', { class: 'was' }, t('was {0}', textOf(cell, before[index] ?? ''))));
        }
        table.append(name, value);
      }
      state.append(make('section', { class: 'owner' }, make('h4', {}, owner), table));
    }
  }
  return state;
}

function show(cell: Cell, value: CellValue): Node {
  if (cell.kind === 'reserve' && typeof value === 'number') return slots(value, cell.size);
  if (typeof value === 'object') {
    if (value.length === 0) return make('span', { class: 'quiet' }, emptyOf(cell));
    return make('span', { class: 'names' }, ...value.map((name) => make('code', {}, name)));
  }
  const text = textOf(cell, value);
  const sleeps = cell.kind === 'status' && text.startsWith('sleeps');
  return make('span', { class: value === '' ? 'quiet' : sleeps ? 'asleep' : '' }, text);
}

/** Elements of a reserve: those in use filled, the free ones hollow. */
function slots(free: number, size: number): HTMLElement {
  const text = t('{0} of {1} free', free, size);
  const picture = make('span', { class: 'slots', role: 'img', 'aria-label': text });
  if (size <= mostSlots)
    for (let element = 0; element < size; element++)
      picture.append(make('span', { class: element < size - free ? 'slot used' : 'slot' }));
  return make('span', { class: 'reserve' }, picture, make('span', { 'aria-hidden': true }, text));
}

/** A value in one line. */
function textOf(cell: Cell, value: CellValue): string {
  if (typeof value === 'object') return value.length === 0 ? emptyOf(cell) : value.join(', ');
  if (cell.kind === 'reserve') return t('{0} free', String(value));
  return value === '' ? 'NULL' : String(value);
}

function emptyOf({ kind }: Cell): string {
  return kind === 'holders' || kind === 'waiters' ? t('nobody') : t('empty');
}

/** What a step is called: `T allocates clone from bs`. */
export function stepTitle({ lanes, steps }: Playback, step: number): string {
  const played = steps[step - 1];
  return played === undefined ? t('The beginning') : `${lanes[played.lane]?.name} ${played.action}`;
}
