import type { Interpreter, Vector } from './interpret.js';
import type { Model, ProcessLayout } from './lower/build.js';
import type { LockLayout } from './lower/kernel.js';
import type { BioList } from './lower/lists.js';
import type { Place, Process } from './machine.js';
import type { Cell, CellValue, Lane } from './playback.js';
import type { Prepared } from './prepare.js';
import { View } from './view.js';

/** What a state shows in one place, and how to read it. */
interface Reader {
  readonly cell: Cell;
  readonly read: (moment: Moment) => CellValue;
}

/** A state, with who sleeps in it. */
interface Moment {
  readonly view: View;
  /** Per process: what it sleeps for, null if it can go on, the empty string where it may rest. */
  readonly waits: readonly (Wanted | null)[];
}

/** What a process that cannot go on waits for. */
interface Wanted {
  /** Key of the resource, as `set 0`; the empty string for a place of rest. */
  readonly key: string;
  readonly text: string;
}

/** Reads the states of one model as the cells of a playback. */
export class Snapshots {
  readonly lanes: readonly Lane[];
  readonly cells: readonly Cell[];
  private readonly readers: readonly Reader[];

  constructor(private readonly prepared: Pick<Prepared, 'model' | 'interpreter' | 'scenario'>) {
    const { model, scenario } = prepared;
    const tasks = new Set(scenario.tasks.map(({ name }) => name));
    const leaves = new Set(model.kernel.devices.filter(({ leaf }) => leaf).map(({ name }) => name));
    this.lanes = model.machine.processes.map(({ name, group }) => ({ name, kind: kindOf(group, tasks, leaves) }));
    this.readers = readersOf(model);
    this.cells = this.readers.map(({ cell }) => cell);
  }

  /** Values of all cells in a state. */
  values(state: Vector): CellValue[] {
    const { model, interpreter } = this.prepared;
    const view = new View(model, state);
    const waits = model.machine.processes.map((process) => wantedBy(model, interpreter, state, process, view));
    return this.readers.map(({ read }) => read({ view, waits }));
  }

  /** What a process does in a state. */
  standing(state: Vector, process: Process): 'runs' | 'sleeps' | 'rests' {
    const { model, interpreter } = this.prepared;
    const wanted = wantedBy(model, interpreter, state, process, new View(model, state));
    if (wanted === null) return 'runs';
    return wanted.key === '' ? 'rests' : 'sleeps';
  }
}

/** The cells of `after` that differ from `before`. */
export function changesOf(before: readonly CellValue[], after: readonly CellValue[]): [number, CellValue][] {
  return after.flatMap((value, cell): [number, CellValue][] => (equal(before[cell], value) ? [] : [[cell, value]]));
}

function equal(left: CellValue | undefined, right: CellValue): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') return left === right;
  return left.length === right.length && left.every((name, index) => name === right[index]);
}

function kindOf(group: string, tasks: ReadonlySet<string>, leaves: ReadonlySet<string>): Lane['kind'] {
  if (tasks.has(group)) return 'task';
  if (leaves.has(group)) return 'device';
  return group.endsWith(' rescuer') ? 'rescuer' : 'worker';
}

/** Null if the process can go on. */
function wantedBy(
  { kernel }: Model,
  interpreter: Interpreter,
  state: Vector,
  process: Process,
  view: View,
): Wanted | null {
  const { alternatives, rest, waits } = interpreter.instruction(state, process);
  if (alternatives.some(({ guard }) => interpreter.value(state, guard) !== 0)) return null;
  if (rest) return { key: '', text: '' };
  const source = alternatives[0]?.source ?? '';
  const sleeps = (key: string, what: string): Wanted => ({ key, text: `sleeps in ${source}, waits for ${what}` });
  switch (waits?.kind) {
    case 'set':
      return sleeps(`set ${waits.index}`, `an element of ${kernel.sets[waits.index]?.name}`);
    case 'pool':
      return sleeps(`pool ${waits.index}`, `an element of ${kernel.pools[waits.index]?.name}`);
    case 'lock':
      return sleeps(`lock ${waits.index}`, `${kernel.locks[waits.index]?.name}`);
    case 'work':
      return sleeps(`work ${waits.index}`, `${kernel.works[waits.index]?.name}`);
    case 'queue':
      return sleeps(`queue ${waits.index}`, `${kernel.queues[waits.index]?.name}`);
    case 'device':
      return sleeps(`device ${waits.index}`, `a tag of ${kernel.devices[waits.index]?.name}`);
    case 'bio':
      return sleeps('bio', `the completion of ${view.name(view.at(waits.bio))}`);
    case 'condition':
      return sleeps('condition', waits.text);
    default:
      return sleeps('nothing', 'nothing that can come');
  }
}

