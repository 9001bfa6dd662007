import { constantValue, type Expression } from '../../model/expression.js';
import type { Step } from '../../model/scenario.js';
import { UserError } from '../../text.js';
import {
  all,
  any,
  assign,
  differ,
  type Expr,
  equal,
  less,
  more,
  not,
  type Place,
  plus,
  type Statement,
} from '../machine.js';
import type { Label } from './builder.js';
import { checkedAssign, lowerExpression, slotsOf } from './expressions.js';
import { endio, field, type Kernel, type SetLayout } from './kernel.js';
import type { BioList } from './lists.js';
import { type Current, callSubmit, flushLists, park, parked, punt, puntToQueues } from './submit.js';

/** The names that the steps of one program can use. */
export interface Scope {
  readonly kernel: Kernel;
  readonly current: Current;
  readonly constants: ReadonlyMap<string, number>;
  /** `A`, `A in dm`: for messages and slot names. */
  readonly where: string;
  /** Inside a ->submit_bio: current->bio_list is not NULL. */
  readonly nested: boolean;
  readonly bios: Map<string, Place>;
  readonly numbers: Map<string, Place>;
  /** Steps after which the program does not mention a bio variable again, so that it can be forgotten. */
  readonly last: ReadonlyMap<Step, ReadonlySet<string>>;
  readonly batches: Map<string, BioList>;
  /** Ids of the bios that `new` makes here, by variable. */
  readonly own: ReadonlyMap<string, number>;
  readonly queuePunt: boolean;
}

type StepOf<K extends Step['do']> = Extract<Step, { do: K }>;

function fail(scope: Scope, reason: string): never {
  throw new UserError(`${scope.where}: ${reason}`);
}

function bioOf(scope: Scope, name: string): Place {
  return scope.bios.get(name) ?? fail(scope, `no bio is called "${name}"; it must be allocated first`);
}

function named<T extends { readonly name: string }>(
  scope: Scope,
  kind: string,
  list: readonly T[],
  name: string,
): { item: T; index: number } {
  const index = list.findIndex((item) => item.name === name);
  const item = list[index];
  return item ? { item, index } : fail(scope, `no ${kind} is called "${name}"`);
}

function lower(scope: Scope, expression: Expression): Expr {
  return lowerExpression(expression, scope.constants, (name, bioField) => placeOf(scope, name, bioField));
}

/** Clears a bio variable that this step mentions last, so that states do not differ in what nobody can see. */
function forgotten(scope: Scope, step: Step, name: string): Statement[] {
  const bio = bioOf(scope, name);
  return bio.slot !== scope.current.bio.slot && scope.last.get(step)?.has(name) ? [assign(bio, 0)] : [];
}

function batchOf(scope: Scope, name: string): BioList {
  const known = scope.batches.get(name);
  if (known) return known;
  const list = scope.kernel.lists.create(`${scope.where}.${name}`, scope.kernel.bios);
  scope.batches.set(name, list);
  return list;
}

function placeOf(scope: Scope, name: string, bioField: string | null): Place {
  const { fields, variables } = scope.kernel;
  if (bioField !== null) {
    if (bioField !== 'left' && bioField !== 'tag')
      return fail(scope, `"${name}.${bioField}": a bio has the fields left and tag`);
    return field(fields[bioField], bioOf(scope, name));
  }
  const local = scope.numbers.get(name);
  if (local) return local;
  return variables.find((variable) => variable.name === name)?.place ?? fail(scope, `no variable is called "${name}"`);
}

/** What a process does when it would sleep: schedule() flushes what the plug's callbacks flush, and stays where it is. */
function whenBlocked(scope: Scope, enabled: Expr, stay: Label) {
  const { current, kernel } = scope;
  const alternatives = [];
  if (current.hook) {
    for (const guard of [true, false])
      alternatives.push({
        guard: all(not(enabled), equal(current.hook, guard ? 1 : 2)),
        effect: [...flushLists(kernel, current, guard), assign(current.hook, 0)],
        next: stay,
        action: 'sleeps: schedule() runs the plug callback, which flushes current->bio_list',
        source: 'flush_current_bio_list()',
      });
  }
  if (scope.queuePunt)
    alternatives.push({
      guard: all(not(enabled), parked(current)),
      effect: puntToQueues(kernel, current),
      next: stay,
      action: "sleeps: its parked bios go to their queues' workers",
      source: 'schedule()',
    });
  return alternatives;
}

