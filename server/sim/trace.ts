import { explainDeadlock } from './explain.js';
import type { Move, Vector } from './interpret.js';
import type { Prepared } from './prepare.js';
import type { Terminal } from './search.js';
import type { CycleNode, TraceStep } from './types.js';
import { changes, View } from './view.js';

/** The steps of a path, with what each changes. */
export function traceOf(
  { model, interpreter }: Pick<Prepared, 'model' | 'interpreter'>,
  path: readonly Move[],
): TraceStep[] {
  let state = interpreter.initial();
  let values = new View(model, state).values();
  return path.map((move, index) => {
    const process = model.machine.processes[move.process];
    const alternative = process && interpreter.instruction(state, process).alternatives[move.alternative];
    state = interpreter.fire(state, move);
    const before = values;
    values = new View(model, state).values();
    return {
      step: index + 1,
      task: process?.name ?? '',
      action: alternative?.action ?? '',
      source: alternative?.source ?? '',
      changed: changes(before, values),
    };
  });
}

/** What is wrong in the last state of a violation, in one sentence. */
export function explain(
  { model, interpreter }: Pick<Prepared, 'model' | 'interpreter'>,
  kind: Terminal,
  state: Vector,
): { cycle: CycleNode[]; sentence: string } {
  const { kernel, machine } = model;
  if (kind === 'deadlock') return explainDeadlock(model, interpreter, state);
  if (kind === 'crash')
    return { cycle: [], sentence: `${machine.crashes[(state[machine.crashSlot] ?? 0) - 1] ?? 'it crashes'}.` };
  const lost = kernel.bioNames.filter((_, index) => state[kernel.fields.used + index + 1] !== 0);
  const off = kernel.variables
    .filter(({ place, initial, balanced }) => balanced && state[place.slot] !== initial)
    .map(({ name }) => name);
  const elements = kernel.pools
    .filter(({ available }) => state[available.slot] !== machine.slots[available.slot]?.initial)
    .map(({ name }) => `an element of ${name}`);
  // The bios that are lost say where their elements are.
  const missing = lost.length + off.length > 0 ? [...lost, ...off] : elements;
  return { cycle: [], sentence: `Everything has ended, but ${missing.join(', ')} did not come back.` };
}
