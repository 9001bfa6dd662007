import type { CFunction } from '../../c/types.js';

/** A condition whose outcome the code in view does not tell. */
export interface Undecided {
  readonly fn: CFunction;
  readonly node: number;
  readonly text: string;
}

/** The outcomes of undecided conditions in one run: the same condition goes the same way each time. */
export class Choices {
  readonly made = new Map<string, { readonly place: Undecided; readonly way: number; readonly ways: number }>();

  constructor(private readonly given: ReadonlyMap<string, number>) {}

  /** The way taken: 0 unless something else is given. Of a test 0 is false. */
  choose(place: Undecided, ways: number): number {
    const key = `${place.fn.path}:${place.fn.name}:${place.node}`;
    const known = this.made.get(key);
    if (known) return known.way;
    const way = this.given.get(key) ?? 0;
    this.made.set(key, { place, way, ways });
    return way;
  }
}

/** What one run came to. */
export type Outcome<T> =
  | { readonly kind: 'seen'; readonly value: T }
  /** A bio was ended, or something that kills the kernel was met: no run in which all is well. */
  | { readonly kind: 'trouble'; readonly reason: string }
  | { readonly kind: 'not understood'; readonly reason: string };

const mostRuns = 300;

/**
 * Looks for a run in which all is well, and then whether the conditions that were met on its way matter: each is turned
 * alone. What is seen must not depend on them; a run that gets into trouble says nothing.
 */
export function explore<T>(run: (choices: Choices) => Outcome<T>): Outcome<T> {
  let first: Outcome<T> | null = null;
  const todo: ReadonlyMap<string, number>[] = [new Map()];
  for (let runs = 0; runs < mostRuns; runs++) {
    const given = todo.pop();
    if (!given) break;
    const choices = new Choices(given);
    const outcome = run(choices);
    first ??= outcome;
    if (outcome.kind === 'seen') return confirmed(run, choices, outcome);
    // The last condition first: it is the nearest to the trouble.
    for (const [key, { way, ways }] of choices.made) {
      if (given.has(key)) continue;
      for (let other = ways - 1; other > way; other--) todo.push(new Map([...before(choices, key), [key, other]]));
    }
  }
  return first ?? { kind: 'not understood', reason: 'nothing was run' };
}

function before(choices: Choices, key: string): Map<string, number> {
  const given = new Map<string, number>();
  for (const [earlier, { way }] of choices.made) {
    if (earlier === key) break;
    given.set(earlier, way);
  }
  return given;
}

function confirmed<T>(
  run: (choices: Choices) => Outcome<T>,
  base: Choices,
  outcome: Extract<Outcome<T>, { kind: 'seen' }>,
): Outcome<T> {
  const expected = JSON.stringify(outcome.value);
  const ways = new Map([...base.made].map(([key, { way }]) => [key, way]));
  for (const [key, { place, way, ways: count }] of base.made) {
    for (let other = 0; other < count; other++) {
      if (other === way) continue;
      const turned = run(new Choices(new Map([...ways, [key, other]])));
      if (turned.kind === 'seen' && JSON.stringify(turned.value) !== expected)
        return { kind: 'not understood', reason: `it depends on "${place.text}" in ${place.fn.name}()` };
    }
  }
  return outcome;
}
