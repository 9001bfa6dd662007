import type { Scenario } from '../model/scenario.js';
import { breathe, type Courtesy } from '../text.js';
import { Interpreter, type Move, type Vector } from './interpret.js';
import { type Prepared, prepare } from './prepare.js';
import type { SimulationOptions } from './types.js';

/** What things take, in nanoseconds. Assumptions, not measurements; the table under a result prints them. */
export interface Costs {
  /** Any step that none of the others is. */
  readonly step: number;
  /** Taking or giving back an element of a pool. */
  readonly alloc: number;
  /** From when a sleeping task could go on to when it does. */
  readonly switch: number;
  /** The same for a rescuer or another worker, which is queued first. */
  readonly wake: number;
  /** A leaf device's time for one bio. */
  readonly io: number;
  /** How much `io` varies, as a part of it. */
  readonly jitter: number;
}

export const defaultCosts: Costs = { step: 40, alloc: 120, switch: 2000, wake: 4000, io: 20_000, jitter: 0.25 };

/** Size of a bio with a driver's front_pad, in bytes. */
const bioBytes = 256;

export interface Performance {
  readonly strategy: string;
  readonly era: string;
  /** Requests per second over all tasks. */
  readonly throughput: number;
  /** Microseconds from the start of a request to its end. */
  readonly p50: number;
  readonly p99: number;
  /** Per request. */
  readonly switches: number;
  readonly punts: number;
  readonly wakeups: number;
  /** Rescuers and workers. */
  readonly threads: number;
  readonly reservedBytes: number;
  /** Bios that a leaf got before one that the same task had allocated earlier, per request. */
  readonly inversions: number;
  /** The run got stuck: the figures are of what happened before. */
  readonly stuck: boolean;
}

export interface PerfOptions extends SimulationOptions {
  readonly costs?: Partial<Costs>;
  readonly seed?: number;
  /** Requests per task. */
  readonly rounds?: number;
}

/** Numbers in [0, 1) that depend on the seed only (mulberry32). */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Kind = 'task' | 'worker' | 'leaf';

/** One timed run: discrete events over the moves of the machine; every process has a processor of its own. */
class TimedRun {
  private readonly interpreter: Interpreter;
  private readonly kinds: readonly Kind[];
  private state: Vector;
  /** When each process can take its next step. */
  private readonly free: Float64Array;
  /** Since when each process has been asleep; NaN while it is not. */
  private readonly asleep: Float64Array;
  private readonly started: Float64Array;
  private readonly rounds: Int32Array;
  /** When each leaf is done with a bio. */
  private readonly done: Float64Array;
  private readonly sequence: Int32Array;
  private readonly owner: Int32Array;
  private readonly lastArrived: Int32Array;
  private readonly draw: () => number;
  private allocated = 0;
  private readonly latencies: number[] = [];
  private switches = 0;
  private punts = 0;
  private wakeups = 0;
  private inversions = 0;
  private now = 0;

  constructor(
    private readonly prepared: Prepared,
    private readonly costs: Costs,
    seed: number,
    private readonly perTask: number,
  ) {
    const { model, scenario } = prepared;
    this.interpreter = new Interpreter(model.machine);
    this.state = this.interpreter.initial();
    const tasks = new Set(scenario.tasks.map((task) => task.name));
    const leaves = new Set(model.kernel.devices.filter((device) => device.leaf).map((device) => device.name));
    this.kinds = model.machine.processes.map(({ group }) =>
      leaves.has(group) ? 'leaf' : tasks.has(group) ? 'task' : 'worker',
    );
    const count = this.kinds.length;
    this.free = new Float64Array(count);
    this.asleep = new Float64Array(count).fill(Number.NaN);
    this.started = new Float64Array(count);
    this.rounds = new Int32Array(count);
    this.lastArrived = new Int32Array(count);
    const bios = model.kernel.bios + 1;
    this.done = new Float64Array(bios);
    this.sequence = new Int32Array(bios);
    this.owner = new Int32Array(bios);
    this.draw = random(seed);
  }

  /** The earliest move with its time; null if nothing can happen any more. */
  private next(): { move: Move; time: number } | null {
    let best: { move: Move; time: number } | null = null;
    const able = new Set<number>();
    for (const move of this.interpreter.moves(this.state)) {
      able.add(move.process);
      const since = this.asleep[move.process] ?? Number.NaN;
      const delay = this.kinds[move.process] === 'worker' ? this.costs.wake : this.costs.switch;
      let time = Math.max(this.free[move.process] ?? 0, Number.isNaN(since) ? 0 : this.now + delay);
      if (this.kinds[move.process] === 'leaf') time = this.done[move.alternative + 1] ?? 0;
      if (best === null || time < best.time) best = { move, time };
    }
    this.kinds.forEach((kind, index) => {
      if (kind === 'leaf') return;
      if (!able.has(index) && Number.isNaN(this.asleep[index])) this.asleep[index] = this.now;
      else if (able.has(index) && !Number.isNaN(this.asleep[index])) this.wake(index);
    });
    return best;
  }

