import { Canonical } from './canonical.js';
import { Compiler } from './compile.js';
import type { ExplorerOptions } from './explorer.js';
import type { Instruction, Machine, Process } from './machine.js';
import { packingOf } from './packing.js';
import { inParts } from './parts.js';
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

const zero = constant(0);
const sum = (parts: readonly Code[]): Code => parts.reduce(add, zero);

/** A compiled search. */
export interface SearchCode {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Addresses: of the vector, of the witnesses, of the longest run of each process, and of the order of each group that is alike. */
  readonly vector: number;
  readonly marks: number;
  readonly runs: number;
  readonly orders: readonly number[];
}

/** What one process can make of the vector. */
interface Expansion {
  readonly module: Module;
  readonly store: Store;
  readonly compiler: Compiler;
  readonly writes: Writes;
  readonly intern: number;
}

/** A function (distance) that interns the successors by one process and returns their number; `settle` runs its local steps. */
function writeExpansion(
  { module, store, compiler, writes, intern }: Expansion,
  process: Process,
  settle: number | null,
): number {
  const [distance, count] = [0, 1];
  // Nobody rests where a local step comes next.
  const rests = (instruction: Instruction): boolean => settle === null || !instruction.local;
  const local = settle === null ? 0 : writes.local(process);
  const further =
    settle === null ? [] : setGlobal(store.distance, sum([getLocal(distance), constant(1), call(settle)]));
  const pc = compiler.slot(process.pc);
  return inParts(module, process, { pc, parameters: 1 }, (name, instructions, place) => {
    const locals = 1 + compiler.registers(instructions.filter(rests));
    const cases = instructions.map((instruction) => {
      if (!rests(instruction)) return null;
      return instruction.alternatives.map((alternative) => {
        const changed = writes.of(alternative.effect) | writes.slots([process.pc]) | local;
        const step = [
          compiler.effect(process, alternative, 2),
          further,
          constant(changed),
          call(intern),
          setLocal(count, add(getLocal(count), constant(1))),
        ];
        return alternative.guard === 1 ? step : when(compiler.expression(alternative.guard), step);
      });
    });
    module.define(name, locals, [select(place, cases), getLocal(count)]);
  });
}

/** Compiles a machine for one search. Only numbers of the machine reach the code. */
export function writeSearch(machine: Machine, { chaining, symmetry, free }: ExplorerOptions): SearchCode {
  const packing = packingOf(machine);
  const module = new Module();
  const host = {
    endless: module.import('endless', 0),
    full: module.import('full', 0),
    found: chaining ? module.import('found', 2) : null,
    free: free ? module.import('free', 1) : null,
  };
  const marks = module.reserve(machine.witnesses.length);
  const runs = module.reserve(4 * machine.processes.length);
  const vector = module.table(machine.slots.map((slot) => slot.initial));
  const renaming = symmetry ? new Canonical(module, symmetry, vector, machine.slots.length) : null;
  const store = new Store(machine, packing, module, vector, { ...host, canonical: renaming?.canonical ?? null });
  const compiler = new Compiler(machine, module, { vector, marks, endless: host.endless });
  const settles = machine.processes.map((process, index) =>
    chaining ? compiler.settle(process, runs + 4 * index) : null,
  );
  const intern = store.intern();
  const fill = store.load();
  const parent = store.readParent();
  const distance = chaining ? store.readDistance() : parent;
  const expansion = { module, store, compiler, writes: new Writes(machine, packing), intern };
  const expansions = machine.processes.map((process, index) =>
    writeExpansion(expansion, process, settles[index] ?? null),
  );

  const expand = module.function(1, 1);
  const [state, far] = [0, 1];
  module.define(expand, 1, [
    getLocal(state),
    call(fill),
    when(load(zero, compiler.slot(machine.crashSlot)), giveBack(constant(-1))),
    setGlobal(store.from, getLocal(state)),
    machine.witnesses.map(({ when: condition }, index) =>
      condition === null ? [] : when(compiler.expression(condition), compiler.mark(index)),
    ),
    chaining ? setLocal(far, [getLocal(state), call(distance)]) : [],
    sum(expansions.map((name) => [getLocal(far), call(name)])),
  ]);
  const start = module.function(0, 0);
  const first = settles.flatMap((settle) => (settle === null ? [] : [call(settle)]));
  module.define(start, 0, [setGlobal(store.distance, sum(first)), constant(-1), call(intern)]);
  const count = module.function(0, 1);
  module.define(count, 0, getGlobal(store.count));
  const counts = free ? { incoming: store.readIncoming(), takeBack: store.takeBack() } : {};
  const mirror = renaming?.mirrors ? { mirror: renaming.mirrors.apply } : {};
  const renames = renaming ? { canonical: renaming.canonical, rename: renaming.ordered, ...mirror } : {};
  for (const [name, index] of Object.entries({
    start,
    count,
    load: fill,
    expand,
    parent,
    distance,
    ...counts,
    ...renames,
  }))
    module.export(name, index);
  return { bytes: module.bytes(store.pages), vector, marks, runs, orders: renaming?.orders ?? [] };
}
