import type { Step } from '../../model/scenario.js';
import { UserError } from '../../text.js';
import { all, assign, differ, type Expr, equal, minus, plus } from '../machine.js';
import { field, type Kernel, type QueueLayout, queueBio, type WorkLayout } from './kernel.js';
import { bioOf, forgotten, handingOn, named, type Scope, whenBlocked } from './scope.js';
import type { Current } from './submit.js';

type StepOf<K extends Step['do']> = Extract<Step, { do: K }>;

/** queue_work(): with a bio as the item, or the one item of the work, which can be pending only once. */
export function emitQueue(scope: Scope, step: StepOf<'queue'>): void {
  const { kernel, current } = scope;
  const { item: work } = named(scope, 'work', kernel.works, step.work);
  const queue = kernel.queues[work.queue];
  const source = step.at || 'queue_work()';
  if (!queue || queue.missing) {
    const crash = kernel.machine.crash(`queue_work(NULL): ${queue?.name ?? 'the workqueue'} of ${work.name} is NULL`);
    current.process.emit({
      source,
      alternatives: [{ effect: [assign({ slot: kernel.machine.crashSlot }, crash)], action: `queues ${work.name}` }],
    });
    return;
  }
  if (step.bio !== null) {
    const queued = [...queueBio(kernel, work, bioOf(scope, step.bio)), ...forgotten(scope, step, step.bio)];
    const effect = handingOn(scope, step.bio, queued);
    current.process.emit({ source, alternatives: [{ effect, action: `queues ${step.bio} for ${work.name}` }] });
    return;
  }
  const pending = field(kernel.fields.used, work.item);
  current.process.emit({
    source,
    alternatives: [
      {
        guard: equal(pending, 0),
        effect: [assign(pending, 1), ...queueBio(kernel, work, work.item)],
        action: `queues ${work.name}`,
      },
      { guard: differ(pending, 0), action: `finds ${work.name} pending already` },
    ],
  });
}

/** flush_work() or flush_workqueue(): waits until nothing of it is pending or running. */
export function emitFlush(scope: Scope, step: StepOf<'flush'>): void {
  const { kernel, current } = scope;
  const { process } = current;
  const target = targetOf(scope, step);
  const start = process.here();
  process.emit({
    source: step.at || (step.work === null ? 'flush_workqueue()' : 'flush_work()'),
    waits: target.waits,
    alternatives: [
      { guard: target.done, action: `finds ${target.name} idle` },
      ...whenBlocked(scope, target.done, start),
    ],
  });

  function targetOf(inScope: Scope, { work, queue }: StepOf<'flush'>) {
    if (work !== null) {
      const { item, index } = named(inScope, 'work', kernel.works, work);
      const done = all(equal(field(kernel.fields.used, item.item), 0), equal(item.running, 0));
      return { name: item.name, done, waits: { kind: 'work', index } as const };
    }
    const { item, index } = named(inScope, 'queue', kernel.queues, queue ?? '');
    return {
      name: item.name,
      done: all(equal(item.items.head, 0), equal(item.running, 0)),
      waits: { kind: 'queue', index } as const,
    };
  }
}

/**
 * A worker of a queue: takes items in order and runs their programs, with current->bio_list == NULL. `spare` says when
 * there is a worker at all: always with WQ_MEM_RECLAIM, else once memory can be had.
 */
export function writeWorker(
  kernel: Kernel,
  current: Current,
  queue: QueueLayout,
  spare: Expr,
  writeProgram: (work: WorkLayout) => void,
): void {
  const { process, item } = current;
  const works = kernel.works.filter((work) => kernel.queues[work.queue] === queue);
  if (works.length === 0) throw new UserError(`no work is for the queue ${queue.name}`);
  const idle = process.here();
  const entries = works.map((work) => ({ work, entry: process.label() }));
  process.emit({
    source: 'process_one_work()',
    rest: true,
    alternatives: entries.map(({ work, entry }) => ({
      guard: all(differ(queue.items.head, 0), equal(field(kernel.fields.work, queue.items.head), work.number), spare),
      effect: [
        ...kernel.lists.pop(queue.items, item),
        assign(field(kernel.fields.work, item), 0),
        {
          if: equal(item, work.item),
          yes: [assign(field(kernel.fields.used, work.item), 0), assign(item, 0)],
          no: [],
        },
        assign(work.running, plus(work.running, 1)),
        assign(queue.running, plus(queue.running, 1)),
      ],
      next: entry,
      action: `starts ${work.name}`,
      witness: kernel.machine.witness(`${work.name} runs`, null),
    })),
  });
  for (const { work, entry } of entries) {
    process.begin(`work ${work.name}`);
    process.place(entry);
    writeProgram(work);
    process.emit({
      source: 'process_one_work()',
      alternatives: [
        {
          effect: [
            assign(work.running, minus(work.running, 1)),
            assign(queue.running, minus(queue.running, 1)),
            assign(item, 0),
          ],
          next: idle,
          action: `has finished ${work.name}`,
        },
      ],
    });
  }
}
