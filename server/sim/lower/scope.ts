import type { Expression } from '../../model/expression.js';
import type { Step } from '../../model/scenario.js';
import { UserError } from '../../text.js';
import { all, any, assign, differ, type Expr, equal, not, type Place, plus, type Statement, when } from '../machine.js';
import type { DraftAlternative, Label } from './builder.js';
import { checkedAssign, lowerExpression, slotsOf } from './expressions.js';
import { field, type Kernel, onList } from './kernel.js';
import type { BioList } from './lists.js';
import { type Current, flushLists, parked, puntToQueues } from './submit.js';

/** The names that the steps of one program can use, and where it runs. */
export interface Scope {
  readonly kernel: Kernel;
  readonly current: Current;
  readonly constants: ReadonlyMap<string, number>;
  /** `A`, `A in dm`: for messages and slot names. */
  readonly where: string;
  /** Function that a step is in if the scenario does not say. */
  readonly source: string;
  /** Inside a ->submit_bio: current->bio_list is not NULL. */
  readonly nested: boolean;
  readonly bios: Map<string, Place>;
  readonly numbers: Map<string, Place>;
  readonly batches: Map<string, BioList>;
  readonly labels: Map<string, Label>;
  /** Steps after which the program does not mention a bio variable again, so that it can be forgotten. */
  readonly last: ReadonlyMap<Step, ReadonlySet<string>>;
  /** Ids of the bios that `new` makes here, by variable. */
  readonly own: ReadonlyMap<string, number>;
  readonly queuePunt: boolean;
  /** Steps that reclaim runs when memory is allocated with GFP_KERNEL. */
  readonly reclaim: readonly Step[];
  /** Emits nested steps. */
  readonly emit: (scope: Scope, steps: readonly Step[]) => void;
}

/** What must be known of a process that sleeps. */
export type Sleeper = Pick<Scope, 'kernel' | 'current' | 'nested' | 'queuePunt'>;

/** Ends with UserError that says which program is wrong. */
export function fail(scope: Scope, reason: string): never {
  throw new UserError(`${scope.where}: ${reason}`);
}

/** Where a bio variable is kept. */
export function bioOf(scope: Scope, name: string): Place {
  return scope.bios.get(name) ?? fail(scope, `no bio is called "${name}"; it must be allocated first`);
}

/** The item of that name with its index. */
export function named<T extends { readonly name: string }>(
  scope: Scope,
  kind: string,
  list: readonly T[],
  name: string,
): { item: T; index: number } {
  const index = list.findIndex((item) => item.name === name);
  const item = list[index];
  return item ? { item, index } : fail(scope, `no ${kind} is called "${name}"`);
}

/** An expression over constants, variables, locals, bio fields, shared lists and `bio_list`. */
export function lower(scope: Scope, expression: Expression): Expr {
  return lowerExpression(expression, scope.constants, (name, bioField) => {
    if (name === 'bio_list' && bioField === null) return scope.nested ? parked(scope.current) : 0;
    const list = bioField === null ? scope.kernel.shared.get(name) : undefined;
    return list ? differ(list.head, 0) : placeOf(scope, name, bioField);
  });
}

