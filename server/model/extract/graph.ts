import type { Step } from '../scenario.js';

/** A way out of a block; `when` is a condition over the model's variables, null for one that may always be taken. */
export interface Way {
  readonly when: string | null;
  /** What is found, in C: `r == DM_MAPIO_REMAPPED`, `not: error`. */
  readonly about: string;
  readonly to: number;
}

/** How a block ends. */
export type Exit =
  | { readonly kind: 'end' }
  | { readonly kind: 'go'; readonly to: number }
  | { readonly kind: 'choose'; readonly ways: readonly Way[]; readonly at: string }
  /** A step with a way of its own for when it fails. */
  | { readonly kind: 'try'; readonly step: TryStep; readonly to: number; readonly fail: number };

/** The steps that can fail; their `fail` is empty here. */
export type TryStep = Extract<Step, { do: 'alloc' | 'take' | 'trylock' | 'pop' }>;

/** Steps without a branch. */
export interface Block {
  readonly steps: readonly Step[];
  readonly exit: Exit;
}

/** What a function does that matters, as a graph; block 0 is where it starts. */
export type Graph = readonly Block[];

/** Where a block can go. */
export function successors(exit: Exit): readonly number[] {
  switch (exit.kind) {
    case 'end':
      return [];
    case 'go':
      return [exit.to];
    case 'choose':
      return exit.ways.map(({ to }) => to);
    case 'try':
      return [exit.to, exit.fail];
  }
}

/** The same exit with other targets. */
export function redirect(exit: Exit, to: (target: number) => number): Exit {
  switch (exit.kind) {
    case 'end':
      return exit;
    case 'go':
      return { ...exit, to: to(exit.to) };
    case 'choose':
      return { ...exit, ways: exit.ways.map((way) => ({ ...way, to: to(way.to) })) };
    case 'try':
      return { ...exit, to: to(exit.to), fail: to(exit.fail) };
  }
}

/** One program, and then another. */
export function followedBy(first: Graph, second: Graph): Graph {
  const start = first.length;
  const moved = second.map((block): Block => ({ ...block, exit: redirect(block.exit, (to) => to + start) }));
  const led = first.map(
    (block): Block => (block.exit.kind === 'end' ? { ...block, exit: { kind: 'go', to: start } } : block),
  );
  return [...led, ...moved];
}
