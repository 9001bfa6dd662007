import { t } from '../words.js';
import { make } from './dom.js';
import { cycleGraph } from './graph.js';
import type { Shown } from './messages.js';
import { type Filter, Run } from './run.js';
import { stateOf, stepTitle } from './state.js';
import { Timeline } from './timeline.js';

const verdicts: Readonly<Record<string, string>> = {
  proved: t('proved within these bounds'),
  incomplete: t('incomplete'),
};

interface Events {
  readonly onStep: (step: number) => void;
  readonly onOpen: (spot: number) => void;
}

/** One run: what it shows in a sentence, its steps, and the state at the cursor with the wait-for cycle. */
export class RunSide {
  readonly element: HTMLElement;
  readonly run: Run;
  readonly timeline: Timeline;
  readonly #shown: Shown;
  readonly #events: Events;
  readonly #state = make('div', { class: 'state-of-step' });
  readonly #note = make('p', { class: 'note' });
  #step = 0;
  #all = false;

  constructor(shown: Shown, events: Events) {
    this.#shown = shown;
    this.#events = events;
    this.run = new Run(shown.playback);
    this.timeline = new Timeline(this.run, shown.title, events);
    const { playback, title } = shown;
    const { verdict, sentence, kind, era, parameters, cycle } = playback;
    const bounds = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    const about = [t('order of Linux {0}', era), ...bounds, t('{0} steps', this.run.length)].join(', ');
    const bad = verdict !== 'proved' && verdict !== 'incomplete';
    this.element = make(
      'section',
      { class: 'side', 'aria-label': title },
      make(
        'header',
        {},
        make(
          'h1',
          {},
          title,
          ' ',
          make('span', { class: bad ? 'verdict bad' : 'verdict' }, verdicts[verdict] ?? verdict),
        ),
        make('p', { class: 'sentence' }, sentence),
        make('p', { class: 'quiet' }, kind === 'sample' ? t('One of its runs; {0}', about) : about),
        this.#note,
      ),
      make(
        'div',
        { class: 'panes' },
        this.timeline.element,
        make('div', { class: 'now' }, this.#state, ...(cycle.length > 0 ? [cycleGraph(cycle)] : [])),
      ),
    );
    this.#note.hidden = true;
  }

  get step(): number {
    return this.#step;
  }

  /** The spot of the step at the cursor; null without one that can be opened. */
  get spot(): number | null {
    const spot = this.run.playback.steps[this.#step - 1]?.spot ?? null;
    return spot === null || this.#shown.places[spot] === null ? null : spot;
  }

  /** Moves the cursor; a run that has fewer steps stays at its last. */
  go(step: number): void {
    this.#step = Math.max(0, Math.min(this.run.length, step));
    this.timeline.go(this.#step);
    this.#draw();
  }

  showAll(all: boolean): void {
    this.#all = all;
    this.#draw();
  }

  filter(filter: Filter): void {
    this.timeline.filter(filter);
  }

  compare(same: number | null, title: string): void {
    this.timeline.compare(same);
    this.#note.hidden = same === null;
    if (same === null) return;
    if (same === 0) this.#note.textContent = t('Differs from {0} from the first step on.', title);
    else if (same === 1) this.#note.textContent = t('The first step is that of {0}.', title);
    else this.#note.textContent = t('The first {0} steps are those of {1}.', same, title);
  }

  #draw(): void {
    const { playback, places } = this.#shown;
    const played = playback.steps[this.#step - 1];
    const title = make('h2', { 'aria-live': 'polite' }, stepTitle(playback, this.#step));
    const where = make('p', { class: 'where' });
    if (played?.source) where.append(make('code', {}, played.source), ' ');
    const spot = this.spot;
    if (spot !== null) {
      const link = make('button', { type: 'button', class: 'link' }, places[spot] ?? '');
      link.addEventListener('click', () => this.#events.onOpen(spot));
      where.append(link);
    }
    this.#state.replaceChildren(title, where, stateOf(this.run, this.#step, this.#all));
  }
}
