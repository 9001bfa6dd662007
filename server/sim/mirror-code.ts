import type { Mirror } from './symmetry.js';
import {
  add,
  type Code,
  call,
  choose,
  constant,
  copyWords,
  equal,
  getLocal,
  less,
  load,
  type Module,
  repeatWhile,
  select,
  setLocal,
  shiftLeft,
  store,
  when,
} from './wasm.js';

const zero = constant(0);
const one = constant(1);
const two = constant(2);

/** Writes the code that renames devices in the vector. */
export class Mirrors {
  /** A function (number) that turns the vector into what it is in that mirror. */
  readonly apply: number;
  private readonly before: number;
  private readonly best: number;

  constructor(
    private readonly module: Module,
    private readonly mirrors: readonly Mirror[],
    private readonly vector: number,
    private readonly slots: number,
  ) {
    this.before = module.reserve(4 * slots);
    this.best = module.reserve(4 * slots);
    const tables = new Map<readonly number[], number>();
    const table = (values: readonly number[]): number => {
      const address = tables.get(values) ?? module.table(values);
      tables.set(values, address);
      return address;
    };
    this.apply = module.function(1, 0);
    const cases = mirrors.map(({ from, values }) =>
      from.map((slot, to): Code => {
        const names = values[to] ?? null;
        if (names === null && slot === to) return '';
        const value = load(zero, this.before + 4 * slot);
        return store(zero, vector + 4 * to, names === null ? value : load(shiftLeft(value, two), table(names)));
      }),
    );
    module.define(this.apply, 0, [this.copy(this.before, this.vector), select(getLocal(0), cases)]);
  }

  private copy(to: number, from: number): Code {
    return copyWords(zero, to, zero, from, this.slots);
  }

  /** A function that renames the vector by another such function, in the mirror in which the result is least. */
  least(canonical: number): number {
    const { module, vector, best, slots } = this;
    const name = module.function(0, 0);
    const original = module.reserve(4 * slots);
    const at = 0;
    const word = (base: number): Code => load(shiftLeft(getLocal(at), two), base);
    const differs = less(getLocal(at), constant(slots));
    const same = choose(differs, equal(word(vector), word(best)), zero);
    module.define(name, 1, [
      this.copy(original, vector),
      call(canonical),
      this.copy(best, vector),
      this.mirrors.map((_, number) => [
        this.copy(vector, original),
        constant(number),
        call(this.apply),
        call(canonical),
        setLocal(at, zero),
        repeatWhile(same, setLocal(at, add(getLocal(at), one))),
        when(choose(differs, less(word(vector), word(best)), zero), this.copy(best, vector)),
      ]),
      this.copy(vector, best),
    ]);
    return name;
  }
}
