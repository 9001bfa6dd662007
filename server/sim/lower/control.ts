import { constantValue } from '../../model/expression.js';
import type { Assignment, Step } from '../../model/scenario.js';
import { always, assign, type Expr, less, not, plus, type Statement } from '../machine.js';
import type { Label } from './builder.js';
import { checkedAssign } from './expressions.js';
import { fail, isLocal, lower, placeOf, type Scope } from './scope.js';

type StepOf<K extends Step['do']> = Extract<Step, { do: K }>;

interface Loop {
  readonly guard: Expr;
  readonly enter: readonly Statement[];
  readonly leave: readonly Statement[];
  readonly steps: readonly Step[];
  readonly local: boolean;
  readonly source: string;
  readonly what: string;
}

/** Runs the steps while the guard holds. */
export function emitLoop(scope: Scope, { guard, enter, leave, steps, local, source, what }: Loop): void {
  const { process } = scope.current;
  const head = process.here();
  const body = process.label();
  const exit = process.label();
  process.emit({
    source,
    local,
    alternatives: [
      { guard, effect: enter, next: body, action: `goes on with the next ${what}` },
      { guard: not(guard), effect: leave, next: exit, action: `has no ${what} left` },
    ],
  });
  process.place(body);
  scope.emit(scope, steps);
  process.jump(head);
  process.place(exit);
}

function slotMax(scope: Scope, slot: number): number {
  return scope.kernel.machine.slots[slot]?.max ?? 0;
}

/** The assignments as one atomic effect. */
export function assignments(scope: Scope, list: readonly Assignment[]): Statement[] {
  return list.flatMap(({ variable, field, to }) => {
    const place = placeOf(scope, variable, field);
    // All elements of an array have the same range; the first of them is NULL's, which has none.
    const max = slotMax(scope, place.slot + (place.index === undefined ? 0 : 1));
    return checkedAssign(
      scope.kernel.machine,
      field === null ? variable : `${variable}.${field}`,
      place,
      max,
      lower(scope, to),
    );
  });
}

export function emitSet(scope: Scope, step: StepOf<'set'>): void {
  const names = step.assignments.map(({ variable, field }) => (field === null ? variable : `${variable}.${field}`));
  const local = step.assignments.every(
    ({ variable, field, to }) => isLocal(scope, placeOf(scope, variable, field)) && isLocal(scope, lower(scope, to)),
  );
  scope.current.process.emit({
    source: step.at,
    local,
    alternatives: [{ effect: assignments(scope, step.assignments), action: `sets ${names.join(', ')}` }],
  });
}

export function emitLet(scope: Scope, step: StepOf<'let'>): void {
  const { machine } = scope.kernel;
  const max = constantValue(step.max, scope.constants) ?? fail(scope, `the max of ${step.variable} must be a constant`);
  const place = scope.numbers.get(step.variable) ?? {
    slot: machine.slot(`${scope.where}.${step.variable}`, max, 'number'),
  };
  scope.numbers.set(step.variable, place);
  const to = lower(scope, step.to);
  const effect = checkedAssign(machine, step.variable, place, slotMax(scope, place.slot), to);
  scope.current.process.emit({
    source: step.at,
    local: isLocal(scope, to),
    alternatives: [{ effect, action: `sets ${step.variable}` }],
  });
}

/** No value of the expression is larger. */
function largestOf(scope: Scope, expression: Expr): number {
  if (typeof expression === 'number') return Math.max(expression, 0);
  if ('temp' in expression) return 0;
  if ('slot' in expression) return slotMax(scope, expression.slot + (expression.index === undefined ? 0 : 1));
  const [left, right] = [largestOf(scope, expression.left), largestOf(scope, expression.right)];
  if (expression.op === '*') return left * right;
  return expression.op === '+' || expression.op === '-' ? left + right : 1;
}

export function emitRepeat(scope: Scope, step: StepOf<'repeat'>): void {
  const count = lower(scope, step.count);
  const max = largestOf(scope, count);
  const name = step.as || `#${scope.numbers.size}`;
  const index = scope.numbers.get(name) ?? { slot: scope.kernel.machine.slot(`${scope.where}.${name}`, max, 'number') };
  scope.numbers.set(name, index);
  emitLoop(scope, {
    guard: less(index, count),
    enter: [assign(index, plus(index, 1))],
    leave: [assign(index, 0)],
    steps: step.steps,
    local: isLocal(scope, count),
    source: step.at,
    what: 'piece',
  });
}

export function emitWhile(scope: Scope, step: StepOf<'while'>): void {
  const guard = lower(scope, step.condition);
  scope.kernel.machine.loops = true;
  emitLoop(scope, {
    guard,
    enter: [],
    leave: [],
    steps: step.steps,
    local: isLocal(scope, guard),
    source: step.at,
    what: 'round',
  });
}

