import type { Interpreter, Vector } from './interpret.js';
import type { Model } from './lower/build.js';
import { releases } from './lower/locks.js';
import type { Instruction, Process, Statement } from './machine.js';
import type { CycleNode } from './types.js';
import { View } from './view.js';

/** Who keeps a resource from being free, and how. */
interface Holder {
  readonly process: number;
  readonly how: string;
}

interface Blocked {
  readonly index: number;
  readonly process: Process;
  readonly instruction: Instruction;
  readonly resource: string;
  readonly source: string;
  readonly holders: readonly Holder[];
}

/** What the step of an `each` is called. */
const nextOf = (list: string): string => `goes on with the next bio on ${list}`;

/** Explains a state in which processes are stuck. */
class Explainer {
  private readonly view: View;

  constructor(
    private readonly model: Model,
    private readonly interpreter: Interpreter,
    private readonly state: Vector,
  ) {
    this.view = new View(model, state);
  }

  /** Where a bio is: the processes that alone can do something about it. Follows children, which a bio waits for. */
  private keepers(bio: number, seen: ReadonlySet<number> = new Set()): Holder[] {
    if (seen.has(bio)) return [];
    const name = this.view.name(bio);
    const found = this.model.processes.flatMap((process, index): Holder[] => {
      const shown = process.name;
      const batch = process.batches.find(({ list }) => this.view.list(list).includes(bio));
      const holds = process.bios.some(({ place }) => this.view.at(place) === bio && !this.awaits(index, bio));
      if (process.parked.some((list) => this.view.list(list).includes(bio)))
        return [{ process: index, how: `${name} is parked on ${shown}'s current->bio_list` }];
      if (batch) return [{ process: index, how: `${name} is on ${shown}'s list ${batch.name}` }];
      if (process.bio && this.view.at(process.bio) === bio)
        return [{ process: index, how: `${name} is being handled by ${shown}` }];
      return holds ? [{ process: index, how: `${name} is held by ${shown}` }] : [];
    });
    const queued = this.queued().find(({ list }) => this.view.list(list).includes(bio));
    if (queued) {
      const workers = this.workersOf(queued.worker);
      if (workers.length === 0)
        found.push({ process: -1, how: `${name} waits for a worker that cannot be created without memory` });
      found.push(...workers.map((process) => ({ process, how: `${name} waits for ${queued.worker}` })));
    }
    for (const [list, place] of this.model.kernel.shared)
      if (this.view.list(place).includes(bio))
        for (const process of this.takers(list))
          found.push({
            process,
            how: `${name} is on ${list}, which ${this.model.machine.processes[process]?.name} empties`,
          });
    if (found.length > 0) return found;
    return this.children(bio).flatMap((child) => this.keepers(child, new Set([...seen, bio])));
  }

  /** Lists from which a worker takes bios, with the group of that worker. */
  private queued() {
    const { kernel } = this.model;
    return [
      ...kernel.sets.flatMap((set) => (set.rescue ? [{ list: set.rescue, worker: `${set.name} rescuer` }] : [])),
      ...kernel.devices.flatMap((device) =>
        device.queue ? [{ list: device.queue, worker: `${device.name} worker` }] : [],
      ),
      ...kernel.queues.map((queue) => ({ list: queue.items, worker: `${queue.name} worker` })),
    ];
  }

  /** Processes with a step that takes bios from a list. */
  private takers(list: string): number[] {
    const takes = (action: string): boolean => action === nextOf(list) || action.endsWith(` from ${list}`);
    return this.model.machine.processes.flatMap(({ instructions }, index) =>
      instructions.some(({ alternatives }) => alternatives.some(({ action }) => takes(action))) ? [index] : [],
    );
  }

  private workersOf(group: string): number[] {
    return this.model.machine.processes.flatMap((process, index) => (process.group === group ? [index] : []));
  }

  private children(bio: number): number[] {
    const { kernel } = this.model;
    return kernel.bioNames.flatMap((_, index) =>
      this.view.field(kernel.fields.parent, index + 1) === bio ? [index + 1] : [],
    );
  }

  private awaits(index: number, bio: number): boolean {
    const process = this.interpreter.machine.processes[index];
    const waits = process && this.interpreter.instruction(this.state, process).waits;
    return waits?.kind === 'bio' && this.view.at(waits.bio) === bio;
  }

