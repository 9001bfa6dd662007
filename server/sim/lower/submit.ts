import type { Lists as ListChoice } from '../../model/era.js';
import { all, any, assign, differ, type Expr, equal, type Place, type Statement, when } from '../machine.js';
import type { Label, ProcessBuilder } from './builder.js';
import { type DeviceLayout, endio, field, fromSet, type Kernel, submitName } from './kernel.js';
import type { BioList } from './lists.js';

/** What a process has of its own in `current`. */
export interface Current {
  readonly process: ProcessBuilder;
  readonly index: number;
  /** The bio that is being handled. */
  readonly bio: Place;
  /** The bio that a work item came with. Not the same: the work may submit others. */
  readonly item: Place;
  /** Bios submitted by the running ->submit_bio: L[0] from 4.11; unused before. */
  readonly fresh: BioList;
  /** Older bios that wait for their turn: L[1] from 4.11, the one list before. */
  readonly older: BioList;
  /** Where submission returns to, if there is more than one such place. */
  readonly back: Place;
  readonly returns: Label[];
  readonly dispatch: Label;
  /** Armed by dm_offload, 1 with its guard and 2 without: a real sleep flushes the lists. */
  readonly hook: Place | null;
  /** Spinlocks held. */
  readonly atomic: Place | null;
  /** Plugs that programs of this process use; a list has bios only while its plug is active. */
  readonly plugs: { readonly name: string; readonly list: BioList; readonly to: BioList }[];
  readonly holds: Map<string, Place>;
}

/** current->bio_list has something on it. */
export function parked(current: Current): Expr {
  return any(differ(current.older.head, 0), differ(current.fresh.head, 0));
}

/** The lists of current->bio_list that a core function handles. The one list of a FIFO is the first. */
function chosenLists({ era }: Kernel, { fresh, older }: Current, choice: ListChoice): BioList[] {
  const first = choice === 'both' || choice === 'first';
  if (era.order === 'fifo') return first ? [fresh, older] : [];
  return [...(first ? [fresh] : []), ...(choice === 'both' || choice === 'second' ? [older] : [])];
}

/** The test of bio_alloc_bioset() before it tries without waiting. */
export function looksParked(kernel: Kernel, current: Current): Expr {
  return any(...chosenLists(kernel, current, kernel.era.looks).map(({ head }) => differ(head, 0)));
}

/** Submits from inside a ->submit_bio: the bio is only put on current->bio_list. */
export function park(kernel: Kernel, current: Current, bio: Place, device: DeviceLayout): Statement[] {
  return [
    assign(field(kernel.fields.device, bio), device.number),
    ...kernel.lists.push(kernel.era.order === 'fifo' ? current.older : current.fresh, bio),
  ];
}

/** Submits with current->bio_list == NULL: the device's program runs now, and whatever it submits after it. */
export function callSubmit(current: Current, before: readonly Statement[], action: string, source: string): void {
  const back = current.process.label();
  current.returns.push(back);
  current.process.emit({
    alternatives: [
      { effect: [...before, assign(current.back, current.returns.length - 1)], next: current.dispatch, action },
    ],
    source,
    local: true,
  });
  current.process.place(back);
}

/** After a program of `device` has returned: order what it submitted, take the next bio or return to the caller. */
function emitNext(kernel: Kernel, current: Current, device: DeviceLayout): void {
  const { lists } = kernel;
  const merge: Statement[] = [];
  if (kernel.era.order !== 'fifo') {
    // 79bd99596b73: lower levels first, then the same queue, then what was there before.
    const lower = lists.scratch();
    const same = lists.scratch();
    const addSame = (bio: Expr): Statement[] =>
      kernel.era.order === 'remainder-first' ? lists.pushFront(same.list, bio) : lists.push(same.list, bio);
    const isSame = (bio: Expr): Expr => equal(field(kernel.fields.device, bio), device.number);
    merge.push(
      ...lower.clear,
      ...same.clear,
      ...lists.drain(current.fresh, (bio) => [when(isSame(bio), addSame(bio), lists.push(lower.list, bio))]),
      ...lists.append(lower.list, same.list),
      ...lists.append(lower.list, current.older),
      assign(current.older.head, lower.list.head),
      assign(current.older.tail, lower.list.tail),
    );
  }
  const empty = all(equal(current.older.head, 0), equal(current.fresh.head, 0));
  current.process.emit({
    source: submitName(kernel.era),
    local: true,
    alternatives: [
      {
        guard: parked(current),
        effect: [...merge, ...lists.pop(current.older, current.bio)],
        next: current.dispatch,
        action: 'takes the next bio from current->bio_list',
      },
      ...current.returns.map((next, index) => ({
        guard: all(empty, current.returns.length > 1 ? equal(current.back, index) : 1),
        effect: [assign(current.bio, 0), assign(current.back, 0)],
        next,
        action: 'returns from the submission',
      })),
    ],
  });
}

/**
 * The loop of generic_make_request(), once per process: hands `current.bio` to its device's program. `writeProgram`
 * emits a stacking device's own steps, or what a leaf does first that has no room for all bios. Call it after all places that submit are known.
 */
