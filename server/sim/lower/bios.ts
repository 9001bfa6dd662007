import type { Step } from '../../model/scenario.js';
import { assign, differ, equal, not, type Statement } from '../machine.js';
import { emitLoop } from './control.js';
import { endio, field } from './kernel.js';
import type { BioList } from './lists.js';
import { bioOf, countUp, forgotten, handingOn, listOf, named, type Scope, using, whenBlocked } from './scope.js';
import { callSubmit, park } from './submit.js';

type StepOf<K extends Step['do']> = Extract<Step, { do: K }>;

/** submit_bio_noacct(): parked inside a ->submit_bio, handled at once outside of it. */
export function emitSubmit(scope: Scope, step: StepOf<'submit'>): void {
  const { kernel, current } = scope;
  const bio = bioOf(scope, step.bio);
  const { item: device } = named(scope, 'device', kernel.devices, step.device);
  const action = `submits ${step.bio} to ${device.name}`;
  const source = step.at || 'submit_bio()';
  const forget = forgotten(scope, step, step.bio);
  if (scope.nested) {
    const effect = handingOn(scope, step.bio, [...park(kernel, current, bio, device), ...forget]);
    current.process.emit({
      source,
      local: true,
      alternatives: [{ effect, action: `${action}: put on current->bio_list` }],
    });
  } else
    callSubmit(
      current,
      handingOn(scope, step.bio, [
        assign(field(kernel.fields.device, bio), device.number),
        assign(current.bio, bio),
        ...forget,
      ]),
      action,
      source,
    );
}

/** bio_chain(), or a driver's own count of clones. */
export function emitChain(scope: Scope, step: StepOf<'chain'>): void {
  const { fields } = scope.kernel;
  const parent = bioOf(scope, step.parent);
  const linked = [
    assign(field(fields.parent, bioOf(scope, step.bio)), parent),
    ...countUp(scope, step.parent),
    ...forgotten(scope, step, step.bio),
    ...forgotten(scope, step, step.parent),
  ];
  const effect = using(scope, step.bio, using(scope, step.parent, linked));
  scope.current.process.emit({
    source: step.at || 'bio_chain()',
    alternatives: [{ effect, action: `makes ${step.parent} wait for ${step.bio}` }],
  });
}

/** bio_inc_remaining(). */
export function emitHold(scope: Scope, step: StepOf<'hold'>): void {
  const held = [...countUp(scope, step.bio), ...forgotten(scope, step, step.bio)];
  scope.current.process.emit({
    source: step.at || 'bio_inc_remaining()',
    alternatives: [{ effect: using(scope, step.bio, held), action: `makes ${step.bio} wait for one more end` }],
  });
}

/** bio_endio(). */
export function emitEnd(scope: Scope, step: StepOf<'end'>): void {
  const effect = using(scope, step.bio, [
    ...endio(scope.kernel, bioOf(scope, step.bio)),
    ...forgotten(scope, step, step.bio),
  ]);
  scope.current.process.emit({
    source: step.at || 'bio_endio()',
    alternatives: [{ effect, action: `ends ${step.bio}` }],
  });
}

/** submit_bio_wait(), after the submission. */
export function emitAwait(scope: Scope, step: StepOf<'await'>): void {
  const { process } = scope.current;
  const bio = bioOf(scope, step.bio);
  const done = equal(field(scope.kernel.fields.used, bio), 0);
  const start = process.here();
  process.emit({
    source: step.at || 'submit_bio_wait()',
    waits: { kind: 'bio', bio },
    alternatives: [
      { guard: done, effect: forgotten(scope, step, step.bio), action: `finds ${step.bio} completed` },
      ...whenBlocked(scope, done, start),
    ],
  });
}

/** bio_list_add() to a list of the program's own, a plug or a shared list. */
export function emitKeep(scope: Scope, step: StepOf<'keep'>): void {
  const { list, shared } = listOf(scope, step.list);
  const { fields, lists } = scope.kernel;
  const bio = bioOf(scope, step.bio);
  const kept = [assign(field(fields.kept, bio), 1), ...lists.push(list, bio), ...forgotten(scope, step, step.bio)];
  scope.current.process.emit({
    source: step.at || 'bio_list_add()',
    local: !shared,
    alternatives: [{ effect: handingOn(scope, step.bio, kept), action: `puts ${step.bio} on ${step.list}` }],
  });
}

function takeFrom(scope: Scope, list: BioList, name: string): Statement[] {
  const { fields, lists } = scope.kernel;
  const bio = bioOf(scope, name);
  return [...lists.pop(list, bio), assign(field(fields.kept, bio), 0)];
}

/** Takes bios from a list until it is empty. */
export function emitEach(scope: Scope, step: StepOf<'each'>): void {
  const { list, shared } = listOf(scope, step.list);
  emitLoop(scope, {
    guard: differ(list.head, 0),
    enter: takeFrom(scope, list, step.bio),
    leave: [],
    steps: step.steps,
    local: !shared,
    source: step.at || 'bio_list_pop()',
    what: `bio on ${step.list}`,
  });
}

/** bio_list_pop(). */
export function emitPop(scope: Scope, step: StepOf<'pop'>): void {
  const { process } = scope.current;
  const { list, shared } = listOf(scope, step.list);
  const some = differ(list.head, 0);
  const empty = process.label();
  const after = process.label();
  process.emit({
    source: step.at || 'bio_list_pop()',
    local: !shared,
    alternatives: [
      {
        guard: some,
        effect: takeFrom(scope, list, step.bio),
        next: after,
        action: `takes ${step.bio} from ${step.list}`,
      },
      { guard: not(some), next: empty, action: `finds ${step.list} empty` },
    ],
  });
  process.place(empty);
  scope.emit(scope, step.fail);
  process.place(after);
}
