import type { Scenario } from '../model/scenario.js';
import type { Interpreter, Move, Vector } from './interpret.js';
import { submitName } from './lower/kernel.js';
import type { Process } from './machine.js';
import type { Frame, Playback, PlayedStep, Spot } from './playback.js';
import { type Prepared, prepare } from './prepare.js';
import { follow } from './replay.js';
import { changesOf, Snapshots } from './snapshots.js';
import type { Simulation } from './types.js';

/** A sample that does not come to its end is cut here. */
const mostSampleSteps = 5000;

/** The calls that lead to the place of a step, innermost first, as `f() path:line`; none where the program is no code. */
type Callers = ReadonlyMap<string, readonly string[]>;

/**
 * What a simulation of `scenario` (or of the shipped one of its name) showed, step by step: the violation, or else one run
 * in which nothing is wrong. A sample follows the order of tasks in `like` as far as it can, so that the two compare.
 * `callers` completes the call stacks of programs that come from code.
 */
export function play(
  simulation: Simulation,
  scenario: Scenario,
  like: readonly string[] = [],
  callers: Callers = new Map(),
): Playback {
  if (simulation.replay !== '') {
    const { prepared, path, states } = follow(simulation.replay, scenario);
    return playback(prepared, simulation, path, states, callers);
  }
  const { strategy, era, bounds } = simulation;
  const prepared = prepare(scenario, { strategy, era, parameters: bounds.parameters });
  const { path, states } = sample(prepared.interpreter, like);
  return playback(prepared, simulation, path, states, callers);
}

/**
 * One run to the end: whoever `like` names next if he can go on, else whoever has waited longest for his turn. Ends where
 * nothing can go on.
 */
function sample(interpreter: Interpreter, like: readonly string[]): { path: Move[]; states: Vector[] } {
  const { processes } = interpreter.machine;
  let state = interpreter.initial();
  const path: Move[] = [];
  const states = [state];
  const lastTurn = processes.map(() => -1);
  let next = 0;
  while (path.length < mostSampleSteps) {
    const moves = interpreter.moves(state);
    if (moves.length === 0) break;
    let chosen: Move | undefined;
    while (chosen === undefined && next < like.length) {
      const name = like[next++];
      chosen = moves.find(({ process }) => processes[process]?.name === name);
    }
    chosen ??= moves.reduce((best, move) =>
      (lastTurn[move.process] ?? 0) < (lastTurn[best.process] ?? 0) ? move : best,
    );
    lastTurn[chosen.process] = path.length;
    state = interpreter.fire(state, chosen);
    path.push(chosen);
    states.push(state);
  }
  return { path, states };
}

function playback(
  prepared: Prepared,
  simulation: Simulation,
  path: readonly Move[],
  states: readonly Vector[],
  callers: Callers,
): Playback {
  const { interpreter, model } = prepared;
  const { processes } = model.machine;
  const snapshots = new Snapshots(prepared);
  const places = new Places();
  const stacks = new Stacks(prepared, places, callers);
  const first = states[0] ?? interpreter.initial();
  const initial = snapshots.values(first);
  const initialStacks = processes.map((process, index) => stacks.at(index, process, first));
  let before = initial;
  const steps = path.flatMap((move, index): PlayedStep[] => {
    const process = processes[move.process];
    const state = states[index];
    const after = states[index + 1];
    if (!process || !state || !after) return [];
    const instruction = interpreter.instruction(state, process);
    const taken = instruction.alternatives[move.alternative];
    const values = snapshots.values(after);
    const changes = changesOf(before, values);
    before = values;
    const source = taken?.source ?? '';
    stacks.moved(move.process, process, state);
    return [
      {
        lane: move.process,
        action: taken?.action ?? '',
        source: functionOf(source),
        spot: places.of(source, instruction.line),
        changes,
        stack: stacks.at(move.process, process, after),
        afterwards: snapshots.standing(after, process),
      },
    ];
  });
  const { scenario, strategy, era, verdict, sentence, cycle, replay, bounds } = simulation;
  return {
    scenario,
    strategy,
    era,
    parameters: bounds.parameters,
    verdict,
    sentence,
    kind: replay === '' ? 'sample' : 'counterexample',
    lanes: snapshots.lanes,
    cells: snapshots.cells,
    spots: places.spots,
    initial,
    stacks: initialStacks,
    steps,
    cycle,
    replay,
  };
}

/** `alloc_tio() drivers/md/dm.c:1285`: the function alone. */
function functionOf(source: string): string {
  return source.replace(/ \S+:\d+$/, '');
}

/** Numbers the places that steps and frames are at. */
class Places {
  readonly spots: Spot[] = [];
  private readonly known = new Map<string, number>();

  /** The place that a source names, else the line of the scenario file; null for what has neither. */
  of(source: string, line: number | null): number | null {
    const [, path, at] = / (\S+):(\d+)$/.exec(source) ?? [];
    if (path !== undefined) return this.number({ path, line: Number(at) });
    return line === null ? null : this.number({ path: null, line });
  }

  private number(spot: Spot): number {
    const key = `${spot.path ?? ''}:${spot.line}`;
    const known = this.known.get(key) ?? this.spots.push(spot) - 1;
    this.known.set(key, known);
    return known;
  }
}

/** Follows where each process stands: submission flattens recursion, so there are never more than a few frames. */
class Stacks {
  /** Per process: the step from which it entered submission. */
  private readonly callers = new Map<number, Frame>();

  constructor(
    private readonly prepared: Prepared,
    private readonly places: Places,
    private readonly calls: Callers,
  ) {}

  /** Takes notice of a step of a process, made in `state`. */
  moved(index: number, process: Process, state: Vector): void {
    const { origin, alternatives, line } = this.prepared.interpreter.instruction(state, process);
    if (isSubmission(origin)) return;
    const source = alternatives[0]?.source ?? '';
    this.callers.set(index, { name: functionOf(source), spot: this.places.of(source, line) });
  }

  /** The frames of a process, innermost first. */
  at(index: number, process: Process, state: Vector): readonly Frame[] {
    const { interpreter, model } = this.prepared;
    const { origin, alternatives, line } = interpreter.instruction(state, process);
    const source = alternatives[0]?.source ?? '';
    const frames: Frame[] = [];
    const add = (name: string, spot: number | null): void => {
      if (name !== '' && frames.at(-1)?.name !== name) frames.push({ name, spot });
    };
    add(functionOf(source), this.places.of(source, line));
    for (const call of this.calls.get(source) ?? []) add(functionOf(call), this.places.of(call, null));
    const [, device] = /^device (.*)#\d+$/.exec(origin) ?? [];
    const [, work] = /^work (.*)#\d+$/.exec(origin) ?? [];
    if (device !== undefined) add(`->submit_bio() of ${device}`, null);
    if (isSubmission(origin)) {
      add(submitName(model.kernel.era), null);
      const caller = this.callers.get(index);
      if (caller) add(caller.name, caller.spot);
    }
    if (work !== undefined) add(`process_one_work() of ${work}`, null);
    if (frames.length === 0) add('done', null);
    return frames;
  }
}

/** Whether an instruction is part of what submission runs. */
function isSubmission(origin: string): boolean {
  return origin.startsWith('submission#') || origin.startsWith('device ');
}