/** The place that can be assigned to under this name. */
export function placeOf(scope: Scope, name: string, bioField: string | null): Place {
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

/** The effect, if the bio variable is not NULL; else a crash. The `bio` that a program is called for never is. */
export function using(scope: Scope, name: string, effect: readonly Statement[]): Statement[] {
  if (name === 'bio') return [...effect];
  const { machine } = scope.kernel;
  const crash = machine.crash(`${name} is used, but it is NULL`);
  return [when(equal(bioOf(scope, name), 0), [assign({ slot: machine.crashSlot }, crash)], effect)];
}

/** The effect, if the bio is the program's to hand on; a crash if it is on a list, in flight or has ended. */
export function handingOn(scope: Scope, name: string, effect: readonly Statement[]): Statement[] {
  const { kernel } = scope;
  const bio = bioOf(scope, name);
  const gone = any(
    equal(field(kernel.fields.used, bio), 0),
    differ(field(kernel.fields.flying, bio), 0),
    onList(kernel, bio),
  );
  const crash = kernel.machine.crash(`${name} is handed on, but it has ended, is in flight or on a list`);
  return using(scope, name, [when(gone, [assign({ slot: kernel.machine.crashSlot }, crash)], effect)]);
}

/** Adds one to what a bio waits for. */
export function countUp(scope: Scope, name: string): Statement[] {
  const { machine, fields } = scope.kernel;
  const remaining = field(fields.remaining, bioOf(scope, name));
  const max = machine.slots[fields.remaining + 1]?.max ?? 0;
  return checkedAssign(machine, `bi_remaining of ${name}`, remaining, max, plus(remaining, 1));
}

/** Clears a bio variable that this step mentions last, so that states do not differ in what nobody can see. */
export function forgotten(scope: Scope, step: Step, name: string): Statement[] {
  const bio = bioOf(scope, name);
  return name !== 'bio' && scope.last.get(step)?.has(name) ? [assign(bio, 0)] : [];
}

/** A list of bios: the plug's or a shared one of that name, or else the program's own. */
export function listOf(scope: Scope, name: string): { list: BioList; shared: boolean } {
  const shared = scope.kernel.shared.get(name);
  if (shared) return { list: shared, shared: true };
  const plug = scope.current.plugs.find((candidate) => candidate.name === name);
  if (plug) return { list: plug.list, shared: false };
  const known = scope.batches.get(name);
  if (known) return { list: known, shared: false };
  const list = scope.kernel.lists.create(`${scope.where}.${name}`, scope.kernel.bios);
  scope.batches.set(name, list);
  return { list, shared: false };
}

/** True if no other process can change what the expression reads. */
export function isLocal(scope: Scope, expression: Expr): boolean {
  const { kernel } = scope;
  const shared = new Set([
    ...kernel.variables.map((variable) => variable.place.slot),
    ...[...kernel.shared.values()].flatMap((list) => slotsOf(list.head)),
  ]);
  return slotsOf(expression).every((slot) => !shared.has(slot));
}

/** How many elements of a resource the process holds; the explanation of a deadlock needs to know. */
export function heldBy(scope: Scope, resource: string, max: number): Place {
  const known = scope.current.holds.get(resource);
  if (known) return known;
  const place = { slot: scope.kernel.machine.slot(`${scope.current.process.name} holds ${resource}`, max, 'number') };
  scope.current.holds.set(resource, place);
  return place;
}

/**
 * What a process does when it would sleep: schedule() flushes the plug and what its callbacks flush, and the process stays
 * where it is. Sleeping with a spinlock held is a crash.
 */
export function whenBlocked(scope: Sleeper, enabled: Expr, stay: Label): DraftAlternative[] {
  const { current, kernel } = scope;
  const { machine, lists } = kernel;
  const alternatives: DraftAlternative[] = [];
  const { hook } = current;
  if (hook)
    for (const guard of [true, false])
      alternatives.push({
        guard: all(not(enabled), equal(hook, guard ? 1 : 2)),
        effect: [...flushLists(kernel, current, guard), assign(hook, 0)],
        next: stay,
        action: 'sleeps: schedule() runs the plug callback, which flushes current->bio_list',
        source: 'flush_current_bio_list()',
      });
  for (const plug of current.plugs)
    alternatives.push({
      guard: all(not(enabled), differ(plug.list.head, 0)),
      effect: lists.append(plug.to, plug.list),
      next: stay,
      action: `sleeps: schedule() flushes the plug ${plug.name}`,
      source: 'blk_flush_plug_list()',
    });
  if (scope.queuePunt && scope.nested)
    alternatives.push({
      guard: all(not(enabled), parked(current)),
      effect: puntToQueues(kernel, current),
      next: stay,
      action: "sleeps: its parked bios go to their queues' workers",
      source: 'schedule()',
    });
  return [...alternatives, ...inAtomic(scope, machine.crash('it may sleep while it holds a spinlock'))];
}

function inAtomic(scope: Sleeper, crash: number): DraftAlternative[] {
  const { atomic } = scope.current;
  if (!atomic) return [];
  return [
    {
      guard: differ(atomic, 0),
      effect: [assign({ slot: scope.kernel.machine.crashSlot }, crash)],
      action: 'may sleep while it holds a spinlock',
      source: 'might_sleep()',
    },
  ];
}
