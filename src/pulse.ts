/** How often a worker is asked for a sign of life, and how many times in a row it may owe one. */
const beatMilliseconds = 5000;
const mostMissed = 12;

/** The end of a MessageChannel, as far as it is needed. */
export interface Port {
  onmessage: ((event: never) => unknown) | null;
  postMessage(message: null): void;
}

/**
 * Calls `died` when the worker at the other end of a port has not answered for a minute: nothing tells that a worker has
 * ended. Long work in it pauses more often. Beats are counted, not seconds, since nobody hears anything while the machine sleeps.
 * Returns what ends the watch.
 */
export function watchPulse(port: Port, died: () => void): () => void {
  let missed = 0;
  port.onmessage = () => {
    missed = 0;
  };
  const timer = setInterval(() => {
    if (missed === mostMissed) {
      clearInterval(timer);
      died();
      return;
    }
    missed += 1;
    port.postMessage(null);
  }, beatMilliseconds);
  return () => clearInterval(timer);
}
