/** Results that are kept from one process to the next, by all that they depend on. Losing one costs only time. */
export interface Store {
  /** What was kept under these parts of a key, or null. Never rejects. */
  get(key: readonly string[]): Promise<unknown>;
  /** Keeps plain data (Maps and Sets too). Never rejects. */
  put(key: readonly string[], value: unknown): Promise<void>;
}

/** Where the runs of stacks are kept, and what they depend on besides code, era and what ships: annotations, as one text. */
export interface RunStore {
  readonly store: Store;
  readonly annotations: string;
}

let runs: RunStore | null = null;

/** From now on the runs of stacks are kept from one process to the next. */
export function keepRuns(where: RunStore): void {
  runs = where;
}

export function runStore(): RunStore | null {
  return runs;
}