/** Takes the first free element; elements are alike, so which one does not matter. */
function take(scope: Scope, set: SetLayout, step: StepOf<'alloc'>): Statement[] {
  const { kernel } = scope;
  const { fields } = kernel;
  const bio = bioOf(scope, step.bio);
  const ending = step.ending === null ? 0 : kernel.endings.indexOf(step.ending) + 1;
  if (step.ending !== null && ending === 0) fail(scope, `no ending is called "${step.ending}"`);
  return [
    assign(bio, set.first),
    { while: field(fields.used, bio), do: [assign(bio, plus(bio, 1))] },
    assign(field(fields.used, bio), 1),
    assign(set.available, { op: '-', left: set.available, right: 1 }),
    assign(field(fields.remaining, bio), 1),
    assign(field(fields.left, bio), lower(scope, step.left)),
    assign(field(fields.ending, bio), ending),
  ];
}

/** bio_alloc_bioset() with mempool_alloc() inside. Slab memory is taken to fail always, so only the reserve counts. */
function emitAlloc(scope: Scope, step: StepOf<'alloc'>): void {
  const { kernel, current } = scope;
  const { process } = current;
  const { item: set, index } = named(scope, 'set', kernel.sets, step.set);
  const source = step.at || 'bio_alloc_bioset()';
  if (set.missing) {
    const why = kernel.era.nullSetFatal
      ? `bio_alloc_bioset() dereferences the bio_set ${set.name}, which is NULL`
      : `${set.name} is NULL, so this is a plain kmalloc(); it fails and its NULL result is used`;
    const crash = kernel.machine.crash(why);
    process.emit({
      source,
      alternatives: [
        {
          effect: [assign({ slot: kernel.machine.crashSlot }, crash)],
          action: `allocates ${step.bio} from ${set.name}`,
        },
      ],
    });
    return;
  }
  const after = process.label();
  const free = more(set.available, 0);
  const taken = {
    guard: free,
    effect: take(scope, set, step),
    next: after,
    action: `allocates ${step.bio} from ${set.name}`,
  };
  if (step.gfp === 'NOWAIT') {
    const failed = process.label();
    process.emit({
      source,
      alternatives: [taken, { guard: not(free), next: failed, action: `finds ${set.name} empty` }],
    });
    process.place(failed);
    emitSteps(scope, step.fail);
    process.place(after);
    return;
  }
  const waits = { kind: 'set', set: index } as const;
  if (set.rescue && scope.nested) {
    // The gfp dance of df2cb6da: first without waiting, then punt, then wait.
    const start = process.here();
    process.emit({
      source,
      waits,
      alternatives: [
        taken,
        { guard: all(not(free), parked(current)), action: `finds ${set.name} empty without waiting` },
        ...whenBlocked(scope, any(free, parked(current)), start),
      ],
    });
    process.emit({
      source: 'punt_bios_to_rescuer()',
      alternatives: [
        { effect: punt(kernel, current, index), action: `punts its parked bios of ${set.name} to the rescuer` },
      ],
    });
  }
  const start = process.here();
  process.emit({ source, waits, alternatives: [taken, ...whenBlocked(scope, free, start)] });
  process.place(after);
}

function emitSubmit(scope: Scope, step: StepOf<'submit'>): void {
  const { kernel, current } = scope;
  const bio = bioOf(scope, step.bio);
  const { item: device } = named(scope, 'device', kernel.devices, step.device);
  const action = `submits ${step.bio} to ${device.name}`;
  const source = step.at || 'submit_bio()';
  const forget = forgotten(scope, step, step.bio);
  if (scope.nested) {
    current.process.emit({
      source,
      local: true,
      alternatives: [
        { effect: [...park(kernel, current, bio, device), ...forget], action: `${action}: put on current->bio_list` },
      ],
    });
    return;
  }
  const before = [assign(field(kernel.fields.device, bio), device.number), assign(current.bio, bio), ...forget];
  callSubmit(current, before, action, source);
}

function emitSet(scope: Scope, step: StepOf<'set'>): void {
  const { kernel, current } = scope;
  const place = placeOf(scope, step.variable, step.field);
  const shared = kernel.variables.find((variable) => variable.place.slot === place.slot);
  const name = step.field === null ? step.variable : `${step.variable}.${step.field}`;
  // All elements of an array have the same range; the first of them is NULL's, which has none.
  const max = shared?.max ?? kernel.machine.slots[place.slot + (place.index === undefined ? 0 : 1)]?.max ?? 0;
  current.process.emit({
    source: step.at,
    local: shared === undefined,
    alternatives: [
      { effect: checkedAssign(kernel.machine, name, place, max, lower(scope, step.to)), action: `sets ${name}` },
    ],
  });
}

