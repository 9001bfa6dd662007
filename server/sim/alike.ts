import type { Scenario } from '../model/scenario.js';

const sections = ['sets', 'pools', 'locks', 'variables', 'queues', 'works', 'endings', 'devices'] as const;

/** Texts for people, which may differ between things that are alike. */
const comments: ReadonlySet<string> = new Set(['at', 'text', 'about']);

/** Names that are exchanged for each other, as one grows from a first pair of devices. */
class Pairs {
  private partners = new Map<string, string>();

  constructor(private readonly scenario: Scenario) {}

  partner(name: string): string {
    return this.partners.get(name) ?? name;
  }

  /** `same`, which leaves no pairs behind if it is false. */
  agree(left: unknown, right: unknown): boolean {
    const before = new Map(this.partners);
    const agreed = this.same(left, right);
    if (!agreed) this.partners = before;
    return agreed;
  }

  /** Takes the two for each other, and so all that belongs to them; false if they are not alike. */
  join(left: string, right: string): boolean {
    const known = this.partners.get(left);
    if (known !== undefined || this.partners.has(right)) return known === right;
    this.partners.set(left, right).set(right, left);
    const { scenario } = this;
    if (scenario.lists.includes(left) !== scenario.lists.includes(right)) return false;
    return sections.every((section) => this.same(scenario[section].get(left), scenario[section].get(right)));
  }

  /** True if the two are the same but for names that are exchanged. */
  private same(left: unknown, right: unknown): boolean {
    if (typeof left === 'string' && typeof right === 'string') {
      if (this.isName(left) || this.isName(right)) return this.join(left, right);
      return left === right;
    }
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
    const [first, second] = [Object.entries(left), Object.entries(right)];
    return (
      first.length === second.length &&
      first.every(([key, value], index) => {
        const [otherKey, other] = second[index] ?? [];
        return key === otherKey && (comments.has(key) || this.fits(key, value, other));
      })
    );
  }

  /** The ways of a `choose` have no order. */
  private fits(key: string, left: unknown, right: unknown): boolean {
    if (key !== 'branches' || !Array.isArray(left) || !Array.isArray(right)) return this.same(left, right);
    const open = [...right];
    return left.every((way) => {
      const found = open.findIndex((other) => this.agree(way, other));
      return found >= 0 && open.splice(found, 1).length > 0;
    });
  }

  private isName(text: string): boolean {
    const { scenario } = this;
    return scenario.lists.includes(text) || sections.some((section) => scenario[section].has(text));
  }
}

/** Exchanges places: at the place of each name comes its partner. */
function reorder<T>(entries: ReadonlyMap<string, T>, pairs: Pairs): Map<string, T> {
  return new Map(
    [...entries.keys()].map((name) => {
      const partner = entries.has(pairs.partner(name)) ? pairs.partner(name) : name;
      return [partner, entries.get(partner) as T];
    }),
  );
}

/** For each task the one that takes its place; null if one has none. */
function exchangeTasks({ tasks }: Scenario, pairs: Pairs): readonly number[] | null {
  const order: (number | undefined)[] = tasks.map(() => undefined);
  for (const [index, { name: _name, ...task }] of tasks.entries()) {
    if (order[index] !== undefined) continue;
    const found = tasks.findIndex(({ name: _other, ...other }, at) => {
      return at >= index && order[at] === undefined && pairs.agree(task, other);
    });
    if (found < 0) return null;
    order[index] = found;
    order[found] = index;
  }
  return order.flatMap((other) => other ?? []);
}

/** A scenario with declarations exchanged, and which name each name is exchanged for. */
export interface Exchange {
  readonly scenario: Scenario;
  readonly partner: (name: string) => string;
}

/**
 * The scenario again, once for each pair of devices that look alike, with the declarations of the two and of all that
 * belongs to them exchanged. Whether it makes no difference is for the caller to see.
 */
export function exchanges(scenario: Scenario): Exchange[] {
  const devices = [...scenario.devices.keys()];
  const seen = new Set<string>();
  return devices.flatMap((left, index) =>
    devices.slice(index + 1).flatMap((right): Exchange[] => {
      const pairs = new Pairs(scenario);
      if (!pairs.join(left, right) || !pairs.agree(scenario.reclaim, scenario.reclaim)) return [];
      const order = exchangeTasks(scenario, pairs);
      if (!order) return [];
      const exchanged: Scenario = {
        ...scenario,
        sets: reorder(scenario.sets, pairs),
        pools: reorder(scenario.pools, pairs),
        locks: reorder(scenario.locks, pairs),
        variables: reorder(scenario.variables, pairs),
        queues: reorder(scenario.queues, pairs),
        works: reorder(scenario.works, pairs),
        endings: reorder(scenario.endings, pairs),
        devices: reorder(scenario.devices, pairs),
        lists: scenario.lists.map((name) => pairs.partner(name)),
        tasks: order.flatMap((other) => scenario.tasks[other] ?? []),
      };
      // A stack of several devices is found once for each of them.
      const text = [...exchanged.devices.keys(), ...exchanged.tasks.map(({ name }) => name)].join();
      if (seen.has(text)) return [];
      seen.add(text);
      return [{ scenario: exchanged, partner: (name) => pairs.partner(name) }];
    }),
  );
}
