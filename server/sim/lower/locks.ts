import type { Step } from '../../model/scenario.js';
import { all, any, assign, type Expr, equal, less, minus, more, not, plus, type Statement, when } from '../machine.js';
import { assignments } from './control.js';
import { checkedAssign, slotsOf } from './expressions.js';
import type { LockLayout } from './kernel.js';
import { heldBy, lower, named, type Scope, whenBlocked } from './scope.js';

type StepOf<K extends Step['do']> = Extract<Step, { do: K }>;

/** How often one task can hold a counted lock; more would be a mistake in the scenario. */
export const mostReads = 15;

const defaultSource: Readonly<Record<LockLayout['kind'], { readonly take: string; readonly drop: string }>> = {
  mutex: { take: 'mutex_lock()', drop: 'mutex_unlock()' },
  rwsem: { take: 'down_write()', drop: 'up_write()' },
  spinlock: { take: 'spin_lock()', drop: 'spin_unlock()' },
  semaphore: { take: 'down()', drop: 'up()' },
};

/** Counts what this process has taken of a semaphore; nobody can say who has one that others release. */
function note(scope: Scope, lock: LockLayout, change: 1 | -1): Statement[] {
  if (lock.handed) return [];
  const held = heldBy(scope, lock.name, mostReads);
  return [when(change > 0 ? less(held, mostReads) : more(held, 0), [assign(held, plus(held, change))])];
}

/** What makes the lock free for this process, and what taking it does. */
function taking(scope: Scope, lock: LockLayout, mode: 'write' | 'read'): { free: Expr; effect: Statement[] } {
  const { current } = scope;
  const own = assign(lock.owner, current.index + 1);
  switch (lock.kind) {
    case 'mutex':
      return { free: equal(lock.owner, 0), effect: [own] };
    case 'spinlock':
      return {
        free: equal(lock.owner, 0),
        effect: [own, ...(current.atomic ? [assign(current.atomic, plus(current.atomic, 1))] : [])],
      };
    case 'semaphore':
      return { free: more(lock.count, 0), effect: [assign(lock.count, minus(lock.count, 1)), ...note(scope, lock, 1)] };
    case 'rwsem': {
      if (mode === 'write') return { free: all(equal(lock.owner, 0), equal(lock.count, 0)), effect: [own] };
      const held = heldBy(scope, lock.name, mostReads);
      // A writer that waits keeps later readers out.
      const free = all(equal(lock.owner, 0), equal(lock.writers, 0), less(held, mostReads));
      return { free, effect: [assign(lock.count, plus(lock.count, 1)), assign(held, plus(held, 1))] };
    }
  }
}

/** mutex_lock(), down_write(), down_read(), spin_lock(), down(). */
export function emitLock(scope: Scope, step: StepOf<'lock'>): void {
  const { process } = scope.current;
  const { item: lock, index } = named(scope, 'lock', scope.kernel.locks, step.lock);
  const { free, effect } = taking(scope, lock, step.mode);
  const source = step.at || (step.mode === 'read' ? 'down_read()' : defaultSource[lock.kind].take);
  const waits = { kind: 'lock', index } as const;
  const action = `takes ${lock.name}${step.mode === 'read' ? ' for reading' : ''}`;
  const after = process.label();
  const queues = lock.kind === 'rwsem' && step.mode === 'write';
  if (queues) {
    const effects = [assign(lock.writers, plus(lock.writers, 1))];
    process.emit({
      source,
      alternatives: [
        { guard: free, effect, next: after, action },
        { guard: not(free), effect: effects, action: `waits for ${lock.name} and keeps later readers out` },
      ],
    });
  }
  const start = process.here();
  const taken = {
    guard: free,
    effect: queues ? [...effect, assign(lock.writers, minus(lock.writers, 1))] : effect,
    next: after,
    action,
  };
  const spinning = lock.kind === 'spinlock';
  process.emit({ source, waits, alternatives: [taken, ...(spinning ? [] : whenBlocked(scope, free, start))] });
  process.place(after);
}

/** mutex_trylock() and its kin. */
export function emitTrylock(scope: Scope, step: StepOf<'trylock'>): void {
  const { process } = scope.current;
  const { item: lock } = named(scope, 'lock', scope.kernel.locks, step.lock);
  const { free, effect } = taking(scope, lock, 'write');
  const after = process.label();
  process.emit({
    source: step.at || 'mutex_trylock()',
    alternatives: [
      { guard: free, effect, next: after, action: `takes ${lock.name}` },
      { guard: not(free), action: `cannot take ${lock.name} and does not wait` },
    ],
  });
  scope.emit(scope, step.fail);
  process.place(after);
}

/** mutex_unlock() and its kin. Only the task that has a lock can release it; a semaphore is everybody's. */
export function emitUnlock(scope: Scope, step: StepOf<'unlock'>): void {
  const { current } = scope;
  const { machine } = scope.kernel;
  const { item: lock } = named(scope, 'lock', scope.kernel.locks, step.lock);
  const source = step.at || (step.mode === 'read' ? 'up_read()' : defaultSource[lock.kind].drop);
  const action = releases(lock);
  if (lock.kind === 'semaphore') {
    const max = machine.slots[lock.count.slot]?.max ?? 0;
    const up = checkedAssign(machine, lock.name, lock.count, max, plus(lock.count, 1));
    current.process.emit({ source, alternatives: [{ effect: [...up, ...note(scope, lock, -1)], action }] });
    return;
  }
  const reading = step.mode === 'read';
  const held = reading ? heldBy(scope, lock.name, mostReads) : lock.owner;
  const effect = reading
    ? [assign(lock.count, minus(lock.count, 1)), assign(held, minus(held, 1))]
    : [
        assign(lock.owner, 0),
        ...(lock.kind === 'spinlock' && current.atomic ? [assign(current.atomic, minus(current.atomic, 1))] : []),
      ];
  const crash = machine.crash(`${lock.name} is released by a task that does not hold it`);
  const mine = reading ? more(held, 0) : equal(held, current.index + 1);
  current.process.emit({
    source,
    alternatives: [{ effect: [when(mine, effect, [assign({ slot: machine.crashSlot }, crash)])], action }],
  });
}

/** What a step is called that releases the lock. */
export function releases(lock: LockLayout): string {
  return `releases ${lock.name}`;
}

/**
 * wait_event() on a condition; what `also` sets is set under the same lock that saw it true. With `meanwhile`
 * wait_event_cmd(): before it sleeps, and whenever there is something to do again.
 */
export function emitWait(scope: Scope, step: StepOf<'wait'>): void {
  const { process } = scope.current;
  const { meanwhile } = step;
  const until = lower(scope, step.until);
  const todo = meanwhile ? lower(scope, meanwhile.when) : 0;
  const start = process.here();
  const body = process.label();
  const after = process.label();
  process.emit({
    source: step.at || 'wait_event()',
    rest: step.idle,
    waits: { kind: 'condition', text: step.text, slots: slotsOf(until) },
    alternatives: [
      { guard: until, effect: assignments(scope, step.also), next: after, action: `goes on: ${step.text}` },
      ...(todo === 0
        ? []
        : [{ guard: all(not(until), todo), next: body, action: 'has something to do before it sleeps' }]),
      ...whenBlocked(scope, any(until, todo), start),
    ],
  });
  if (meanwhile && todo !== 0) {
    scope.kernel.machine.loops = true;
    process.place(body);
    scope.emit(scope, meanwhile.steps);
    process.jump(start);
  }
  process.place(after);
}
