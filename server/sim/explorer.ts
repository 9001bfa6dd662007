import { Compiler } from './compile.js';
import { endless } from './interpret.js';
import type { Machine, Process } from './machine.js';
import { packingOf } from './packing.js';
import { Store } from './store.js';
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
  /** One per witness of the machine: 1 once it has been seen. */
  witnessed(): Uint8Array;
  /** Memory in use, in bytes. */
  bytes(): number;
}

export interface ExplorerOptions {
  /** Runs local steps together with the step before them. */
  readonly chaining: boolean;
  /** Replaces a state by the representative of all states that are the same but for names. */
  readonly canonical: ((state: Int32Array) => void) | null;
  /** Called for each new state, and again when a shorter way to it is found; only if steps are chained. */
  readonly found: (state: number, distance: number) => void;
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
}

/** Compiles a machine for one search. Only numbers of the machine reach the code. */
export function createExplorer(machine: Machine, options: ExplorerOptions): Explorer {
  const { chaining, canonical, found } = options;
  const packing = packingOf(machine);
  const module = new Module();
  const host = {
    endless: module.import('endless', 0),
    full: module.import('full', 0),
    canonical: canonical ? module.import('canonical', 0) : null,
    found: chaining ? module.import('found', 2) : null,
  };
  const store = new Store(machine, packing, module, host);
  const compiler = new Compiler(machine, module, { vector: store.vector, marks: 0, endless: host.endless });
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
    const locals = 1 + compiler.registers(process, 2);
    const local = chaining ? writes.local(process) : new Set<number>();
    const cases = process.instructions.map((instruction) => {
      // Nobody rests where a local step comes next.
      if (chaining && instruction.local) return null;
      return instruction.alternatives.map((alternative) => {
        const changed = Store.bits([...writes.of(alternative.effect), ...writes.slots([process.pc]), ...local]);
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
  for (const [name, index] of Object.entries({ start, count, load: loading, expand, parent, distance }))
    module.export(name, index);

  let vector = new Int32Array();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes(store.pages + 1)), {
    host: {
      endless,
      full: () => {
        throw new OutOfMemory();
      },
      canonical: () => canonical?.(view()),
      found,
    },
  });
  const { memory, ...code } = exports as unknown as Exports;
  /** The vector; memory that grows is another buffer. */
  function view(): Int32Array {
    if (vector.buffer !== memory.buffer) vector = new Int32Array(memory.buffer, store.vector, machine.slots.length);
    return vector;
  }
  return {
    ...code,
    start: () => {
      view().set(machine.slots.map((slot) => slot.initial));
      code.start();
    },
    load: (state) => {
      code.load(state);
      return view();
    },
    witnessed: () => new Uint8Array(memory.buffer, 0, machine.witnesses.length),
    bytes: () => memory.buffer.byteLength,
  };
}