function emitLoop(
  scope: Scope,
  guard: Expr,
  enter: readonly Statement[],
  leave: readonly Statement[],
  steps: readonly Step[],
  local: boolean,
): void {
  const { process } = scope.current;
  const head = process.here();
  const body = process.label();
  const exit = process.label();
  process.emit({
    source: '',
    local,
    alternatives: [
      { guard, effect: enter, next: body, action: 'goes on with the next piece' },
      { guard: not(guard), effect: leave, next: exit, action: 'has no piece left' },
    ],
  });
  process.place(body);
  emitSteps(scope, steps);
  process.jump(head);
  process.place(exit);
}

function isLocal(scope: Scope, expression: Expr): boolean {
  const shared = new Set(scope.kernel.variables.map((variable) => variable.place.slot));
  return slotsOf(expression).every((slot) => !shared.has(slot));
}

function emitStep(scope: Scope, step: Step): void {
  const { kernel, current } = scope;
  const { process } = current;
  switch (step.do) {
    case 'alloc':
      return emitAlloc(scope, step);
    case 'submit':
      return emitSubmit(scope, step);
    case 'set':
      return emitSet(scope, step);
    case 'new': {
      const bio = bioOf(scope, step.bio);
      const id = scope.own.get(step.bio) ?? 0;
      const { fields } = kernel;
      const effect = [
        assign(bio, id),
        assign(field(fields.used, id), 1),
        assign(field(fields.remaining, id), 1),
        assign(field(fields.left, id), lower(scope, step.left)),
        assign(field(fields.tag, id), lower(scope, step.tag)),
      ];
      return process.emit({ source: step.at, local: true, alternatives: [{ effect, action: `prepares ${step.bio}` }] });
    }
    case 'chain': {
      const parent = bioOf(scope, step.parent);
      const remaining = field(kernel.fields.remaining, parent);
      const effect = [
        assign(field(kernel.fields.parent, bioOf(scope, step.bio)), parent),
        assign(remaining, plus(remaining, 1)),
      ];
      const action = `makes ${step.parent} wait for ${step.bio}`;
      return process.emit({ source: step.at || 'bio_chain()', alternatives: [{ effect, action }] });
    }
    case 'end': {
      const bio = bioOf(scope, step.bio);
      const alternatives = [
        { effect: [...endio(kernel, bio), ...forgotten(scope, step, step.bio)], action: `ends ${step.bio}` },
      ];
      return process.emit({ source: step.at || 'bio_endio()', alternatives });
    }
    case 'free': {
      // Until it is submitted nobody else knows the bio, so its one reference is the last.
      const alternatives = [
        {
          effect: [...endio(kernel, bioOf(scope, step.bio)), ...forgotten(scope, step, step.bio)],
          action: `frees ${step.bio}`,
        },
      ];
      return process.emit({ source: step.at || 'bio_put()', alternatives });
    }
    case 'keep': {
      const effect = [
        ...kernel.lists.push(batchOf(scope, step.list), bioOf(scope, step.bio)),
        ...forgotten(scope, step, step.bio),
      ];
      return process.emit({
        source: step.at || 'bio_list_add()',
        local: true,
        alternatives: [{ effect, action: `keeps ${step.bio} on ${step.list}` }],
      });
    }
    case 'each': {
      const list = batchOf(scope, step.list);
      return emitLoop(
        scope,
        differ(list.head, 0),
        kernel.lists.pop(list, bioOf(scope, step.bio)),
        [],
        step.steps,
        true,
      );
    }
    case 'let': {
      const max = constantValue(step.max, scope.constants) ?? 15;
      const known = scope.numbers.get(step.variable);
      const place = known ?? { slot: kernel.machine.slot(`${scope.where}.${step.variable}`, max, 'number') };
      scope.numbers.set(step.variable, place);
      const effect = checkedAssign(kernel.machine, step.variable, place, max, lower(scope, step.to));
      return process.emit({
        source: step.at,
        local: isLocal(scope, lower(scope, step.to)),
        alternatives: [{ effect, action: `sets ${step.variable}` }],
      });
    }
    case 'await': {
      const bio = bioOf(scope, step.bio);
      const done = equal(field(kernel.fields.used, bio), 0);
      const start = process.here();
      return process.emit({
        source: step.at || 'submit_bio_wait()',
        waits: { kind: 'bio', bio },
        alternatives: [
          { guard: done, effect: [assign(bio, 0)], action: `finds ${step.bio} completed` },
          ...whenBlocked(scope, done, start),
        ],
      });
    }
    case 'lock': {
      const { item: lock, index } = named(scope, 'lock', kernel.locks, step.lock);
      const free = equal(lock.owner, 0);
      const start = process.here();
      return process.emit({
        source: step.at || 'mutex_lock()',
        waits: { kind: 'lock', lock: index },
        alternatives: [
          { guard: free, effect: [assign(lock.owner, current.index + 1)], action: `takes ${lock.name}` },
          ...whenBlocked(scope, free, start),
        ],
      });
    }
    case 'unlock': {
      const { item: lock } = named(scope, 'lock', kernel.locks, step.lock);
      const alternatives = [{ effect: [assign(lock.owner, 0)], action: `releases ${lock.name}` }];
      return process.emit({ source: step.at || 'mutex_unlock()', alternatives });
    }
    case 'wait': {
      const until = lower(scope, step.until);
      const start = process.here();
      return process.emit({
        source: step.at || 'wait_event()',
        waits: { kind: 'condition', text: step.text, slots: slotsOf(until) },
        alternatives: [{ guard: until, action: `goes on: ${step.text}` }, ...whenBlocked(scope, until, start)],
      });
    }
    case 'repeat': {
      const count = lower(scope, step.count);
      const max = typeof count === 'number' ? count : 15;
      const name = step.as || `#${scope.numbers.size}`;
      const index = scope.numbers.get(name) ?? { slot: kernel.machine.slot(`${scope.where}.${name}`, max, 'number') };
      scope.numbers.set(name, index);
      return emitLoop(
        scope,
        less(index, count),
        [assign(index, plus(index, 1))],
        [assign(index, 0)],
        step.steps,
        isLocal(scope, count),
      );
    }
    case 'while': {
      const condition = lower(scope, step.condition);
      return emitLoop(scope, condition, [], [], step.steps, isLocal(scope, condition));
    }
    case 'if':
      return emitIf(scope, step);
    case 'offload': {
      const enabled = constantValue(step.enabled, scope.constants);
      const guard = constantValue(step.guard, scope.constants);
      if (enabled === null || guard === null) return fail(scope, 'offload and its guard must be constants');
      if (enabled === 0 || !current.hook) return emitSteps(scope, step.steps);
      const source = step.at || '__map_bio()';
      process.emit({
        source,
        local: true,
        alternatives: [
          { effect: [assign(current.hook, guard === 0 ? 2 : 1)], action: 'arms dm_offload for the map call' },
        ],
      });
      emitSteps(scope, step.steps);
      return process.emit({
        source,
        local: true,
        alternatives: [{ effect: [assign(current.hook, 0)], action: 'disarms dm_offload' }],
      });
    }
  }
}

