import { endless, type Vector } from './interpret.js';
import type { Machine } from './machine.js';
import { writeSearch } from './search-code.js';
import { permutations, type Symmetry } from './symmetry.js';

/** All states found so far, packed, and the code that finds their successors. */
export interface Explorer {
  /** Interns the initial state, as number 0. */
  start(): void;
  /** Number of states. */
  count(): number;
  /** Interns the successors of a state; returns how many transitions it has, or -1 if it is a crash. */
  expand(state: number): number;
  /** Fills the shared vector with a state and returns it. */
  load(state: number): Int32Array;
  /** Transitions that lead to a state; only kept if they are counted. */
  incoming(state: number): number;
  /** From now on `expand` takes transitions back. */
  takeBack(): void;
  parent(state: number): number;
  /** Steps from the initial state; only kept if steps are chained, where they differ from the search level. */
  distance(state: number): number;
  /**
   * True if `vector`, with its names changed, is that state: with the names that the search gives it, or with all that it
   * can have, as far as these can be tried.
   */
  matches(vector: Vector, state: number, names: 'usual' | 'all'): boolean;
  /** One per witness of the machine: 1 once it has been seen. */
  witnessed(): Uint8Array;
  /** Local steps that were run in a row with the step before them, the most of each process; only if steps are chained. */
  longestRuns(): Int32Array;
  /** Memory in use, in bytes. */
  bytes(): number;
}

export interface ExplorerOptions {
  /** Runs local steps together with the step before them. */
  readonly chaining: boolean;
  /** Keeps one of all states that are the same but for names; null to keep them all. */
  readonly symmetry: Symmetry | null;
  /** Called for each new state, and again when a shorter way to it is found; only if steps are chained. */
  readonly found: (state: number, distance: number) => void;
  /** If given, counts transitions to each state; called when `takeBack` has been, and the last one has been taken back. */
  readonly free: ((state: number) => void) | null;
}

/** The engine gives no more memory, or does not take the code because there is too much of it. */
export class EngineLimit extends Error {}

/** The functions that a compiled search offers. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  start(): void;
  count(): number;
  load(state: number): void;
  expand(state: number): number;
  incoming(state: number): number;
  takeBack(): void;
  parent(state: number): number;
  distance(state: number): number;
  canonical(): void;
  rename(): void;
  mirror(number: number): void;
}

/** Writes the code and starts it; whatever an engine refuses it for, it is its size. */
function compile(machine: Machine, options: ExplorerOptions, host: WebAssembly.ModuleImports) {
  try {
    const code = writeSearch(machine, options);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code.bytes), { host });
    return { ...code, exports: exports as unknown as Exports };
  } catch (error) {
    if (error instanceof WebAssembly.CompileError || error instanceof RangeError)
      throw new EngineLimit("the engine's room for code");
    throw error;
  }
}

/** Compiles a machine for one search. It and `expand` throw EngineLimit. */
export function createExplorer(machine: Machine, options: ExplorerOptions): Explorer {
  const { symmetry, found, free } = options;
  const full = (): never => {
    throw new EngineLimit("the engine's memory");
  };
  const imports = free ? { endless, full, found, free } : { endless, full, found };
  const { vector, marks, runs, orders, exports } = compile(machine, options, imports);
  const { memory, ...code } = exports;
  /** Some i32 of the memory; memory that grows is another buffer. */
  const numbers = (address: number, length: number): Int32Array => new Int32Array(memory.buffer, address, length);
  const loaded = (state: number): Int32Array => {
    code.load(state);
    return numbers(vector, machine.slots.length);
  };
  return {
    ...code,
    load: loaded,
    matches(state, stored, names) {
      const wanted = loaded(stored).slice();
      const same = (rename: () => void): boolean => {
        const renamed = numbers(vector, wanted.length);
        renamed.set(state);
        rename();
        return renamed.every((value, slot) => value === wanted[slot]);
      };
      if (symmetry === null) return same(() => {});
      if (names === 'usual') return same(code.canonical);
      const inMirror = (number: number): void => {
        code.mirror(number);
        code.rename();
      };
      const tryFrom = (group: number): boolean => {
        const order = orders[group];
        if (order === undefined)
          return same(code.rename) || symmetry.mirrors.some((_, number) => same(() => inMirror(number)));
        const { length } = symmetry.groups[group]?.members ?? [];
        // There are too many orders of more than six processes.
        return (length > 6 ? [] : permutations(length)).some((permutation) => {
          numbers(order, length).set(permutation);
          return tryFrom(group + 1);
        });
      };
      return tryFrom(0);
    },
    witnessed: () => new Uint8Array(memory.buffer, marks, machine.witnesses.length),
    longestRuns: () => numbers(runs, machine.processes.length),
    bytes: () => memory.buffer.byteLength,
  };
}
