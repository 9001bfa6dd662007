import { t } from '../words.js';
import { make } from './dom.js';
import { everything, type Filter, type Run } from './run.js';

/** Heights of a row in pixels, from the closest look to the widest. */
export const zooms = [42, 22, 5] as const;

/** Rows drawn above and below those in view. */
const spare = 8;

interface Events {
  /** The user went to a step. */
  readonly onStep: (step: number) => void;
  /** The user wants to see a spot in its source. */
  readonly onOpen: (spot: number) => void;
}

/** The steps of a run in a column for each lane. Only the rows in view are in the document. */
export class Timeline {
  readonly element = make('div', { class: 'timeline' });
  readonly #run: Run;
  readonly #events: Events;
  readonly #list: HTMLElement;
  readonly #header = make('div', { class: 'lanes', 'aria-hidden': true });
  #rows: readonly number[];
  #zoom = 0;
  #cursor = 0;
  #marked: ReadonlySet<number> = new Set();
  #same: number | null = null;
  #pending = false;

  constructor(run: Run, name: string, events: Events) {
    this.#run = run;
    this.#events = events;
    this.#rows = run.rows(everything);
    const id = `steps-${++made}`;
    this.#list = make('div', {
      class: 'rows',
      role: 'listbox',
      tabindex: 0,
      id,
      'aria-label': t('Steps of {0}', name),
    });
    const { lanes } = run.playback;
    this.element.style.setProperty('--lanes', String(lanes.length));
    this.#header.append(
      make('span', { class: 'number' }, '#'),
      ...lanes.map((lane) => make('span', { class: 'lane' }, make('b', {}, lane.name), make('small', {}, lane.kind))),
    );
    this.element.append(this.#header, this.#list);
    this.element.addEventListener('scroll', () => this.#later());
    new ResizeObserver(() => {
      this.#reveal();
      this.#later();
    }).observe(this.element);
    this.#list.addEventListener('click', (event) => this.#clicked(event));
    this.#list.addEventListener('dblclick', () => this.open());
    this.#sizeList();
  }

  focus(): void {
    this.#list.focus({ preventScroll: true });
  }

  /** Opens the source of the step at the cursor. */
  open(): void {
    const spot = this.#run.playback.steps[this.#cursor - 1]?.spot ?? null;
    if (spot !== null) this.#events.onOpen(spot);
  }

  go(step: number): void {
    this.#cursor = step;
    this.#reveal();
    this.#draw();
  }

  /** The step that lies some shown rows away from the cursor. */
  neighbour(distance: number): number {
    const at = this.#rows.findLastIndex((step) => step <= this.#cursor);
    const hidden = this.#rows[at] !== this.#cursor;
    const target = distance < 0 && hidden ? at + distance + 1 : at + distance;
    return this.#rows[Math.max(0, Math.min(this.#rows.length - 1, target))] ?? 0;
  }

  /** How many rows fit in view. */
  page(): number {
    return Math.max(1, Math.floor(this.element.clientHeight / this.#height) - 2);
  }

  filter(filter: Filter): void {
    this.#rows = this.#run.rows(filter);
    this.#sizeList();
    this.#reveal();
    this.#draw();
  }

  zoom(zoom: number): void {
    this.#zoom = zoom;
    this.#sizeList();
    this.#reveal();
    this.#draw();
  }

  /** Marks the steps at these spots. */
  mark(spots: readonly number[]): void {
    this.#marked = new Set(spots);
    this.#draw();
  }

  /** Says how many steps are the same in the run beside this one. */
  compare(same: number | null): void {
    this.#same = same;
    this.#draw();
  }

  get #height(): number {
    return zooms[this.#zoom] ?? zooms[0];
  }

  #sizeList(): void {
    this.#list.style.height = `${this.#rows.length * this.#height}px`;
    this.element.dataset.zoom = String(this.#zoom);
    this.element.style.setProperty('--row', `${this.#height}px`);
  }

  /** Draws once, before the next frame. */
  #later(): void {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      this.#draw();
    });
  }

  #reveal(): void {
    const at = this.#rows.findLastIndex((step) => step <= this.#cursor);
    const head = this.#header.offsetHeight;
    const from = at * this.#height;
    const { scrollTop, clientHeight } = this.element;
    if (from < scrollTop) this.element.scrollTop = from;
    else if (from + this.#height + head > scrollTop + clientHeight)
      this.element.scrollTop = from + this.#height + head - clientHeight;
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / this.#height) - spare);
    const last = Math.min(this.#rows.length, Math.ceil((scrollTop + clientHeight) / this.#height) + spare);
    const drawn = this.#rows.slice(first, last);
    // A listbox names the active option, so that one is always there.
    const at = this.#rows.indexOf(this.#cursor);
    const extra = at >= 0 && (at < first || at >= last) ? [this.#row(this.#cursor, at)] : [];
    this.#list.replaceChildren(...drawn.map((step, index) => this.#row(step, first + index)), ...extra);
    if (at >= 0) this.#list.setAttribute('aria-activedescendant', this.#idOf(this.#cursor));
    else this.#list.removeAttribute('aria-activedescendant');
  }

  #idOf(step: number): string {
    return `${this.#list.id}-${step}`;
  }

  #row(step: number, index: number): HTMLElement {
    const { steps, lanes } = this.#run.playback;
    const played = steps[step - 1];
    const lane = played === undefined ? -1 : played.lane;
    const told =
      played === undefined
        ? t('The beginning')
        : `${lanes[lane]?.name} ${played.action}${played.source ? ` ${t('in {0}', played.source)}` : ''}`;
    const row = make('div', {
      class: 'row',
      role: 'option',
      id: this.#idOf(step),
      'aria-posinset': index + 1,
      'aria-setsize': this.#rows.length,
      'aria-selected': step === this.#cursor ? 'true' : 'false',
      title: told,
    });
    row.dataset.step = String(step);
    row.style.top = `${index * this.#height}px`;
    row.classList.toggle('marked', played?.spot !== null && played !== undefined && this.#marked.has(played.spot));
    row.classList.toggle('differs', this.#same !== null && step === this.#same + 1);
    row.append(
      make('span', { class: 'number' }, this.#zoom === 2 ? make('span', { class: 'told' }, `${step} `) : `${step} `),
    );
    for (const [other, { name }] of lanes.entries()) {
      const cell = make('span', { class: `lane ${this.#run.statusOf(other, step)}` });
      if (other === lane && played) cell.append(make('span', { class: 'told' }, `${name} `), this.#box(played));
      if (step === 0 && other === 0 && this.#zoom < 2) cell.append(make('span', { class: 'start' }, t('beginning')));
      row.append(cell);
    }
    return row;
  }

  #box({ action, source, spot, afterwards }: Run['playback']['steps'][number]): HTMLElement {
    const box = make('span', { class: `step ${afterwards}` });
    if (this.#zoom === 2) {
      box.append(make('span', { class: 'told' }, `${action} ${source}`));
      return box;
    }
    box.append(make('span', { class: 'action' }, `${action} `));
    if (this.#zoom === 0) {
      const link = make('span', { class: spot === null ? 'source' : 'source link' }, source);
      if (spot !== null) link.dataset.spot = String(spot);
      box.append(link);
    }
    return box;
  }

  #clicked(event: MouseEvent): void {
    if (!(event.target instanceof HTMLElement)) return;
    const row = event.target.closest<HTMLElement>('.row');
    if (row?.dataset.step === undefined) return;
    this.#events.onStep(Number(row.dataset.step));
    const spot = event.target.closest<HTMLElement>('.link')?.dataset.spot;
    if (spot !== undefined) this.#events.onOpen(Number(spot));
  }
}

let made = 0;
