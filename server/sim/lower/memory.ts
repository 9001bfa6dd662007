import type { Step } from '../../model/scenario.js';
import { all, any, assign, type Expr, equal, minus, more, not, plus, type Statement, when } from '../machine.js';
import type { DraftAlternative, Label } from './builder.js';
import { checkedAssign } from './expressions.js';
import { endio, field, type Kernel, type SetLayout } from './kernel.js';
import { bioOf, fail, forgotten, heldBy, lower, named, type Scope, using, whenBlocked } from './scope.js';
import { looksParked, punt } from './submit.js';

type StepOf<K extends Step['do']> = Extract<Step, { do: K }>;

function endingNumber(scope: Scope, ending: string | null): number {
  return ending === null ? 0 : named(scope, 'ending', scope.kernel.endings, ending).index + 1;
}

/** Sets up bio `id`, whose element is taken already. */
function initialise(scope: Scope, id: Expr, step: StepOf<'alloc' | 'new'>): Statement[] {
  const { fields, machine } = scope.kernel;
  const number = (key: 'left' | 'tag'): Statement[] => {
    const max = machine.slots[fields[key] + 1]?.max ?? 0;
    return checkedAssign(machine, `${step.bio}.${key}`, field(fields[key], id), max, lower(scope, step[key]));
  };
  return [
    assign(field(fields.used, id), 1),
    assign(field(fields.remaining, id), 1),
    ...number('left'),
    ...number('tag'),
    assign(field(fields.ending, id), endingNumber(scope, step.ending)),
  ];
}

/** Takes the first free element; elements are alike, so which one does not matter. */
function takeElement(scope: Scope, set: SetLayout, step: StepOf<'alloc'>, from: Expr): Statement[] {
  const { fields } = scope.kernel;
  const bio = bioOf(scope, step.bio);
  const cached = set.cache !== null;
  return [
    assign(bio, set.first),
    { while: field(fields.used, bio), do: [assign(bio, plus(bio, 1))] },
    ...(typeof from === 'object' && 'slot' in from ? [assign(from, minus(from, 1))] : []),
    ...initialise(scope, bio, step),
    ...(cached ? [assign(field(fields.cpu, bio), scope.current.index + 1)] : []),
  ];
}

interface Dance {
  readonly free: Expr;
  readonly taken: DraftAlternative;
  readonly set: SetLayout;
  readonly index: number;
  readonly what: string;
  readonly source: string;
}

/** One mempool_alloc() that may wait, with the gfp dance of df2cb6da before it: first without waiting, then punt, then wait. */
function emitDance(scope: Scope, { free, taken, set, index, what, source }: Dance): void {
  const { kernel, current } = scope;
  const { process } = current;
  const waits = { kind: 'set', index } as const;
  const looks = looksParked(kernel, current);
  if (!set.rescue && scope.nested && kernel.era.unguarded) {
    const start = process.here();
    const crash = kernel.machine.crash('queue_work(NULL): punt_bios_to_rescuer() for a bio_set without rescuer');
    const alternatives: DraftAlternative[] = [
      taken,
      {
        guard: all(not(free), looks),
        effect: [assign({ slot: kernel.machine.crashSlot }, crash)],
        action: `punts its parked bios of ${set.name}, which has no rescuer`,
        source: 'punt_bios_to_rescuer()',
      },
      ...whenBlocked(scope, any(free, looks), start),
    ];
    process.emit({ source, waits, alternatives });
    return;
  }
  if (set.rescue && scope.nested) {
    const start = process.here();
    process.emit({
      source,
      waits,
      alternatives: [
        taken,
        { guard: all(not(free), looks), action: `finds ${what} empty without waiting` },
        ...whenBlocked(scope, any(free, looks), start),
      ],
    });
    process.emit({
      source: 'punt_bios_to_rescuer()',
      alternatives: [
        {
          effect: punt(kernel, current, index),
          action: `punts its parked bios of ${set.name} to the rescuer`,
          witness: kernel.machine.witness(`bios are punted to the rescuer of ${set.name}`, null),
        },
      ],
    });
  }
  const start = process.here();
  process.emit({ source, waits, alternatives: [taken, ...whenBlocked(scope, free, start)] });
}

