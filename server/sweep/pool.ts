import { Worker } from 'node:worker_threads';
import type { Done, Task, WorkerSetup } from './types.js';

export interface PoolOptions {
  /** Bundle of `worker.ts`. */
  readonly entry: string | URL;
  readonly jobs: number;
  /** Seconds that one task may take. */
  readonly limit: number;
  /** Megabytes of JavaScript heap that one worker may use. */
  readonly heap: number;
  readonly setup: WorkerSetup;
}

/** A task ends with what it made or with why it made nothing. */
export type Outcome = { readonly done: Done } | { readonly failure: string };

/** Worker threads. One that hangs or runs out of memory is ended and replaced, and its task says so. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #idle: Worker[] = [];
  readonly #busy = new Set<Worker>();
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Runs a task as soon as a worker is free. Never rejects. */
  async run(task: Task): Promise<Outcome> {
    while (this.#idle.length === 0 && this.#busy.size >= this.#options.jobs) {
      await new Promise<void>((free) => this.#waiting.push(free));
    }
    if (this.#closed) return { failure: 'interrupted' };
    const worker = this.#idle.pop() ?? this.#start();
    this.#busy.add(worker);
    const { outcome, usable } = await this.#runIn(worker, task);
    this.#busy.delete(worker);
    if (usable && !this.#closed) this.#idle.push(worker);
    else await worker.terminate();
    this.#waiting.shift()?.();
    return outcome;
  }

  /** Ends all workers, whatever they are at. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#idle, ...this.#busy].map((worker) => worker.terminate()));
    for (const free of this.#waiting.splice(0)) free();
  }

  #start(): Worker {
    const { entry, heap, setup } = this.#options;
    const worker = new Worker(entry, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: heap } });
    // One that fails between two tasks is found out by the next.
    worker.on('error', () => {});
    return worker;
  }

  #runIn(worker: Worker, task: Task): Promise<{ readonly outcome: Outcome; readonly usable: boolean }> {
    const { limit, heap } = this.#options;
    return new Promise((resolve) => {
      const settle = (outcome: Outcome, usable: boolean): void => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        resolve({ outcome, usable });
      };
      const onMessage = (outcome: Outcome): void => settle(outcome, true);
      const onError = (error: unknown): void => {
        const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        const reason = error instanceof Error ? error.message : String(error);
        settle({ failure: isMemory ? `ran out of memory (${heap} MB)` : `failed: ${reason.split('\n')[0]}` }, false);
      };
      const onExit = (): void => settle({ failure: this.#closed ? 'interrupted' : 'failed: its thread ended' }, false);
      const timer = setTimeout(() => settle({ failure: `not done after ${limit} s` }, false), limit * 1000);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(task);
    });
  }
}
