/** Results that are kept from one process to the next, by all that they depend on. Losing one costs only time. */
export interface Store {
  /** What was kept under these parts of a key, or null. Never rejects. */
  get(key: readonly string[]): Promise<unknown>;
  /** Keeps plain data (Maps and Sets too). Never rejects. */
  put(key: readonly string[], value: unknown): Promise<void>;
}