function emitIf(scope: Scope, step: StepOf<'if'>): void {
  const { process } = scope.current;
  const condition = lower(scope, step.condition);
  if (typeof condition === 'number') return emitSteps(scope, condition === 0 ? step.else : step.then);
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
  emitSteps(scope, step.then);
  process.jump(after);
  process.place(otherwise);
  emitSteps(scope, step.else);
  process.place(after);
}

/** Emits the steps in order; what follows them is emitted next. */
export function emitSteps(scope: Scope, steps: readonly Step[]): void {
  for (const step of steps) emitStep(scope, step);
}

/** Every step of a program, whatever it is nested in. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    switch (step.do) {
      case 'alloc':
        return [step, ...allSteps(step.fail)];
      case 'if':
        return [step, ...allSteps(step.then), ...allSteps(step.else)];
      case 'repeat':
      case 'while':
      case 'each':
      case 'offload':
        return [step, ...allSteps(step.steps)];
      default:
        return [step];
    }
  });
}

/** The bio variables that a step mentions, apart from one that it defines. */
function mentions(step: Step): string[] {
  switch (step.do) {
    case 'chain':
      return [step.bio, step.parent];
    case 'submit':
    case 'end':
    case 'free':
    case 'keep':
    case 'await':
      return [step.bio];
    default:
      return [];
  }
}

/** For each step, the bio variables that it is the last to mention. Bio fields in expressions count only for `bio` itself. */
export function lastMentions(program: readonly Step[]): ReadonlyMap<Step, ReadonlySet<string>> {
  const last = new Map<Step, Set<string>>();
  const seen = new Set<string>();
  for (const step of allSteps(program).reverse()) {
    const fresh = mentions(step).filter((name) => !seen.has(name));
    last.set(step, new Set(fresh));
    for (const name of fresh) seen.add(name);
    // A definition starts a new life, so that the same name in another branch ends there.
    if (step.do === 'alloc' || step.do === 'new' || step.do === 'each') seen.delete(step.bio);
  }
  return last;
}
