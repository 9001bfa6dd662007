import type { Courtesy } from '../text.js';

/** What the command line needs of its process; tests hand in their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Bytes of standard input, read to its end. */
  input(): Promise<Uint8Array>;
  /** Whether standard output is a terminal that wants colour. */
  readonly colour: boolean;
  /** Whether standard error is a terminal, so that progress may be drawn there. */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
}

/** Progress is drawn on one line of a terminal's standard error, at most this often (milliseconds). */
const redrawEvery = 100;

/** Courtesy that draws progress on an interactive terminal and is cancelled by Ctrl+C; `done` wipes the line. */
export function courtesyOf(terminal: Terminal): Courtesy & { done(): void } {
  let drawn = 0;
  const wipe = '\r\u001b[K';
  return {
    signal: terminal.signal,
    progress(what, done, total) {
      const now = Date.now();
      if (!terminal.interactive || now - drawn < redrawEvery) return;
      drawn = now;
      terminal.err(`${wipe}${what} ${done}/${total}`);
    },
    done() {
      if (drawn > 0) terminal.err(wipe);
    },
  };
}
