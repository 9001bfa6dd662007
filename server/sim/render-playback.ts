import type { CellValue, Playback } from './playback.js';
import { renderMarkdown, renderText } from './render.js';
import { renderSvg } from './render-svg.js';
import type { Simulation, TraceStep } from './types.js';

export const traceFormats = ['svg', 'markdown', 'json', 'text'] as const;

export type TraceFormat = (typeof traceFormats)[number];

/** A played run as a file: a picture of its lanes, or what `rescuer simulate` says of it. Ends with a newline. */
export function renderPlayback(simulation: Simulation, playback: Playback, format: TraceFormat): string {
  switch (format) {
    case 'svg':
      return renderSvg(playback);
    case 'json':
      return `${JSON.stringify(playback, null, 2)}\n`;
    case 'markdown':
      return renderMarkdown(withTrace(simulation, playback));
    case 'text':
      return renderText(withTrace(simulation, playback));
  }
}

/** A proof has no trace; the sample takes its place. */
function withTrace(simulation: Simulation, { lanes, cells, steps }: Playback): Simulation {
  if (simulation.trace.length > 0) return simulation;
  const trace = steps.map(({ lane, action, source, changes }, index): TraceStep => {
    const changed = changes.map(([cell, value]): [string, string] => {
      const { owner = '', label = '' } = cells[cell] ?? {};
      return [`${owner} ${label}`, textOf(value)];
    });
    return { step: index + 1, task: lanes[lane]?.name ?? '', action, source, changed: Object.fromEntries(changed) };
  });
  return { ...simulation, trace };
}

/** A value as a reader sees it. */
function textOf(value: CellValue): string {
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}
