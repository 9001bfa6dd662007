/** A reader of hostile input, ready to read. */
export interface Reader {
  /** Reads one input. Throws UserError for one that is wrong; anything else that it throws is a bug. */
  read(bytes: Uint8Array): void | Promise<void>;
  close?(): void;
}

/** Something that is fuzzed. */
export interface Target {
  readonly name: string;
  /** Of a million inputs, how many it gets: cheap readers get more. */
  readonly share: number;
  /** Files, or folders of files, that seeds are besides those in `seeds/NAME`. */
  readonly seeds: readonly string[];
  /** Inputs longer than this are cut, but for the rare large ones. */
  readonly longest: number;
  /** Texts of a generator that knows the format: how to make them from a seed. */
  readonly generate?: (seed: number) => readonly string[];
  open(): Promise<Reader>;
}

/** Throws unless something holds that must hold of any input. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken promise: ${what}`);
}
