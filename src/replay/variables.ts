import type { Cell, CellValue, Playback } from '../../server/lsp/traces.js';

/** Says texts in the user's language, as `vscode.l10n` does. */
export interface Language {
  t(text: string, ...values: readonly (string | number)[]): string;
}

/** A state of a run, and the language that it is told in. */
export interface Moment {
  readonly l10n: Language;
  readonly playback: Playback;
  readonly step: number;
  readonly values: readonly CellValue[];
}

/** A variable as a debugger shows it; `more` is what it unfolds to. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly more: Shelf | null;
}

/** What a scope or an owner in it unfolds to. */
export type Shelf =
  | { readonly kind: 'lane'; readonly lane: number }
  | { readonly kind: 'groups'; readonly groups: readonly Cell['group'][] }
  | { readonly kind: 'owner'; readonly group: Cell['group']; readonly owner: string }
  | { readonly kind: 'changes' };

function shelvesIn(l10n: Language): readonly (readonly [string, readonly Cell['group'][]])[] {
  return [
    [l10n.t('bio_sets and mempools'), ['set', 'pool']],
    [l10n.t('Locks'), ['lock']],
    [l10n.t('Devices and workqueues'), ['device', 'queue', 'list']],
    [l10n.t('Variables'), ['variable']],
  ];
}

/** The scopes of a frame: its task, what tasks share, and what the last step changed. */
export function scopesOf(
  { lanes, cells }: Playback,
  lane: number,
  l10n: Language,
): readonly { readonly title: string; readonly shelf: Shelf }[] {
  const shown = shelvesIn(l10n).filter(([, groups]) => cells.some(({ group }) => groups.includes(group)));
  return [
    { title: lanes[lane]?.name ?? '', shelf: { kind: 'lane', lane } },
    ...shown.map(([title, groups]) => ({ title, shelf: { kind: 'groups', groups } as const })),
    { title: l10n.t('Changed by the last step'), shelf: { kind: 'changes' } },
  ];
}

/** What a shelf holds. */
export function contentOf(shelf: Shelf, moment: Moment): readonly Variable[] {
  const { l10n } = moment;
  const { cells, lanes, steps } = moment.playback;
  switch (shelf.kind) {
    case 'lane':
      return cellsOf(moment, 'task', lanes[shelf.lane]?.name ?? '').map((filled) => leaf(filled, l10n));
    case 'owner':
      return cellsOf(moment, shelf.group, shelf.owner).map((filled) => leaf(filled, l10n));
    case 'changes':
      return (steps[moment.step - 1]?.changes ?? []).flatMap(([index]) => {
        const cell = cells[index];
        if (!cell) return [];
        return [{ ...leaf({ cell, value: moment.values[index] ?? '' }, l10n), name: `${cell.owner} ${cell.label}` }];
      });
    case 'groups': {
      const owners = new Map(
        cells
          .filter(({ group }) => shelf.groups.includes(group))
          .map(({ group, owner }) => [`${group} ${owner}`, { group, owner }]),
      );
      return [...owners.values()].map(({ group, owner }) => whole(moment, group, owner));
    }
  }
}

/** The variable of a name as a watch has it: `bs`, `bs reserve`, `T bio_list[0]`; null if there is none. */
export function find(name: string, moment: Moment): Variable | null {
  const { cells } = moment.playback;
  const index = cells.findIndex(({ owner, label }) => `${owner} ${label}` === name);
  const cell = cells[index];
  if (cell) return leaf({ cell, value: moment.values[index] ?? '' }, moment.l10n);
  const owner = cells.find((candidate) => candidate.owner === name);
  return owner ? whole(moment, owner.group, owner.owner) : null;
}

interface Filled {
  readonly cell: Cell;
  readonly value: CellValue;
}

function cellsOf({ playback, values }: Moment, group: Cell['group'], owner: string): readonly Filled[] {
  return playback.cells.flatMap((cell, index) =>
    cell.group === group && cell.owner === owner ? [{ cell, value: values[index] ?? '' }] : [],
  );
}

function leaf(filled: Filled, l10n: Language): Variable {
  return { name: filled.cell.label, value: textOf(filled, l10n), more: null };
}

/** A set, a lock…: what matters most of it is its first cell, and who waits. */
function whole(moment: Moment, group: Cell['group'], owner: string): Variable {
  const { l10n } = moment;
  const own = cellsOf(moment, group, owner);
  const [first] = own;
  if (own.length === 1 && first) return { ...leaf(first, l10n), name: owner };
  const waiters = own.find(
    ({ cell, value }) => cell.kind === 'waiters' && typeof value === 'object' && value.length > 0,
  );
  const state = first && textOf(first, l10n);
  const parts = [state && first.cell.kind === 'holders' ? l10n.t('held by {0}', state) : state];
  if (waiters) parts.push(l10n.t('{0} waits', textOf(waiters, l10n)));
  return { name: owner, value: parts.filter(Boolean).join(', '), more: { kind: 'owner', group, owner } };
}

function textOf({ cell, value }: Filled, l10n: Language): string {
  if (typeof value === 'object') {
    if (cell.kind === 'list') return `[${value.join(', ')}]`;
    return value.length === 0 ? l10n.t('nobody') : value.join(', ');
  }
  if (cell.kind === 'reserve') return l10n.t('{0} of {1} free', value, cell.size ?? 0);
  return value === '' ? 'NULL' : String(value);
}
