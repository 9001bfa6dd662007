import type { SubmissionEra } from '../../model/era.js';
import { constantValue, type Expression } from '../../model/expression.js';
import type { Scenario, Step } from '../../model/scenario.js';
import { any, differ, type Expr, type Machine, type Place } from '../machine.js';
import { allSteps, definesBio, lastMentions } from './analysis.js';
import { MachineBuilder, type ProcessBuilder, TooLarge } from './builder.js';
import { known } from './constants.js';
import { lowerExpression } from './expressions.js';
import { field, type Kernel, submitName } from './kernel.js';
import { layOut, numberBios } from './layout.js';
import type { BioList } from './lists.js';
import type { Scope } from './scope.js';
import { emitSteps } from './steps.js';
import { type Current, emitDispatch, writeLeaf, writeSubmitter } from './submit.js';
import { emitTag } from './tags.js';
import { writeWorker } from './work.js';

/** Of one kind. */
const mostProcesses = 64;

/** Where a process keeps bios, and what it holds. */
export interface ProcessLayout {
  readonly name: string;
  readonly parked: readonly BioList[];
  readonly bio: Place | null;
  readonly bios: readonly { readonly name: string; readonly place: Place }[];
  /** Lists of the program's own, and plugs. */
  readonly batches: readonly { readonly name: string; readonly list: BioList }[];
  readonly holds: ReadonlyMap<string, Place>;
  /** Ids of the bios that only this process makes. */
  readonly own: readonly number[];
}

/** A machine together with what its slots mean. */
export interface Model {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly processes: readonly ProcessLayout[];
  /** First id of the bios that belong to no set. */
  readonly firstOwnBio: number;
}

/** A process that can submit bios. */
interface Submitter {
  readonly name: string;
  readonly group: string;
  readonly program: readonly Step[];
  readonly write: (
    current: Current,
    scope: (where: string, nested: boolean, program: readonly Step[]) => Scope,
  ) => void;
}

