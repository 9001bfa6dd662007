import { t } from '../words.js';
import { draw, make } from './dom.js';
import { type Format, formats } from './messages.js';
import { everything, type Filter } from './run.js';

export interface ToolbarEvents {
  /** Rows to move by; infinite for the ends. */
  readonly onMove: (rows: number) => void;
  readonly onFilter: (filter: Filter) => void;
  /** By one, closer or wider. */
  readonly onZoom: (by: -1 | 1) => void;
  readonly onAll: (all: boolean) => void;
  readonly onCompare: (other: number | null) => void;
  readonly onExport: (format: Format) => void;
  readonly onDebug: () => void;
}

interface Contents {
  readonly lanes: readonly string[];
  readonly resources: readonly string[];
  readonly others: readonly string[];
}

const formatNames: Readonly<Record<Format, string>> = {
  svg: t('SVG picture'),
  markdown: 'Markdown',
  json: 'JSON',
  text: t('Plain text'),
};

/** What can be done with the runs: move, narrow, zoom, compare, export, debug. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #count = make('output', { class: 'count' });
  readonly #all: HTMLInputElement;
  readonly #filter: HTMLSelectElement;
  readonly #compare: HTMLSelectElement;
  readonly #filters: readonly Filter[];

  constructor({ lanes, resources, others }: Contents, events: ToolbarEvents) {
    this.#filters = [
      everything,
      ...lanes.map((name): Filter => ({ kind: 'lane', name })),
      ...resources.map((name): Filter => ({ kind: 'resource', name })),
    ];
    this.#all = make('input', { type: 'checkbox', id: 'all' });
    this.#all.addEventListener('change', () => events.onAll(this.#all.checked));
    this.#filter = choice(
      t('Steps'),
      this.#filters.map(({ kind, name }) => {
        if (kind === 'all') return t('all steps');
        return kind === 'lane' ? t('of {0}', name) : t('on {0}', name);
      }),
      (index) => events.onFilter(this.#filters[index] ?? everything),
    );
    this.#compare = choice(t('Compare with'), [t('nothing'), ...others], (index) =>
      events.onCompare(index === 0 ? null : index - 1),
    );
    const save = choice(t('Export as'), [t('Export…'), ...formats.map((format) => formatNames[format])], (index) => {
      save.selectedIndex = 0;
      const format = formats[index - 1];
      if (format) events.onExport(format);
    });
    this.element = make(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': t('Trace') },
      button(icon('M3 3v10M13 3L6 8l7 5z'), t('First step (Home)'), () => events.onMove(Number.NEGATIVE_INFINITY)),
      button(icon('M11 3L4 8l7 5z'), t('Previous step (↑ or k)'), () => events.onMove(-1)),
      button(icon('M5 3l7 5-7 5z'), t('Next step (↓ or j)'), () => events.onMove(1)),
      button(icon('M13 3v10M3 3l7 5-7 5z'), t('Last step (End)'), () => events.onMove(Number.POSITIVE_INFINITY)),
      this.#count,
      button(icon('M3 8h10'), t('Zoom out (−)'), () => events.onZoom(1)),
      button(icon('M3 8h10M8 3v10'), t('Zoom in (+)'), () => events.onZoom(-1)),
      labelled(t('Steps'), this.#filter),
      make('label', { for: 'all' }, this.#all, ` ${t('Whole state')}`),
      ...(others.length > 0 ? [labelled(t('Compare with'), this.#compare)] : []),
      save,
      button(t('Debug'), t('Replay in the debugger (d)'), () => events.onDebug()),
    );
  }

  /** Says where the cursor is. */
  at(step: number, length: number): void {
    this.#count.textContent = `${step} / ${length}`;
  }

  set all(all: boolean) {
    this.#all.checked = all;
  }

  /** Chooses what the steps are narrowed to; all of them if there is no such choice. */
  choose(filter: Filter): void {
    const found = this.#filters.findIndex(({ kind, name }) => kind === filter.kind && name === filter.name);
    this.#filter.selectedIndex = Math.max(0, found);
  }

  set other(other: number | null) {
    this.#compare.selectedIndex = other === null ? 0 : other + 1;
  }
}

/** A button's picture, drawn: fonts differ in the signs that they have. */
function icon(path: string): SVGElement {
  return draw('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': true }, draw('path', { d: path }));
}

function button(face: SVGElement | string, title: string, onClick: () => void): HTMLButtonElement {
  const named = typeof face === 'string' ? {} : { 'aria-label': title };
  const made = make('button', { type: 'button', title, ...named }, face);
  made.addEventListener('click', onClick);
  return made;
}

function choice(name: string, options: readonly string[], onChoice: (index: number) => void): HTMLSelectElement {
  const made = make('select', { 'aria-label': name }, ...options.map((option) => make('option', {}, option)));
  made.addEventListener('change', () => onChoice(made.selectedIndex));
  return made;
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  return make('span', { class: 'labelled' }, make('span', { 'aria-hidden': true }, text), control);
}