export function emitDispatch(kernel: Kernel, current: Current, writeProgram: (device: DeviceLayout) => void): void {
  const { process } = current;
  const { fields } = kernel;
  const programs = kernel.devices.map((device) => ({ device, entry: process.label() }));
  process.begin('submission');
  process.place(current.dispatch);
  process.emit({
    source: submitName(kernel.era),
    local: true,
    alternatives: programs.map(({ device, entry }) => {
      const direct = device.leaf && !device.inFlight;
      return {
        guard: equal(field(fields.device, current.bio), device.number),
        effect: direct ? takeOff(kernel, current, device) : [assign(field(fields.device, current.bio), 0)],
        next: entry,
        action: direct ? `hands the bio to ${device.name}` : `calls ${device.name}'s submit function`,
        witness: kernel.machine.witness(`a bio reaches ${device.name}`, null),
      };
    }),
  });
  for (const { device, entry } of programs) {
    process.begin(`device ${device.name}`);
    process.place(entry);
    if (!device.leaf || device.inFlight) writeProgram(device);
    emitNext(kernel, current, device);
  }
}

/** The bio is the leaf's from now on. */
export function takeOff(kernel: Kernel, current: Current, device: DeviceLayout): Statement[] {
  const { fields } = kernel;
  return [
    assign(field(fields.device, current.bio), 0),
    assign(field(fields.flying, current.bio), device.number),
    assign(current.bio, 0),
  ];
}

/** A leaf device: ends any of the bios it has, in any order. */
export function writeLeaf(kernel: Kernel, device: DeviceLayout, process: ProcessBuilder): void {
  const idle = process.here();
  process.emit({
    source: 'bio_endio()',
    rest: true,
    alternatives: kernel.bioNames.map((name, index) => ({
      guard: equal(field(kernel.fields.flying, index + 1), device.number),
      effect: endio(kernel, index + 1),
      next: idle,
      action: `completes ${name}`,
    })),
  });
}

/** bio_alloc_rescue(), or a per-queue worker: takes one bio at a time and submits it in a context of its own. */
export function writeSubmitter(kernel: Kernel, current: Current, list: BioList, source: string): void {
  const { process } = current;
  const idle = process.here();
  process.emit({
    source,
    rest: true,
    alternatives: [
      {
        guard: differ(list.head, 0),
        effect: kernel.lists.pop(list, current.bio),
        next: current.dispatch,
        action: 'takes a punted bio and submits it',
      },
    ],
  });
  current.returns.push(idle);
}

/**
 * punt_bios_to_rescuer(): moves the set's own bios from current->bio_list to its rescuer. Others stay: handling a foreign
 * bio could itself allocate from this set, inside its only rescuer.
 */
export function punt(kernel: Kernel, current: Current, setIndex: number): Statement[] {
  const set = kernel.sets[setIndex];
  const rescue = set?.rescue;
  if (!set || !rescue) return [];
  const { lists, era } = kernel;
  return chosenLists(kernel, current, era.takes).flatMap((list) => {
    const keep = lists.scratch();
    return [
      ...keep.clear,
      ...lists.drain(list, (bio) => {
        const go = lists.push(rescue, bio);
        return era.foreign ? go : [when(fromSet(bio, set), go, lists.push(keep.list, bio))];
      }),
      assign(list.head, keep.list.head),
      assign(list.tail, keep.list.tail),
    ];
  });
}

/**
 * flush_current_bio_list() of d67a5f4b59: every bio goes to its set's rescuer. With `guard`, bios from sets without
 * rescuer stay; without it they are added to a list that nobody serves and a NULL workqueue is queued on.
 */
export function flushLists(kernel: Kernel, current: Current, guard: boolean): Statement[] {
  const { lists, machine } = kernel;
  const crash = machine.crash(
    'queue_work(NULL): flush_current_bio_list() punts a bio of a bio_set whose rescue_workqueue is NULL',
  );
  return chosenLists(kernel, current, kernel.era.flushes).flatMap((list) => {
    const keep = lists.scratch();
    return [
      ...keep.clear,
      ...lists.drain(list, (bio) => {
        const stay: Statement[] = lists.push(keep.list, bio);
        return kernel.sets.reduce<Statement[]>((otherwise, set) => {
          if (set.rescue) return [when(fromSet(bio, set), lists.push(set.rescue, bio), otherwise)];
          if (guard) return otherwise;
          return [when(fromSet(bio, set), [assign({ slot: machine.crashSlot }, crash), ...stay], otherwise)];
        }, stay);
      }),
      assign(list.head, keep.list.head),
      assign(list.tail, keep.list.tail),
    ];
  });
}

/** Kent Overstreet's idea of 2014: when a task blocks, its parked bios go to a worker of the queue they are for. */
export function puntToQueues(kernel: Kernel, current: Current): Statement[] {
  const { lists, fields } = kernel;
  return [current.fresh, current.older].flatMap((list) =>
    lists.drain(list, (bio) =>
      kernel.devices.flatMap((device) =>
        device.queue ? [when(equal(field(fields.device, bio), device.number), lists.push(device.queue, bio))] : [],
      ),
    ),
  );
}