function readersOf(model: Model): Reader[] {
  const { kernel, processes, machine } = model;
  const reader = (
    group: Cell['group'],
    owner: string,
    label: string,
    kind: Cell['kind'],
    size: number,
    read: Reader['read'],
  ): Reader => ({ cell: { group, owner, label, kind, size }, read });
  const list = (group: Cell['group'], owner: string, label: string, from: BioList): Reader =>
    reader(group, owner, label, 'list', 0, ({ view }) => view.list(from).map((bio) => view.name(bio)));
  const count = (group: Cell['group'], owner: string, label: string, place: Place, size: number): Reader =>
    reader(group, owner, label, 'count', size, ({ view }) => view.at(place));
  const waiters = (group: 'set' | 'pool' | 'lock', owner: string, index: number): Reader =>
    reader(group, owner, 'waiters', 'waiters', 0, ({ waits }) =>
      machine.processes.flatMap(({ name }, process) => (waits[process]?.key === `${group} ${index}` ? [name] : [])),
    );
  const maxOf = ({ slot }: Place): number => machine.slots[slot]?.max ?? 0;

  return [
    ...machine.processes.flatMap(({ name }, index) => {
      const layout = processes[index];
      const status = reader('task', name, 'status', 'status', 0, ({ waits }) => {
        const wanted = waits[index];
        return wanted === null || wanted === undefined ? 'can go on' : wanted.text || 'at rest';
      });
      return layout ? [status, ...ofProcess(layout)] : [status];
    }),
    ...kernel.sets.flatMap((set, index) => {
      const { name, rescue, bvecs, cache } = set;
      const size = set.last - set.first + 1;
      return [
        reader('set', name, 'reserve', 'reserve', size, ({ view }) => view.at(set.available)),
        ...(bvecs ? [reader('set', name, 'biovecs', 'reserve', maxOf(bvecs), ({ view }) => view.at(bvecs))] : []),
        ...(rescue ? [list('set', name, 'rescue_list', rescue)] : []),
        ...(cache === null
          ? []
          : processes.flatMap((process, at) => {
              const place = { slot: cache + at + 1 };
              return maxOf(place) > 0 ? [count('set', name, `per-CPU cache of ${process.name}`, place, size)] : [];
            })),
        waiters('set', name, index),
      ];
    }),
    ...kernel.pools.flatMap(({ name, available }, index) => [
      reader('pool', name, 'reserve', 'reserve', maxOf(available), ({ view }) => view.at(available)),
      waiters('pool', name, index),
    ]),
    ...kernel.locks.flatMap((lock, index) => [
      reader('lock', lock.name, 'held by', 'holders', 0, ({ view }) =>
        holdersOf(lock, processes, machine.processes, view),
      ),
      ...(lock.kind === 'semaphore' ? [count('lock', lock.name, 'left', lock.count, maxOf(lock.count))] : []),
      waiters('lock', lock.name, index),
    ]),
    ...kernel.devices.flatMap(({ name, number, leaf, queue }) => [
      ...(leaf
        ? [
            reader('device', name, 'in flight', 'list', 0, ({ view }) =>
              view.flying(number).map((bio) => view.name(bio)),
            ),
          ]
        : []),
      ...(queue ? [list('device', name, 'queue', queue)] : []),
    ]),
    ...kernel.queues.flatMap(({ name, items, running }) => [
      list('queue', name, 'pending', items),
      count('queue', name, 'running', running, maxOf(running)),
    ]),
    ...[...kernel.shared].map(([name, shared]) => list('list', name, 'bios', shared)),
    ...kernel.variables.map(({ name, place, max }) => count('variable', name, 'value', place, max)),
  ];

  function ofProcess({ name, parked, bio, bios, batches, holds }: ProcessLayout): Reader[] {
    const locks = new Set(kernel.locks.map((lock) => lock.name));
    const [fresh, older] = parked;
    return [
      ...(bio ? [reader('task', name, 'bio', 'bio', 0, nameAt(bio))] : []),
      ...(kernel.era.order === 'fifo' || !fresh ? [] : [list('task', name, 'bio_list[0]', fresh)]),
      ...(older ? [list('task', name, kernel.era.order === 'fifo' ? 'bio_list' : 'bio_list[1]', older)] : []),
      ...batches.map((batch) => list('task', name, batch.name, batch.list)),
      ...unique(bios).map((own) => reader('task', name, own.name, 'bio', 0, nameAt(own.place))),
      ...[...holds].flatMap(([what, place]) =>
        locks.has(what) ? [] : [count('task', name, `holds of ${what}`, place, maxOf(place))],
      ),
    ];
  }

  function nameAt(place: Place): Reader['read'] {
    return ({ view }) => {
      const bio = view.at(place);
      return bio === 0 ? '' : view.name(bio);
    };
  }
}

/** Who holds a lock: its owner, the readers inside, those who took of a semaphore. */
function holdersOf(
  { name, owner }: LockLayout,
  layouts: readonly ProcessLayout[],
  processes: readonly Process[],
  view: View,
): readonly string[] {
  const alone = view.at(owner);
  if (alone !== 0) return [processes[alone - 1]?.name ?? ''];
  return layouts.flatMap((layout) => {
    const place = layout.holds.get(name);
    const held = place ? view.at(place) : 0;
    if (held === 0) return [];
    return [held === 1 ? layout.name : `${layout.name} ×${held}`];
  });
}

/** Programs of several devices may use one name for different bios; the first has the plain name. */
function unique(bios: ProcessLayout['bios']): readonly { readonly name: string; readonly place: Place }[] {
  const used = new Map<string, number>();
  return bios
    .filter(({ name }) => name !== 'bio')
    .map(({ name, place }) => {
      const number = (used.get(name) ?? 0) + 1;
      used.set(name, number);
      return { name: number === 1 ? name : `${name} (${number})`, place };
    });
}
