import { Session } from 'node:inspector';

interface CoverageRange {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface CoverageReport {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: CoverageRange[] }[];
  }[];
}

/**
 * Which blocks of code have run, from V8's own counters: no instrumentation is needed. Taking them costs milliseconds, so it is
 * done for many inputs at a time.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #url: string;
  readonly #seen = new Set<string>();

  /** `url` of the script whose blocks count. */
  constructor(url: string) {
    this.#url = url;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many blocks have run so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** Blocks that have run since the last call and never before. */
  take(): number {
    const before = this.#seen.size;
    this.#session.post('Profiler.takePreciseCoverage', (error, report) => {
      if (error) throw error;
      for (const script of (report as CoverageReport).result) {
        if (script.url !== this.#url) continue;
        for (const { ranges } of script.functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            if (count > 0) this.#seen.add(`${startOffset}-${endOffset}`);
          }
        }
      }
    });
    return this.#seen.size - before;
  }

  /** Takes what `take` found back: an input is to be tried again alone. */
  forget(count: number): void {
    const all = [...this.#seen];
    for (const key of all.slice(all.length - count)) this.#seen.delete(key);
  }

  stop(): void {
    this.#session.disconnect();
  }
}
