/** What the trace panel and the extension tell each other. Both sides check what they get. */
import type { Playback, TraceLink } from '../../server/lsp/traces.js';

/** `main` is the run that was asked for, `other` the one it is compared with. */
export type Side = 'main' | 'other';

export const formats = ['svg', 'markdown', 'json', 'text'] as const;

export type Format = (typeof formats)[number];

/** A run that the panel is opened with beside its own. */
export interface Beside {
  readonly title: string;
  readonly link: TraceLink;
}

/** A run as the panel shows it. */
export interface Shown {
  readonly title: string;
  readonly link: TraceLink;
  readonly playback: Playback;
  /** What each spot is called; null for one that cannot be opened. */
  readonly places: readonly (string | null)[];
  /** Titles of the runs that this one can be compared with. */
  readonly others: readonly string[];
  /** The first of them if the panel is opened with it. */
  readonly beside: Beside | null;
}

export type ToPanel =
  | { readonly kind: 'show'; readonly side: Side; readonly shown: Shown }
  | { readonly kind: 'alone' }
  | { readonly kind: 'failed'; readonly message: string }
  /** Steps at these spots are where the cursor is in the source. */
  | { readonly kind: 'mark'; readonly side: Side; readonly spots: readonly number[] }
  | { readonly kind: 'go'; readonly step: number };

export type FromPanel =
  | { readonly kind: 'ready' }
  | { readonly kind: 'open'; readonly side: Side; readonly spot: number }
  | { readonly kind: 'cursor'; readonly spot: number | null }
  /** `other` is an index into `others`; null to compare no more. */
  | { readonly kind: 'compare'; readonly other: number | null }
  | { readonly kind: 'export'; readonly format: Format }
  | { readonly kind: 'debug' };

type Fields = Readonly<Record<string, unknown>>;

const isIndex = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isSide = (value: unknown): value is Side => value === 'main' || value === 'other';
const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null ? (value as Fields) : null;

/** A message from the panel; null for anything else. */
export function readFromPanel(sent: unknown): FromPanel | null {
  const fields = fieldsOf(sent);
  switch (fields?.kind) {
    case 'ready':
    case 'debug':
      return { kind: fields.kind };
    case 'open':
      return isSide(fields.side) && isIndex(fields.spot)
        ? { kind: 'open', side: fields.side, spot: fields.spot }
        : null;
    case 'cursor':
      return fields.spot === null || isIndex(fields.spot) ? { kind: 'cursor', spot: fields.spot } : null;
    case 'compare':
      return fields.other === null || isIndex(fields.other) ? { kind: 'compare', other: fields.other } : null;
    case 'export': {
      const format = formats.find((known) => known === fields.format);
      return format === undefined ? null : { kind: 'export', format };
    }
    default:
      return null;
  }
}

/** A message to the panel; null for anything else. A run is checked for its parts, whose contents the server made. */
export function readToPanel(sent: unknown): ToPanel | null {
  const fields = fieldsOf(sent);
  switch (fields?.kind) {
    case 'alone':
      return { kind: 'alone' };
    case 'failed':
      return typeof fields.message === 'string' ? { kind: 'failed', message: fields.message } : null;
    case 'go':
      return isIndex(fields.step) ? { kind: 'go', step: fields.step } : null;
    case 'mark':
      return isSide(fields.side) && Array.isArray(fields.spots)
        ? { kind: 'mark', side: fields.side, spots: fields.spots.filter(isIndex) }
        : null;
    case 'show':
      return isSide(fields.side) && isShown(fields.shown)
        ? { kind: 'show', side: fields.side, shown: fields.shown }
        : null;
    default:
      return null;
  }
}

function isShown(sent: unknown): sent is Shown {
  const fields = fieldsOf(sent);
  const playback = fieldsOf(fields?.playback);
  const lists = ['lanes', 'cells', 'initial', 'steps', 'cycle', 'spots', 'stacks'];
  return (
    typeof fields?.title === 'string' &&
    Array.isArray(fields.places) &&
    Array.isArray(fields.others) &&
    playback !== null &&
    typeof playback.sentence === 'string' &&
    lists.every((name) => Array.isArray(playback[name]))
  );
}