/** Allocation from a set that is NULL. */
function emitMissing(scope: Scope, set: SetLayout, step: StepOf<'alloc'>, source: string): void {
  const { machine, era } = scope.kernel;
  const crash = machine.crash(
    era.nullSetFatal
      ? `bio_alloc_bioset() dereferences the bio_set ${set.name}, which is NULL`
      : `${set.name} is NULL, so this is a plain kmalloc(); it fails without memory and its NULL result is used`,
  );
  scope.current.process.emit({
    source,
    alternatives: [
      { effect: [assign({ slot: machine.crashSlot }, crash)], action: `allocates ${step.bio} from ${set.name}` },
    ],
  });
}

/** bio_alloc_bioset() with mempool_alloc() inside. Slab memory is taken to fail always, so only the reserve counts. */
export function emitAlloc(scope: Scope, step: StepOf<'alloc'>): void {
  const { kernel, current } = scope;
  const { process } = current;
  const { item: set, index } = named(scope, 'set', kernel.sets, step.set);
  const source = step.at || 'bio_alloc_bioset()';
  if (set.missing) {
    emitMissing(scope, set, step, source);
    return;
  }
  const after = process.label();
  const bvecs = set.bvecs === null ? null : { place: set.bvecs, enough: more(set.bvecs, 0) };
  const takeVector = bvecs ? [assign(bvecs.place, minus(bvecs.place, 1))] : [];
  const action = `allocates ${step.bio} from ${set.name}`;
  const free = more(set.available, 0);
  kernel.machine.witness(`${set.name} is empty`, equal(set.available, 0));
  if (set.cache !== null) {
    // bio_alloc_percpu_cache(): before the mempool, and without it.
    const own = { slot: set.cache + current.index + 1 };
    const pool = process.label();
    process.emit({
      source: 'bio_alloc_percpu_cache()',
      local: false,
      alternatives: [
        {
          guard: more(own, 0),
          effect: takeElement(scope, set, step, own),
          next: after,
          action: `takes ${step.bio} from its per-CPU cache`,
        },
        { guard: not(more(own, 0)), next: pool, action: 'finds its per-CPU cache empty' },
      ],
    });
    process.place(pool);
  }
  const taken: DraftAlternative = {
    guard: free,
    effect: takeElement(scope, set, step, set.available),
    next: after,
    action,
  };
  if (step.gfp === 'NOWAIT') {
    const both = bvecs ? all(free, bvecs.enough) : free;
    const failed = process.label();
    process.emit({
      source,
      alternatives: [
        { ...taken, guard: both, effect: [...(taken.effect ?? []), ...takeVector] },
        { guard: not(both), next: failed, action: `finds ${set.name} empty and does not wait` },
      ],
    });
    process.place(failed);
    scope.emit(scope, step.fail);
    process.place(after);
    return;
  }
  if (step.gfp === 'KERNEL' && scope.reclaim.length > 0) {
    const reclaim = process.label();
    process.emit({
      source,
      alternatives: [taken, { guard: not(free), next: reclaim, action: `finds ${set.name} empty: direct reclaim` }],
    });
    process.place(reclaim);
    scope.emit(scope, scope.reclaim);
  }
  emitDance(scope, { free, taken, set, index, what: set.name, source });
  process.place(after);
  if (!bvecs) return;
  const done: Label = process.label();
  const vector = { guard: bvecs.enough, effect: takeVector, next: done, action: `takes a biovec for ${step.bio}` };
  emitDance(scope, {
    free: bvecs.enough,
    taken: vector,
    set,
    index,
    what: `the biovec pool of ${set.name}`,
    source: 'bvec_alloc()',
  });
  process.place(done);
}

/** A bio that the task brings along. */
export function emitNew(scope: Scope, step: StepOf<'new'>): void {
  const id = scope.own.get(step.bio) ?? fail(scope, `"${step.bio}" cannot be made here`);
  const { machine, fields } = scope.kernel;
  const crash = machine.crash(`${step.bio} is prepared anew, but it has not ended yet`);
  const effect = [
    when(
      field(fields.used, id),
      [assign({ slot: machine.crashSlot }, crash)],
      [assign(bioOf(scope, step.bio), id), ...initialise(scope, id, step)],
    ),
  ];
  scope.current.process.emit({
    source: step.at || 'bio_init()',
    local: true,
    alternatives: [{ effect, action: `prepares ${step.bio}` }],
  });
}