/** A condition over constants is decided here, so that strategies cost nothing. */
export function emitIf(scope: Scope, step: StepOf<'if'>): void {
  const { process } = scope.current;
  const condition = lower(scope, step.condition);
  if (typeof condition === 'number') {
    scope.emit(scope, condition === 0 ? step.no : step.yes);
    return;
  }
  const otherwise = process.label();
  const after = process.label();
  process.emit({
    source: step.at,
    local: isLocal(scope, condition),
    alternatives: [
      { guard: condition, action: 'takes the branch' },
      { guard: not(condition), next: otherwise, action: 'takes the other branch' },
    ],
  });
  scope.emit(scope, step.yes);
  process.jump(after);
  process.place(otherwise);
  scope.emit(scope, step.no);
  process.place(after);
}

export function emitChoose(scope: Scope, step: StepOf<'choose'>): void {
  const { process } = scope.current;
  const after = process.label();
  const branches = step.branches.map(({ when, about, steps }, index) => ({
    guard: when === null ? always : lower(scope, when),
    action: about === '' ? `goes way ${index + 1}` : `finds ${about}`,
    steps,
    entry: process.label(),
  }));
  process.emit({
    source: step.at,
    alternatives: branches.map(({ guard, entry, action }) => ({ guard, next: entry, action })),
  });
  for (const { steps, entry } of branches) {
    process.place(entry);
    scope.emit(scope, steps);
    process.jump(after);
  }
  process.place(after);
}

export function emitLabel(scope: Scope, step: StepOf<'label'>): void {
  scope.current.process.place(labelOf(scope, step.name));
}

/** A program that jumps back may go round; whether it must end is for the livelock search to say. */
export function emitGoto(scope: Scope, step: StepOf<'goto'>): void {
  const label = labelOf(scope, step.label);
  if (label.at >= 0 && !step.counted) scope.kernel.machine.loops = true;
  scope.current.process.jump(label);
}

function labelOf(scope: Scope, name: string): Label {
  const known = scope.labels.get(name) ?? scope.current.process.label();
  scope.labels.set(name, known);
  return known;
}

/** __map_bio() of d67a5f4b59: a plug whose callback flushes current->bio_list, armed for the length of the map call. */
export function emitOffload(scope: Scope, step: StepOf<'offload'>): void {
  const { hook } = scope.current;
  const enabled = constantValue(step.enabled, scope.constants);
  const guard = constantValue(step.guard, scope.constants);
  if (guard === null || enabled === null) {
    fail(scope, 'offload and its guard must be made of parameters and options');
  }
  if (enabled === 0 || !hook) {
    scope.emit(scope, step.steps);
    return;
  }
  emitArm(scope, { do: 'arm', at: step.at, guard: step.guard });
  scope.emit(scope, step.steps);
  emitDisarm(scope, { do: 'disarm', at: step.at });
}

export function emitArm(scope: Scope, step: StepOf<'arm'>): void {
  const { process, hook } = scope.current;
  const guard =
    constantValue(step.guard, scope.constants) ?? fail(scope, 'the guard must be made of parameters and options');
  const source = step.at || '__map_bio()';
  const effect = hook ? [assign(hook, guard === 0 ? 2 : 1)] : [];
  process.emit({ source, local: true, alternatives: [{ effect, action: 'arms dm_offload for the map call' }] });
}

export function emitDisarm(scope: Scope, step: StepOf<'disarm'>): void {
  const { process, hook } = scope.current;
  const source = step.at || '__map_bio()';
  const effect = hook ? [assign(hook, 0)] : [];
  process.emit({ source, local: true, alternatives: [{ effect, action: 'disarms dm_offload' }] });
}

/** blk_start_plug() … blk_finish_plug(). */
export function emitPlug(scope: Scope, step: StepOf<'plug'>): void {
  const { current, kernel } = scope;
  const to =
    kernel.shared.get(step.to) ?? fail(scope, `the plug ${step.list} flushes to "${step.to}", which is no list`);
  const list = kernel.lists.create(`${current.process.name}.${step.list}`, kernel.bios);
  current.plugs.push({ name: step.list, list, to });
  scope.emit(scope, step.steps);
  const alternatives = [
    { effect: kernel.lists.append(to, list), action: `ends the plug ${step.list}: its bios go to ${step.to}` },
  ];
  current.process.emit({ source: step.at || 'blk_finish_plug()', alternatives });
}

export function emitBug(scope: Scope, step: StepOf<'bug'>): void {
  const { machine } = scope.kernel;
  const effect = [assign({ slot: machine.crashSlot }, machine.crash(step.text))];
  scope.current.process.emit({ source: step.at || 'BUG()', alternatives: [{ effect, action: step.text }] });
}