  private resource(instruction: Instruction): { resource: string; holders: Holder[] } {
    const { kernel } = this.model;
    const { waits } = instruction;
    switch (waits?.kind) {
      case 'set': {
        const set = kernel.sets[waits.index];
        const cached = this.cached(waits.index);
        const elements = set ? Array.from({ length: set.last - set.first + 1 }, (_, index) => set.first + index) : [];
        return {
          resource: `an element of ${set?.name ?? 'a set'}`,
          holders: [...elements.flatMap((bio) => this.keepers(bio)), ...cached],
        };
      }
      case 'pool': {
        const name = kernel.pools[waits.index]?.name ?? 'a pool';
        const carriers = this.bios((bio) => this.view.field(kernel.fields.carried, bio) !== 0);
        return {
          resource: `an element of ${name}`,
          holders: [...this.holding(name, 'elements of '), ...carriers.flatMap((bio) => this.keepers(bio))],
        };
      }
      case 'lock':
        return this.lock(waits.index);
      case 'bio': {
        const bio = this.view.at(waits.bio);
        return { resource: `the completion of ${this.view.name(bio)}`, holders: this.keepers(bio) };
      }
      case 'condition': {
        // Whoever has a bio whose end_io may make the condition true.
        const concerned = this.bios(
          (bio) => this.view.field(kernel.fields.used, bio) !== 0 && this.view.field(kernel.fields.ending, bio) !== 0,
        );
        const keepers = concerned.flatMap((bio) => this.keepers(bio));
        return { resource: waits.text, holders: keepers.length > 0 ? keepers : this.changers(waits.slots) };
      }
      case 'work':
      case 'queue': {
        const work = waits.kind === 'work' ? kernel.works[waits.index] : undefined;
        const queue = kernel.queues[work?.queue ?? waits.index];
        const workers = this.workersOf(`${queue?.name ?? ''} worker`);
        const name = work?.name ?? queue?.name ?? 'a work';
        if (workers.length === 0)
          return {
            resource: name,
            holders: [{ process: -1, how: `${queue?.name} has no worker, and none can be created without memory` }],
          };
        return {
          resource: name,
          holders: workers.map((process) => ({ process, how: `only a worker of ${queue?.name} can run it` })),
        };
      }
      case 'device':
        return { resource: `a tag of ${kernel.devices[waits.index]?.name ?? 'a device'}`, holders: [] };
      default:
        return { resource: 'nothing that can come', holders: [] };
    }
  }

  /** Processes that are not at rest and have a step that sets one of these variables. */
  private changers(slots: readonly number[]): Holder[] {
    const sets = (list: readonly Statement[]): boolean =>
      list.some((statement) => {
        if ('set' in statement) return 'slot' in statement.set && slots.includes(statement.set.slot);
        if ('if' in statement) return sets(statement.yes) || sets(statement.no);
        return 'while' in statement && sets(statement.do);
      });
    return this.model.machine.processes.flatMap((process, index) => {
      const asleep = !this.interpreter.instruction(this.state, process).rest;
      const able = process.instructions.some(({ alternatives }) => alternatives.some(({ effect }) => sets(effect)));
      return asleep && able ? [{ process: index, how: `${process.name} has not got as far as to change that` }] : [];
    });
  }

  /** Processes that are not at rest and have a step that is called so. */
  private able(action: string, what: string): Holder[] {
    return this.model.machine.processes.flatMap((process, index) => {
      const asleep = !this.interpreter.instruction(this.state, process).rest;
      const has = process.instructions.some(({ alternatives }) => alternatives.some((one) => one.action === action));
      return asleep && has ? [{ process: index, how: `${process.name} has not got as far as to ${what}` }] : [];
    });
  }

  private bios(test: (bio: number) => boolean): number[] {
    return this.model.kernel.bioNames.map((_, index) => index + 1).filter(test);
  }

  private cached(index: number): Holder[] {
    const { kernel, machine } = this.model;
    const cache = kernel.sets[index]?.cache ?? null;
    if (cache === null) return [];
    return machine.processes.flatMap(({ name }, process) => {
      const count = this.view.at({ slot: cache + process + 1 });
      return count > 0 ? [{ process: -1, how: `${count} of its elements lies in the per-CPU cache of ${name}` }] : [];
    });
  }

