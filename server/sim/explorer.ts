import { Canonical } from './canonical.js';
import { Compiler } from './compile.js';
import { endless, type Vector } from './interpret.js';
import type { Instruction, Machine, Process } from './machine.js';
import { packingOf } from './packing.js';
import { Store } from './store.js';
import { permutations, type Symmetry } from './symmetry.js';
import {
  add,
  type Code,
  call,
  constant,
  getGlobal,
  getLocal,
  giveBack,
  load,
  Module,
  select,
  setGlobal,
  setLocal,
  when,
} from './wasm.js';
import { Writes } from './writes.js';

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
  parent(state: number): number;
  /** Steps from the initial state; only kept if steps are chained, where they differ from the search level. */
  distance(state: number): number;
  /** True if `vector`, with its names changed, is that state. */
  matches(vector: Vector, state: number): boolean;
  /** One per witness of the machine: 1 once it has been seen. */
  witnessed(): Uint8Array;
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
  /** Called for each transition; null for no calls. The initial state comes from -1. */
  readonly edge: ((from: number, to: number) => void) | null;
}

/** The engine gives no more memory. */
export class OutOfMemory extends Error {}

const zero = constant(0);

/** The functions that a compiled search offers. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  start(): void;
  count(): number;
  load(state: number): void;
  expand(state: number): number;
  parent(state: number): number;
  distance(state: number): number;
  rename(): void;
}

/** Compiles a machine for one search. Only numbers of the machine reach the code. */
export function createExplorer(machine: Machine, options: ExplorerOptions): Explorer {
  const { chaining, symmetry } = options;
  const packing = packingOf(machine);
  const module = new Module();
  const host = {
    endless: module.import('endless', 0),
    full: module.import('full', 0),
    found: chaining ? module.import('found', 2) : null,
    edge: options.edge ? module.import('edge', 2) : null,
  };
  const marks = module.reserve(machine.witnesses.length);
  const vector = module.table(machine.slots.map((slot) => slot.initial));
  const renaming = symmetry ? new Canonical(module, symmetry, vector, machine.slots.length) : null;
  const store = new Store(machine, packing, module, vector, { ...host, canonical: renaming?.canonical ?? null });
  const compiler = new Compiler(machine, module, { vector, marks, endless: host.endless });
  const writes = new Writes(machine, packing);
  const settles = chaining ? machine.processes.map((process) => compiler.settle(process)) : [];
  const settle = (index: number): Code => (chaining ? call(settles[index] ?? 0) : zero);
  const sum = (parts: readonly Code[]): Code => parts.reduce(add, zero);
  const crashed = load(zero, compiler.slot(machine.crashSlot));
  const intern = store.intern();
  const loading = store.load();

  /** A function (distance) that interns what one process can make of the vector, and returns in how many ways. */
  const expansion = (process: Process, index: number): number => {
    const name = module.function(1, 1);
    const [distance, count] = [0, 1];
    // Nobody rests where a local step comes next.
    const rests = (instruction: Instruction): boolean => !chaining || !instruction.local;
    const locals = 1 + compiler.registers(process.instructions.filter(rests), 2);
    const local = chaining ? writes.local(process) : 0;
    const cases = process.instructions.map((instruction) => {
      if (!rests(instruction)) return null;
      return instruction.alternatives.map((alternative) => {
        const changed = writes.of(alternative.effect) | writes.slots([process.pc]) | local;
        const step = [
          compiler.effect(process, alternative),
          chaining ? setGlobal(store.distance, sum([getLocal(distance), constant(1), settle(index)])) : [],
          constant(changed),
          call(intern),
          setLocal(count, add(getLocal(count), constant(1))),
        ];
        return alternative.guard === 1 ? step : when(compiler.expression(alternative.guard), step);
      });
    });
    const place = load(zero, compiler.slot(process.pc));
    module.define(name, locals, [select(place, cases), getLocal(count)]);
    return name;
  };
  const expansions = machine.processes.map(expansion);
  const parent = store.readParent();
  const distance = chaining ? store.readDistance() : parent;

  const expand = module.function(1, 1);
  module.define(expand, 1, [
    getLocal(0),
    call(loading),
    when(crashed, giveBack(constant(-1))),
    setGlobal(store.from, getLocal(0)),
    machine.witnesses.map(({ when: condition }, index) =>
      condition === null ? [] : when(compiler.expression(condition), compiler.mark(index)),
    ),
    chaining ? setLocal(1, [getLocal(0), call(distance)]) : [],
    sum(expansions.map((name) => [getLocal(1), call(name)])),
  ]);
  const start = module.function(0, 0);
  module.define(start, 0, [
    setGlobal(store.distance, sum(settles.map((name) => call(name)))),
    constant(-1),
    call(intern),
  ]);
  const count = module.function(0, 1);
  module.define(count, 0, getGlobal(store.count));
  const rename = renaming?.ordered ?? start;
  for (const [name, index] of Object.entries({ start, count, load: loading, expand, parent, distance, rename }))
    module.export(name, index);

  const full = (): never => {
    throw new OutOfMemory();
  };
  const compiled = new WebAssembly.Module(module.bytes(store.pages));
  const { found, edge } = options;
  const imports = edge ? { endless, full, found, edge } : { endless, full, found };
  const { exports } = new WebAssembly.Instance(compiled, { host: imports });
  const { memory, ...code } = exports as unknown as Exports;
  /** Some i32 of the memory; memory that grows is another buffer. */
  const numbers = (address: number, length: number): Int32Array => new Int32Array(memory.buffer, address, length);
  const loaded = (state: number): Int32Array => {
    code.load(state);
    return numbers(vector, machine.slots.length);
  };
  return {
    ...code,
    load: loaded,
    matches(state, stored) {
      const wanted = loaded(stored).slice();
      const same = (): boolean => numbers(vector, wanted.length).every((value, slot) => value === wanted[slot]);
      const tryFrom = (group: number): boolean => {
        const order = renaming?.orders[group];
        if (order === undefined) {
          numbers(vector, wanted.length).set(state);
          code.rename();
          return same();
        }
        const { length } = symmetry?.groups[group]?.members ?? [];
        return permutations(length).some((permutation) => {
          numbers(order, length).set(permutation);
          return tryFrom(group + 1);
        });
      };
      return renaming !== null && tryFrom(0);
    },
    witnessed: () => new Uint8Array(memory.buffer, marks, machine.witnesses.length),
    bytes: () => memory.buffer.byteLength,
  };
}
