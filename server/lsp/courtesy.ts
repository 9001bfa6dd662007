import type { CancellationToken, Connection, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Courtesy } from '../text.js';

/** How long work runs before the client hears of it: shorter work would only make the status bar flicker. */
const quietMilliseconds = 300;

/** Whether the error says that work was cancelled. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** An abort signal that fires with the token. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/**
 * Runs `work` and shows its progress in the client (`$/progress`), where the user can cancel it. Rejects with the
 * abort reason when the user or `signal` does.
 */
export async function withProgress<T>(
  connection: Connection,
  title: string,
  signal: AbortSignal,
  work: (courtesy: Courtesy) => Promise<T>,
): Promise<T> {
  const cancelled = new AbortController();
  const shown: WorkDoneProgressReporter[] = [];
  let finished = false;
  const timer = setTimeout(async () => {
    const progress = await connection.window.createWorkDoneProgress();
    if (finished) return;
    shown.push(progress);
    progress.begin(title, undefined, undefined, true);
    progress.token.onCancellationRequested(() => cancelled.abort());
  }, quietMilliseconds);
  try {
    return await work({
      signal: AbortSignal.any([signal, cancelled.signal]),
      progress: (what, done, total) => {
        for (const progress of shown)
          progress.report(Math.floor((100 * done) / Math.max(total, 1)), `${what} ${done}/${total}`);
      },
    });
  } finally {
    finished = true;
    clearTimeout(timer);
    for (const progress of shown) progress.done();
  }
}