  private holding(resource: string, what = ''): Holder[] {
    return this.model.processes.flatMap(({ name, holds }, process) => {
      const place = holds.get(resource);
      const count = place ? this.view.at(place) : 0;
      return count > 0 ? [{ process, how: `${name} holds ${what ? `${count} ${what}` : ''}${resource}` }] : [];
    });
  }

  private lock(index: number): { resource: string; holders: Holder[] } {
    const { kernel, machine } = this.model;
    const lock = kernel.locks[index];
    if (!lock) return { resource: 'a lock', holders: [] };
    const owner = this.view.at(lock.owner);
    const alone =
      owner === 0 ? [] : [{ process: owner - 1, how: `${machine.processes[owner - 1]?.name} holds ${lock.name}` }];
    // A reader may wait for a writer that waits for another reader.
    const writers = machine.processes.flatMap((process, other) => {
      const waits = this.interpreter.instruction(this.state, process).waits;
      const waiting = waits?.kind === 'lock' && waits.index === index && lock.kind === 'rwsem';
      return waiting ? [{ process: other, how: `${process.name} waits to write and keeps later readers out` }] : [];
    });
    if (lock.handed) return { resource: lock.name, holders: this.able(releases(lock), `release ${lock.name}`) };
    const readers = this.holding(lock.name);
    return { resource: lock.name, holders: alone.length + readers.length > 0 ? [...alone, ...readers] : writers };
  }

  blocked(): Blocked[] {
    const { machine } = this.model;
    return machine.processes.flatMap((process, index) => {
      const instruction = this.interpreter.instruction(this.state, process);
      if (instruction.rest) return [];
      const { resource, holders } = this.resource(instruction);
      return [{ index, process, instruction, resource, source: instruction.alternatives[0]?.source ?? '', holders }];
    });
  }
}

/** A shortest cycle of processes, each waiting for what the next keeps; empty if there is none. */
function shortestCycle(blocked: readonly Blocked[]): Blocked[] {
  const byIndex = new Map(blocked.map((node) => [node.index, node]));
  let best: Blocked[] = [];
  for (const start of blocked) {
    const queue = [{ node: start, path: [start] }];
    const seen = new Set<number>();
    for (const { node, path } of queue)
      for (const holder of node.holders) {
        if (holder.process === start.index && (best.length === 0 || path.length < best.length)) best = path;
        const next = byIndex.get(holder.process);
        if (!next || seen.has(next.index)) continue;
        seen.add(next.index);
        queue.push({ node: next, path: [...path, next] });
      }
  }
  return best;
}

/** The wait-for cycle of a deadlocked state, and one sentence that says it. */
export function explainDeadlock(
  model: Model,
  interpreter: Interpreter,
  state: Vector,
): { cycle: CycleNode[]; sentence: string } {
  const blocked = new Explainer(model, interpreter, state).blocked();
  const cycle = shortestCycle(blocked);
  if (cycle.length === 0) {
    const waiting = blocked.map((node) => waitsFor(node));
    return { cycle: [], sentence: `${waiting.join('; ')}; and nobody is left who could act.` };
  }
  const nodes = cycle.flatMap((node): CycleNode[] => [
    { task: node.process.name, waits: node.resource, source: node.source },
    { resource: node.resource, held: listed(node.holders) },
  ]);
  // Any holder could end the wait, so it lasts only because all of them are stuck.
  const alone = cycle.length === 1 && cycle[0]?.holders.every((holder) => holder.process === cycle[0]?.index);
  const last = alone ? 'only it could release that, and it is asleep' : 'all of them wait, so none goes on';
  return { cycle: nodes, sentence: `${cycle.map((node) => waitsFor(node)).join('; ')}: ${last}.` };
}

function waitsFor({ process, resource, source, holders }: Blocked): string {
  return `${process.name} sleeps in ${source} waiting for ${resource}${holders.length > 0 ? `, but ${listed(holders)}` : ''}`;
}

function listed(holders: readonly Holder[]): string {
  const unique = [...new Set(holders.map((holder) => holder.how))];
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1)}`;
}