/** bio_put(): until a bio is submitted nobody else knows it, so its one reference is the last. A parent goes on waiting for it. */
export function emitFree(scope: Scope, step: StepOf<'free'>): void {
  const { kernel } = scope;
  const bio = bioOf(scope, step.bio);
  const freed = [
    assign(field(kernel.fields.ending, bio), 0),
    assign(field(kernel.fields.parent, bio), 0),
    ...endio(kernel, bio),
    ...forgotten(scope, step, step.bio),
  ];
  scope.current.process.emit({
    source: step.at || 'bio_put()',
    alternatives: [{ effect: using(scope, step.bio, freed), action: `frees ${step.bio}` }],
  });
}

/** mempool_alloc() of a plain element. */
export function emitTake(scope: Scope, step: StepOf<'take'>): void {
  const { process } = scope.current;
  const { item: pool, index } = named(scope, 'pool', scope.kernel.pools, step.pool);
  const held = heldBy(scope, pool.name, poolSize(scope.kernel, index));
  const source = step.at || 'mempool_alloc()';
  const free = more(pool.available, 0);
  scope.kernel.machine.witness(`${pool.name} is empty`, equal(pool.available, 0));
  const after = process.label();
  const taken = {
    guard: free,
    effect: [assign(pool.available, minus(pool.available, 1)), assign(held, plus(held, 1))],
    next: after,
    action: `takes an element of ${pool.name}`,
  };
  if (step.gfp === 'NOWAIT') {
    const failed = process.label();
    process.emit({
      source,
      alternatives: [taken, { guard: not(free), next: failed, action: `finds ${pool.name} empty and does not wait` }],
    });
    process.place(failed);
    scope.emit(scope, step.fail);
  } else {
    const start = process.here();
    process.emit({ source, waits: { kind: 'pool', index }, alternatives: [taken, ...whenBlocked(scope, free, start)] });
  }
  process.place(after);
}

function poolSize(kernel: Kernel, index: number): number {
  const pool = kernel.pools[index];
  return pool ? (kernel.machine.slots[pool.available.slot]?.max ?? 0) : 0;
}

/** mempool_free() of everything that the process holds of a pool. */
export function emitGive(scope: Scope, step: StepOf<'give'>): void {
  const { item: pool, index } = named(scope, 'pool', scope.kernel.pools, step.pool);
  const held = heldBy(scope, pool.name, poolSize(scope.kernel, index));
  const effect = [assign(pool.available, plus(pool.available, held)), assign(held, 0)];
  scope.current.process.emit({
    source: step.at || 'mempool_free()',
    alternatives: [{ effect, action: `gives its elements of ${pool.name} back` }],
  });
}

/** The elements go with the bio, as dm-crypt's pages do, and come back when it ends. */
export function emitCarry(scope: Scope, step: StepOf<'carry'>): void {
  const { kernel } = scope;
  const { item: pool, index } = named(scope, 'pool', kernel.pools, step.pool);
  if (kernel.carriedPool !== pool) fail(scope, 'bios can carry elements of one pool only');
  const held = heldBy(scope, pool.name, poolSize(kernel, index));
  const carried = field(kernel.fields.carried, bioOf(scope, step.bio));
  const { from } = step;
  const taken = from === null ? null : field(kernel.fields.carried, bioOf(scope, from));
  const moved = [
    assign(carried, plus(carried, taken === null ? held : 1)),
    taken === null ? assign(held, 0) : assign(taken, minus(taken, 1)),
    ...forgotten(scope, step, step.bio),
    ...(from === null ? [] : forgotten(scope, step, from)),
  ];
  const effect = using(scope, step.bio, moved);
  scope.current.process.emit({
    source: step.at || 'bio_add_page()',
    local: true,
    alternatives: [
      {
        effect,
        action:
          from === null
            ? `attaches its elements of ${pool.name} to ${step.bio}`
            : `attaches an element of ${pool.name} to ${step.bio} instead of ${from}`,
      },
    ],
  });
}
