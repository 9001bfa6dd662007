import { make } from './dom.js';
import { type FromPanel, readToPanel, type Shown, type Side } from './messages.js';
import { everything, type Filter } from './run.js';
import { RunSide } from './side.js';
import { zooms } from './timeline.js';
import { Toolbar } from './toolbar.js';

/** What survives when the panel is hidden or the window is reloaded. */
interface Kept {
  readonly link: unknown;
  readonly beside: unknown;
  readonly step: number;
  readonly zoom: number;
  readonly all: boolean;
  readonly filter: Filter;
  readonly other: number | null;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanel): void;
  getState(): Partial<Kept> | undefined;
  setState(state: Kept): void;
};

const vscode = acquireVsCodeApi();
const page = document.body;
const before = vscode.getState();
let kept: Kept = {
  link: before?.link ?? null,
  beside: before?.beside ?? null,
  step: before?.step ?? -1,
  zoom: before?.zoom ?? 0,
  all: before?.all ?? false,
  filter: before?.filter ?? everything,
  other: before?.other ?? null,
};
const sides = new Map<Side, RunSide>();
let toolbar: Toolbar | null = null;

function keep(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  vscode.setState(kept);
}

function show(side: Side, shown: Shown): void {
  const events = {
    onStep: (step: number): void => go(step),
    onOpen: (spot: number): void => vscode.postMessage({ kind: 'open', side, spot }),
  };
  const run = new RunSide(shown, events);
  if (side === 'other') {
    sides.set('other', run);
    arrange();
    return;
  }
  sides.clear();
  sides.set('main', run);
  const { lanes } = shown.playback;
  // A trace that is opened for the first time shows its end: that is what it is about.
  const again = JSON.stringify(kept.link) === JSON.stringify(shown.link);
  const step = again && kept.step >= 0 ? kept.step : run.run.length;
  const { link, beside } = shown;
  keep({ link, beside, step, ...(again ? {} : { filter: everything, other: beside ? 0 : null }) });
  toolbar = new Toolbar(
    { lanes: lanes.map(({ name }) => name), resources: run.run.resources(), others: shown.others },
    {
      onMove: move,
      onFilter: (filter) => {
        keep({ filter });
        for (const one of sides.values()) one.filter(filter);
      },
      onZoom: zoomBy,
      onAll: (all) => {
        keep({ all });
        for (const one of sides.values()) one.showAll(all);
      },
      onCompare: compare,
      onExport: (format) => vscode.postMessage({ kind: 'export', format }),
      onDebug: () => vscode.postMessage({ kind: 'debug' }),
    },
  );
  toolbar.all = kept.all;
  toolbar.choose(kept.filter);
  toolbar.other = kept.other;
  arrange();
  run.timeline.focus();
  if (kept.other !== null) compare(kept.other);
}

function compare(other: number | null): void {
  keep({ other });
  vscode.postMessage({ kind: 'compare', other });
}

/** Puts the runs that are shown side by side. */
function arrange(): void {
  const [main, other] = [sides.get('main'), sides.get('other')];
  if (!main || !toolbar) return;
  const both = make('main', { class: other ? 'two' : 'one' }, main.element, ...(other ? [other.element] : []));
  page.replaceChildren(make('header', {}, toolbar.element), both);
  const same = other ? main.run.sameAs(other.run) : null;
  main.compare(same, other?.element.getAttribute('aria-label') ?? '');
  other?.compare(same, main.element.getAttribute('aria-label') ?? '');
  for (const side of sides.values()) {
    side.showAll(kept.all);
    side.filter(kept.filter);
    side.timeline.zoom(kept.zoom);
  }
  go(kept.step);
}

function go(step: number): void {
  const main = sides.get('main');
  if (!main) return;
  const length = Math.max(...[...sides.values()].map(({ run }) => run.length));
  const at = Math.max(0, Math.min(length, step));
  for (const side of sides.values()) side.go(at);
  toolbar?.at(at, length);
  keep({ step: at });
  vscode.postMessage({ kind: 'cursor', spot: main.spot });
}

function move(rows: number): void {
  const [main, other] = [sides.get('main'), sides.get('other')];
  if (!main) return;
  const longest = other && other.run.length > main.run.length ? other : main;
  if (rows === Number.NEGATIVE_INFINITY) go(0);
  else if (rows === Number.POSITIVE_INFINITY) go(longest.timeline.neighbour(longest.run.length + 1));
  else go(longest.timeline.neighbour(rows));
}

function zoomBy(by: -1 | 1): void {
  const zoom = Math.max(0, Math.min(zooms.length - 1, kept.zoom + by));
  keep({ zoom });
  for (const side of sides.values()) side.timeline.zoom(zoom);
}

const pageOf = (): number => sides.get('main')?.timeline.page() ?? 1;

/** What the keys do, wherever the focus is but in a control that needs them itself. */
const keys: Readonly<Record<string, () => void>> = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  ArrowRight: () => move(1),
  ArrowLeft: () => move(-1),
  j: () => move(1),
  k: () => move(-1),
  PageDown: () => move(pageOf()),
  PageUp: () => move(-pageOf()),
  Home: () => move(Number.NEGATIVE_INFINITY),
  End: () => move(Number.POSITIVE_INFINITY),
  '+': () => zoomBy(-1),
  '=': () => zoomBy(-1),
  '-': () => zoomBy(1),
  d: () => vscode.postMessage({ kind: 'debug' }),
  Enter: () => sides.get('main')?.timeline.open(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inControl = event.target instanceof HTMLElement && event.target.closest('select, input, button') !== null;
  const act = keys[event.key];
  if (inControl || act === undefined) return;
  event.preventDefault();
  act();
});

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readToPanel(data);
  switch (message?.kind) {
    case 'show':
      show(message.side, message.shown);
      break;
    case 'alone':
      sides.delete('other');
      arrange();
      break;
    case 'failed':
      page.replaceChildren(make('p', { class: 'failed', role: 'alert' }, message.message));
      break;
    case 'mark':
      sides.get(message.side)?.timeline.mark(message.spots);
      break;
    case 'go':
      go(message.step);
      break;
    case undefined:
      break;
  }
});

vscode.postMessage({ kind: 'ready' });