/** Writes the programs of a scenario under one strategy and one era as a machine. */
export function buildModel(scenario: Scenario, constants: ReadonlyMap<string, number>, era: SubmissionEra): Model {
  const machine = new MachineBuilder();
  const constant = (what: string, expression: Expression): number => known(scenario, constants, what, expression);
  /** How many processes of a kind. */
  const processCount = (what: string, expression: Expression): number => {
    const count = constant(what, expression);
    if (count > mostProcesses) throw new TooLarge(`${mostProcesses} processes of one kind: ${what} is ${count}`);
    return count;
  };
  const submitters = [...tasks(), ...rescuers(), ...queueWorkers(), ...workers()];
  const ids = numberBios(scenario, constants, submitters);
  const leaves = [...scenario.devices.values()].filter((device) => device.leaf).length;
  const kernel = layOut(scenario, constants, era, machine, ids, submitters.length + leaves);
  const queuePunt = (constants.get('queuePunt') ?? 0) !== 0;
  const everyStep = allSteps([
    ...[...scenario.devices.values()].flatMap((device) => device.program),
    ...submitters.flatMap((submitter) => submitter.program),
    ...[...scenario.works.values()].flatMap((work) => work.program),
  ]);
  const offloads = everyStep.some(
    (step) => step.do === 'arm' || (step.do === 'offload' && constantValue(step.enabled, constants) !== 0),
  );
  const spinlocks = kernel.locks.filter((lock) => lock.kind === 'spinlock').length;

  const processes = submitters.map((submitter, index) => {
    const own = ids.own.get(submitter.name) ?? new Map<string, number>();
    const scopes: Scope[] = [];
    return machine.process(submitter.name, submitter.group, (process) => {
      const current = newCurrent(process, index);
      const scope = (where: string, nested: boolean, program: readonly Step[]): Scope => {
        const made = newScope(current, where, nested, program, own);
        scopes.push(made);
        return made;
      };
      submitter.write(current, scope);
      emitDispatch(kernel, current, (device) => {
        if (device.leaf) {
          emitTag({ kernel, current, nested: true, queuePunt }, device);
          return;
        }
        const program = scenario.devices.get(device.name)?.program ?? [];
        emitSteps(scope(`${submitter.name} in ${device.name}`, true, program), program);
      });
      machine.limit(current.back.slot, current.returns.length - 1);
      const layout: ProcessLayout = {
        name: submitter.name,
        parked: [current.fresh, current.older],
        bio: current.bio,
        bios: scopes.flatMap((made) =>
          [...made.bios].flatMap(([name, place]) => (place.slot === current.bio.slot ? [] : [{ name, place }])),
        ),
        batches: [
          ...scopes.flatMap((made) => [...made.batches].map(([name, list]) => ({ name, list }))),
          ...current.plugs,
        ],
        holds: current.holds,
        own: [...own.values()],
      };
      return layout;
    });
  });
  for (const device of kernel.devices)
    if (device.leaf)
      processes.push(
        machine.process(device.name, device.name, (process) => {
          writeLeaf(kernel, device, process);
          return { name: device.name, parked: [], bio: null, bios: [], batches: [], holds: new Map(), own: [] };
        }),
      );
  machine.leak = any(
    ...kernel.bioNames.map((_, index) => field(kernel.fields.used, index + 1)),
    ...kernel.pools.map(({ available }) => differ(available, machine.slots[available.slot]?.initial ?? 0)),
    ...kernel.variables.flatMap(({ place, initial, balanced }) => (balanced ? [differ(place, initial)] : [])),
  );
  return { machine: machine.finish(), kernel, processes, firstOwnBio: ids.firstOwn };

  function newCurrent(process: ProcessBuilder, index: number): Current {
    const { name } = process;
    const two = era.order !== 'fifo';
    return {
      process,
      index,
      bio: { slot: machine.slot(`${name}.bio`, kernel.bios, 'bio') },
      item: { slot: machine.slot(`${name}.item`, kernel.works.length > 0 ? kernel.bios : 0, 'bio') },
      fresh: kernel.lists.create(`${name}.bio_list[0]`, two ? kernel.bios : 0),
      older: kernel.lists.create(`${name}.bio_list${two ? '[1]' : ''}`, kernel.bios),
      back: { slot: machine.slot(`${name}.return`, 0, 'number') },
      returns: [],
      dispatch: process.label(),
      hook: offloads ? { slot: machine.slot(`${name}.plug`, 2, 'number') } : null,
      atomic: spinlocks > 0 ? { slot: machine.slot(`${name}.preempt_count`, spinlocks, 'number') } : null,
      plugs: [],
      holds: new Map(),
    };
  }

  function newScope(
    current: Current,
    where: string,
    nested: boolean,
    program: readonly Step[],
    own: ReadonlyMap<string, number>,
  ): Scope {
    const names = new Set(
      allSteps([...program, ...scenario.reclaim]).flatMap((step) => (definesBio(step) ? [step.bio] : [])),
    );
    const bios = new Map(
      [...names].map((name) => [name, { slot: machine.slot(`${where}.${name}`, kernel.bios, 'bio') } as Place]),
    );
    // A work's program gets its bio the same way as a device's.
    bios.set('bio', nested ? current.bio : current.item);
    return {
      kernel,
      current,
      constants,
      where,
      source: nested ? `->${era.flatMq ? 'submit_bio' : 'make_request_fn'}()` : taskSource(where),
      nested,
      bios,
      numbers: new Map(),
      batches: new Map(),
      labels: new Map(),
      last: new Map([...lastMentions(program), ...lastMentions(scenario.reclaim)]),
      own,
      queuePunt,
      reclaim: scenario.reclaim,
      emit: emitSteps,
    };
  }

  function tasks(): Submitter[] {
    return scenario.tasks.flatMap((task) => {
      const count = processCount(`the count of task ${task.name}`, task.count);
      return Array.from({ length: count }, (_, index): Submitter => {
        const name = count === 1 ? task.name : `${task.name}${index + 1}`;
        return {
          name,
          group: task.name,
          program: task.program,
          write: (current, scope) => {
            const start = current.process.here();
            emitSteps(scope(name, false, task.program), task.program);
            if (task.daemon) {
              machine.loops = true;
              current.process.jump(start);
            } else current.process.emit({ alternatives: [], source: '', rest: true });
          },
        };
      });
    });
  }

  function rescuers(): Submitter[] {
    return [...scenario.sets].flatMap(([name, set]) => {
      if (!era.rescuers || constant(`${name}.rescuer`, set.rescuer) === 0) return [];
      const write = (current: Current): void => {
        const rescue = kernel.sets.find((layout) => layout.name === name)?.rescue;
        if (rescue) writeSubmitter(kernel, current, rescue, 'bio_alloc_rescue()');
      };
      return [{ name: `${name} rescuer`, group: `${name} rescuer`, program: [], write }];
    });
  }

  function queueWorkers(): Submitter[] {
    if ((constants.get('queuePunt') ?? 0) === 0) return [];
    return [...scenario.devices.keys()].map((name) => ({
      name: `${name} worker`,
      group: `${name} worker`,
      program: [],
      write: (current) => {
        const queue = kernel.devices.find((device) => device.name === name)?.queue;
        if (queue) writeSubmitter(kernel, current, queue, submitName(era));
      },
    }));
  }

  function workers(): Submitter[] {
    return [...scenario.queues].flatMap(([name, queue]) => {
      const works = [...scenario.works.values()].filter((work) => work.queue === name);
      const reclaim = constant(`${name}.reclaim`, queue.reclaim) !== 0;
      const never = !reclaim && constantValue(queue.spare, constants) === 0;
      if (never || works.length === 0 || constant(`${name}.missing`, queue.missing) !== 0) return [];
      const count = processCount(`${name}.maxActive`, queue.maxActive);
      return Array.from({ length: count }, (_, index): Submitter => {
        const worker = count === 1 ? `${name} worker` : `${name} worker ${index + 1}`;
        return {
          name: worker,
          group: `${name} worker`,
          program: works.flatMap((work) => work.program),
          write: (current, scope) => {
            const layout = kernel.queues.find((candidate) => candidate.name === name);
            if (!layout) return;
            const spare: Expr = reclaim
              ? 1
              : lowerExpression(queue.spare, constants, (variable) => placeOfVariable(variable));
            writeWorker(kernel, current, layout, spare, (work) => {
              const program = scenario.works.get(work.name)?.program ?? [];
              emitSteps(scope(`${worker} in ${work.name}`, false, program), program);
            });
          },
        };
      });
    });
  }

  function placeOfVariable(name: string): Place {
    return kernel.variables.find((variable) => variable.name === name)?.place ?? { slot: machine.crashSlot };
  }
}

/** `A` for the steps of a task itself, `journal_write()` for those of a work item. */
function taskSource(where: string): string {
  const work = where.split(' in ')[1];
  return work === undefined ? where : `${work}()`;
}