  private wake(index: number): void {
    const worker = this.kinds[index] === 'worker';
    this.asleep[index] = Number.NaN;
    this.free[index] = Math.max(this.free[index] ?? 0, this.now + (worker ? this.costs.wake : this.costs.switch));
    this.switches++;
    if (worker) this.wakeups++;
  }

  private take({ move, time }: { move: Move; time: number }): void {
    const { kernel, machine } = this.prepared.model;
    const { fields } = kernel;
    const process = machine.processes[move.process];
    const alternative = process && this.interpreter.instruction(this.state, process).alternatives[move.alternative];
    const before = this.state;
    this.state = this.interpreter.fire(before, move);
    this.now = Math.max(this.now, time);
    let cost = this.costs.step;
    for (let bio = 1; bio <= kernel.bios; bio++) {
      const was = before[fields.used + bio] ?? 0;
      const is = this.state[fields.used + bio] ?? 0;
      if (was !== is) cost = this.costs.alloc;
      if (was === 0 && is === 1) {
        this.sequence[bio] = ++this.allocated;
        this.owner[bio] = move.process;
      }
      if (before[fields.flying + bio] === 0 && this.state[fields.flying + bio] !== 0) this.arrive(bio);
    }
    if (alternative?.source === 'punt_bios_to_rescuer()' || alternative?.source === 'flush_current_bio_list()')
      this.punts++;
    if (this.kinds[move.process] !== 'leaf')
      this.free[move.process] = Math.max(this.free[move.process] ?? 0, time) + cost;
  }

  private arrive(bio: number): void {
    const owner = this.owner[bio] ?? 0;
    const order = this.sequence[bio] ?? 0;
    if (order < (this.lastArrived[owner] ?? 0)) this.inversions++;
    else this.lastArrived[owner] = order;
    this.done[bio] = this.now + this.costs.io * (1 + this.costs.jitter * (2 * this.draw() - 1));
  }

  /** Starts the next request of every task that has ended one. */
  private restart(): void {
    this.prepared.model.machine.processes.forEach((process, index) => {
      if (this.kinds[index] !== 'task') return;
      const instruction = this.interpreter.instruction(this.state, process);
      if (!instruction.rest || instruction.alternatives.length > 0 || (this.rounds[index] ?? 0) >= this.perTask) return;
      this.rounds[index] = (this.rounds[index] ?? 0) + 1;
      this.latencies.push((this.free[index] ?? 0) - (this.started[index] ?? 0));
      this.started[index] = this.free[index] ?? 0;
      if ((this.rounds[index] ?? 0) < this.perTask) this.state[process.pc] = 0;
    });
  }

  async run(courtesy: Courtesy): Promise<Performance> {
    const { kernel } = this.prepared.model;
    for (let steps = 0; ; steps++) {
      this.restart();
      const event = this.next();
      if (!event) break;
      this.take(event);
      if (steps % 2000 === 1999) await breathe(courtesy);
    }
    const requests = Math.max(this.latencies.length, 1);
    const sorted = this.latencies.sort((left, right) => left - right);
    const quantile = (part: number): number =>
      (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0) / 1000;
    const tasks = this.kinds.filter((kind) => kind === 'task').length;
    const elements = kernel.sets.reduce((sum, set) => sum + set.last - set.first + 1, 0);
    return {
      strategy: this.prepared.strategy,
      era: this.prepared.era,
      throughput: this.now > 0 ? (this.latencies.length / this.now) * 1e9 : 0,
      p50: quantile(0.5),
      p99: quantile(0.99),
      switches: this.switches / requests,
      punts: this.punts / requests,
      wakeups: this.wakeups / requests,
      threads: this.kinds.filter((kind) => kind === 'worker').length,
      reservedBytes: elements * bioBytes,
      inversions: this.inversions / requests,
      stuck: this.latencies.length < tasks * this.perTask,
    };
  }
}

/** Runs a scenario under one strategy with time. The same seed gives the same figures. */
export async function measure(scenario: Scenario, options: PerfOptions, courtesy: Courtesy = {}): Promise<Performance> {
  const costs = { ...defaultCosts, ...options.costs };
  return new TimedRun(prepare(scenario, options), costs, options.seed ?? 1, options.rounds ?? 100).run(courtesy);
}
